/**
 * Session timers (RFC 4028): one side asks again from time to time (re-INVITE or UPDATE), and where nobody does, both know that the session
 * is gone.
 */
import { MessageError } from '../message/errors.ts';
import type { Message, Request, Response } from '../message/message.ts';
import type { Worded } from '../message/values.ts';
import type { Instant } from '../transaction/types.ts';

export interface SessionTimes {
  /** Seconds that we ask for. */
  readonly interval: number;
  /** Seconds below which we refuse; never below 90 (§5). */
  readonly minimum: number;
}

export const sessionTimes: SessionTimes = { interval: 1800, minimum: 90 };

export type Refresher = 'uac' | 'uas';

/** Session-Expires. */
interface Wanted {
  readonly interval: number;
  readonly refresher: Refresher | undefined;
}

/** Undefined as well where it cannot be read: then nobody has said anything of it. */
function wantedBy(message: Message): Wanted | undefined {
  const value = valueOf(message);
  if (value === undefined || !/^\d{1,9}$/.test(value.value)) return undefined;
  const refresher = value.params.get('refresher')?.toLowerCase();
  return { interval: Number(value.value), refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined };
}

function valueOf(message: Message): Worded | undefined {
  try {
    return message.words('Session-Expires')[0];
  } catch (error) {
    if (error instanceof MessageError) return undefined;
    throw error;
  }
}

/** What stands in an INVITE or UPDATE of ours. After a 422 with the `minimum` of that. */
export function sessionFields({ interval, minimum }: SessionTimes, refresher?: Refresher): Readonly<Record<string, string>> {
  const least = Math.max(90, minimum);
  return {
    'Session-Expires': `${Math.max(interval, least)}${refresher === undefined ? '' : `;refresher=${refresher}`}`,
    'Min-SE': String(least),
  };
}

/** With what to ask again after a 422 (§7.4), undefined where it says nothing. */
export function timesAfter422(response: Response, ours: SessionTimes): SessionTimes | undefined {
  const minimum = response.seconds('Min-SE');
  return minimum === undefined
    ? undefined
    : { interval: Math.max(ours.interval, minimum), minimum: Math.max(ours.minimum, minimum) };
}

export type SessionAnswer =
  | { readonly type: 'refuse'; readonly status: 422; readonly fields: Readonly<Record<string, string>> }
  /** `fields` belong into the 2xx; `timer` begins with it, none where neither side can. */
  | {
      readonly type: 'accept';
      readonly fields: Readonly<Record<string, string>>;
      readonly refresher?: Refresher | undefined;
      readonly interval?: number | undefined;
    };

/** On the side that is asked, by an INVITE or UPDATE (§9, table 2). */
export function answerSession(request: Request, ours: SessionTimes): SessionAnswer {
  const wanted = wantedBy(request);
  const knows = request.says('Supported', 'timer') || request.says('Require', 'timer');
  const least = Math.max(90, ours.minimum);
  // Who does not know of it cannot act on 422: a proxy has put the time in.
  if (wanted !== undefined && wanted.interval < least && knows)
    return { type: 'refuse', status: 422, fields: { 'Min-SE': String(least) } };
  const most = Math.max(ours.interval, request.seconds('Min-SE') ?? 0, least);
  // It may be shortened, but not below what they can bear, and never made longer (§9). What is too short and cannot be refused counts not.
  const interval = wanted === undefined || wanted.interval < least ? most : Math.min(wanted.interval, most);
  const refresher = knows ? (wanted?.refresher ?? 'uac') : 'uas';
  const value = `${interval};refresher=${refresher}`;
  return {
    type: 'accept',
    interval,
    refresher,
    fields: { 'Session-Expires': value, ...(refresher === 'uac' ? { Require: 'timer' } : {}) },
  };
}

/** On the side that has asked: what a 2xx decides (§7.2). Without Session-Expires there is no timer; nobody makes us ask every second. */
export function sessionOf(response: Response): { readonly interval: number; readonly refresher: Refresher } | undefined {
  const wanted = wantedBy(response);
  return wanted === undefined ? undefined : { interval: Math.max(wanted.interval, 90), refresher: wanted.refresher ?? 'uac' };
}

/** Runs from a 2xx until the next one that carries it. */
export class SessionTimer {
  readonly #refreshAt: Instant | undefined;
  readonly #endAt: Instant;
  #isAsked = false;

  /** `interval` in seconds. */
  constructor(interval: number, isOurs: boolean, now: Instant) {
    const seconds = Math.max(interval, 1);
    this.#refreshAt = isOurs ? now + seconds * 500 : undefined;
    this.#endAt = now + (seconds - Math.min(32, seconds / 3)) * 1000;
  }

  get deadline(): Instant {
    return this.#refreshAt === undefined || this.#isAsked ? this.#endAt : Math.min(this.#refreshAt, this.#endAt);
  }

  /** `refresh`: ask again, at half of the time. `end`: nobody has; say BYE (§10). */
  tick(now: Instant): 'refresh' | 'end' | undefined {
    if (now >= this.#endAt) return 'end';
    if (this.#refreshAt === undefined || this.#isAsked || now < this.#refreshAt) return undefined;
    this.#isAsked = true;
    return 'refresh';
  }
}
