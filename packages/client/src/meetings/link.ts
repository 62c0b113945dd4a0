/** What a page asks that was opened by the link of a meeting, before anybody has signed in. */
import type { MeetingId, MeetingLook } from '@offhook/core';
import { browserPlatform } from '../browser.ts';
import { keepIdentity } from '../open.ts';
import type { Identity } from '../open.ts';
import type { Platform } from '../platform.ts';
import { ask } from '../rest.ts';

/** What the meeting is, and what it asks of those who come. Rejects with `meeting_not_found`, also once it is over. */
export async function lookAtMeeting(
  url: string,
  meeting: MeetingId,
  platform: Platform = browserPlatform,
): Promise<MeetingLook> {
  return (await ask({ url, method: 'GET', path: `meetings/${meeting}/look` }, platform)) as MeetingLook;
}

/**
 * For somebody without an account: by name, for a day, for meetings and nothing else. Leaves them with this browser, so that
 * `connect({ url })` signs them in. Rejects with `name_invalid` or `meeting_not_found`.
 */
export async function visitMeeting(
  url: string,
  meeting: MeetingId,
  name: string,
  platform: Platform = browserPlatform,
): Promise<Identity> {
  const body = { name, device: platform.deviceName };
  const answer = await ask({ url, method: 'POST', path: `meetings/${meeting}/guests`, body }, platform);
  return keepIdentity(answer, url, platform);
}
