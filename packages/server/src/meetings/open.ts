import type { Address, From, MeetingId } from '@offhook/core';
import type { Files } from '../ports/files.ts';
import type { MeetingDoor } from '../ports/meeting-phones.ts';
import { Refusal } from '../ports.ts';
import { MeetingLine } from './line.ts';
import type { MeetingLineDeps } from './line.ts';
import { Post } from './post.ts';
import type { PostDeps } from './post.ts';
import { smtpSender } from './smtp.ts';

export interface PostOptions {
  readonly url: string | undefined;
  readonly from: string | undefined;
}

/** What brings letters to people; nothing, if no mail server was named. */
export async function openPost(
  { url, from }: PostOptions,
  { files, ...deps }: Omit<PostDeps, 'send' | 'close' | 'from'> & { readonly files: Pick<Files, 'read'> },
): Promise<Post | undefined> {
  if (url === undefined || from === undefined) return undefined;
  return new Post({ ...deps, ...(await smtpSender({ url, from, files })), from });
}

/** By which telephones come in; nothing where none can. */
export async function openDoor(deps: MeetingLineDeps | undefined): Promise<MeetingDoor | undefined> {
  const line = deps && new MeetingLine(deps);
  return (await line?.start()) === true ? line : undefined;
}

/** How hosts have a number called: as a call of theirs. */
export function dialling(
  door: () => MeetingDoor | undefined,
): (meeting: MeetingId, number: Address, by: From) => Promise<unknown> {
  return async (meeting, number, by) => {
    const through = door();
    if (through === undefined) throw new Refusal('trunks_unavailable');
    return through.dial(meeting, number, by, by.person.address);
  };
}
