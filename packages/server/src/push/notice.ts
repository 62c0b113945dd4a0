/**
 * What is pushed: one JSON text that browsers understand in two ways. A service worker shows it as it sees fit; where there is none, or
 * it fails, the browser itself shows `notification` (Declarative Web Push, W3C Push API §"declarative push message").
 */
import { isMissed, pushLimits } from '@offhook/core';
import type { Address, DeviceId, Instant, Milliseconds, RingNotice } from '@offhook/core';
import type { PushMessage, VoicemailNews } from '../ports/push.ts';
import { textsIn } from './texts.ts';

/** Marks what is meant for our service worker; grows when it has to be understood anew. */
const form = 1;
/** RFC 8030 is the first of what it is built on; browsers look for this number. */
const declarative = 8030;

export interface Recipient {
  readonly user: Address;
  readonly device: DeviceId;
  readonly language: string | undefined;
  /** Where browsers reach this server. */
  readonly url: string;
  /** By which the device shows that it was told of the call. */
  readonly token: string;
  /** Names the call to push services without telling them which it is; see PushMessage. */
  readonly topic: string;
}

/** That a call rings, or no longer does. `missed`: how many calls were missed there by now, which browsers show on the icon of the app. */
export function ringMessage(notice: RingNotice, to: Recipient, now: Instant, missed?: number): PushMessage {
  const { call, caller, video, forwardedFrom, until, over } = notice;
  const texts = textsIn(to.language);
  const rings = video ? texts.video : texts.audio;
  const told = forwardedFrom === undefined ? rings : `${rings} · ${texts.forwarded(forwardedFrom.name)}`;
  const shown = over === undefined ? told : overText(over, texts);
  const ringMs = Math.max(0, until - now);
  const data = {
    offhook: form,
    type: over === undefined ? 'ring' : 'over',
    call,
    user: to.user,
    device: to.device,
    caller,
    video,
    ...(forwardedFrom && { forwardedFrom }),
    until,
    token: to.token,
    ...over,
  };
  const ttlMs =
    over === undefined ? ringMs : isMissed(over.cause) ? pushLimits.missedTtlMs : Math.max(ringMs, pushLimits.overTtlMs);
  return message({ title: caller.name, text: shown, tag: call, isLoud: over === undefined, data, missed }, to, ttlMs);
}

/** What it is like when a call rings there. */
export function testMessage(to: Recipient, until: Instant, now: Instant): PushMessage {
  const texts = textsIn(to.language);
  const data = { offhook: form, type: 'test', user: to.user, device: to.device, until };
  return message({ title: texts.testTitle, text: texts.test, tag: 'offhook-test', isLoud: true, data }, to, until - now);
}

/** That a caller has left a message. */
export function voicemailMessage({ voicemail, from, durationMs }: VoicemailNews, to: Recipient): PushMessage {
  const seconds = Math.round(durationMs / 1_000);
  const length = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const text = `${textsIn(to.language).voicemail} · ${length}`;
  const data = { offhook: form, type: 'voicemail', voicemail, user: to.user, device: to.device, caller: from, durationMs };
  return message({ title: from.name, text, tag: voicemail, isLoud: false, data }, to, pushLimits.missedTtlMs);
}

function overText({ cause, elsewhere }: NonNullable<RingNotice['over']>, texts: ReturnType<typeof textsIn>): string {
  if (cause === 'answered_elsewhere') return elsewhere === undefined ? texts.answered : texts.answeredOn(elsewhere);
  return isMissed(cause) ? texts.missed : texts.over;
}

interface Shown {
  readonly title: string;
  readonly text: string;
  readonly tag: string;
  readonly isLoud: boolean;
  readonly data: object;
  readonly missed?: number | undefined;
}

function message({ title, text, tag, isLoud, data, missed }: Shown, to: Recipient, ttlMs: Milliseconds): PushMessage {
  const { lang, dir } = textsIn(to.language);
  const body = JSON.stringify({
    web_push: declarative,
    notification: {
      title,
      body: text,
      navigate: `${to.url}/?as=${encodeURIComponent(to.user)}`,
      tag,
      lang,
      dir,
      silent: !isLoud,
      requireInteraction: isLoud,
      data,
    },
    ...(missed !== undefined && { app_badge: missed }),
    mutable: true,
  });
  return { body, ttlMs, topic: to.topic };
}
