/** Webhooks as Offhook signs them: Standard Webhooks (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md). */

import type {
  CallId,
  Cause,
  Media,
  MeetingInfo,
  NumberLead,
  ParticipantId,
  Person,
  RecordingCause,
  SessionCause,
} from '@offhook/core';

/** A request that may be a webhook. */
export interface WebhookOptions {
  /** The server's `--webhook-secret`. Several while it is being replaced. */
  readonly secret: string | readonly string[];
  /** Of the request: a `Headers` object, or an object with lower-case names as Node has it. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body as it came, not parsed: every character counts. */
  readonly body: string | Uint8Array;
  /** How old a webhook may be, and how far ahead of this clock, in seconds. Default: 300. */
  readonly tolerance?: number | undefined;
  /** Milliseconds since the Unix epoch. Default: now. */
  readonly now?: number | undefined;
}

/** A call at the moment of the event. */
export interface WebhookCall {
  readonly call: string;
  readonly caller?: Person | undefined;
  readonly callee?: Person | undefined;
  /** Why it ended; only of one that has. */
  readonly cause?: Cause | undefined;
  /** A program has placed it for its caller. */
  readonly placed?: true | undefined;
  /** Of one that was placed: why its caller has not taken it. */
  readonly untaken?: Cause | undefined;
  /** From first media to the end; absent when it was never answered. */
  readonly durationMs?: number | undefined;
  readonly media?: Media | undefined;
}

/** Something that happened in a session. */
export interface WebhookSession {
  readonly session: string;
  /** What the application has noted. */
  readonly tag?: string | undefined;
  /** Of events about participants and streams. `user`: who takes part as it. */
  readonly participant?: {
    readonly participant: string;
    readonly tag?: string | undefined;
    readonly user?: Person | undefined;
  };
  /** Of events about streams. */
  readonly stream?: { readonly mid: string; readonly kind: 'audio' | 'video'; readonly alias?: string | undefined };
  /** Of `participant.digit`: the key of a telephone that was pressed, 0 to 9, `*`, `#`, A to D. */
  readonly digit?: string | undefined;
  /** Of events about a recording. */
  readonly recording?: string | undefined;
  /** Why it ended; only of one that has. */
  readonly cause?: SessionCause | RecordingCause | undefined;
}

/** A meeting at the moment of the event; and who has knocked, come or gone, where it tells of somebody. */
export interface WebhookMeeting extends Omit<MeetingInfo, 'passcode' | 'emails' | 'isHost' | 'standsIn'> {
  readonly participant?: ParticipantId | undefined;
  readonly user?: Person | undefined;
  /** Without an account here. */
  readonly guest?: boolean | undefined;
}

/** Of which trunk, or of whom. */
export interface WebhookTrunk {
  readonly trunk?: string | undefined;
  /** Of the trunk. */
  readonly name?: string | undefined;
  /** Whose cap was reached. */
  readonly user?: string | undefined;
  /** Which cap: `channels_exceeded`, `call_rate_exceeded`, `minutes_exceeded`, `spend_exceeded`. */
  readonly code?: string | undefined;
  /** Of SIP, with which our registration was refused. */
  readonly status?: number | undefined;
}

/** A message that was spoken to the voicemail of somebody. */
export interface WebhookVoicemail {
  readonly voicemail: string;
  /** Whom it is for. */
  readonly user: string;
  /** Who called, as they were called then. */
  readonly from: Person;
  /** In which it was left. */
  readonly call: CallId;
  /** When it began. Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly durationMs: number;
}

/** A call from outside that led nowhere: the number leads nowhere, or what it leads to is gone. */
export interface WebhookNumber {
  /** That was called. */
  readonly number: string;
  /** Absent: it is withheld, or is none. */
  readonly caller?: string | undefined;
  /** By which it came. */
  readonly trunk: string;
  /** Where the number leads; absent: nowhere. */
  readonly lead?: NumberLead | undefined;
}

interface Told {
  /** Stays the same when it is delivered again. */
  readonly id: string;
  /** When it happened (ISO 8601). */
  readonly timestamp: string;
}

/** What happened to a call. */
export interface WebhookCallEvent extends Told {
  readonly type: 'call.placed' | 'call.ringing' | 'call.accepted' | 'call.connected' | 'call.ended';
  readonly data: WebhookCall;
}

/** Somebody has pressed a key of a telephone in a call. */
export interface WebhookKeyEvent extends Told {
  readonly type: 'call.digit';
  /** `digit`: 0 to 9, `*`, `#`, A to D; `by`: who has pressed it. */
  readonly data: WebhookCall & { readonly digit: string; readonly by: Person };
}

/** What happened in a session. */
export interface WebhookSessionEvent extends Told {
  readonly type:
    | 'session.started'
    | 'session.ended'
    | 'session.recording'
    | 'recording.paused'
    | 'recording.resumed'
    | 'recording.ended'
    | 'recording.completed'
    | 'participant.joined'
    | 'participant.left'
    | 'participant.digit'
    | 'stream.published'
    | 'stream.unpublished'
    | 'stream.dropped';
  readonly data: WebhookSession;
}

/** What happened to a meeting. */
export interface WebhookMeetingEvent extends Told {
  readonly type:
    | 'meeting.created'
    | 'meeting.changed'
    | 'meeting.cancelled'
    | 'meeting.reminder'
    | 'meeting.started'
    | 'meeting.knocked'
    | 'meeting.joined'
    | 'meeting.left'
    | 'meeting.ended';
  readonly data: WebhookMeeting;
}

/** What happened to a trunk, or to what somebody may call. */
export interface WebhookTrunkEvent extends Told {
  readonly type: 'trunk.registered' | 'trunk.failed' | 'trunk.up' | 'trunk.down' | 'trunk.cap_reached';
  readonly data: WebhookTrunk;
}

/** Somebody has spoken a message to the voicemail of somebody. */
export interface WebhookVoicemailEvent extends Told {
  readonly type: 'voicemail.created';
  readonly data: WebhookVoicemail;
}

/** Somebody has called a number in vain; told of each number once in a while. */
export interface WebhookNumberEvent extends Told {
  readonly type: 'number.unreachable';
  readonly data: WebhookNumber;
}

/** What happened, by its `type`; later servers may tell of more. Events about one call, session, meeting or trunk come in their order. */
export type WebhookEvent =
  | WebhookCallEvent
  | WebhookKeyEvent
  | WebhookSessionEvent
  | WebhookMeetingEvent
  | WebhookTrunkEvent
  | WebhookVoicemailEvent
  | WebhookNumberEvent;

/** `headers_missing`: not signed at all. `too_old`: perhaps somebody plays an old one again. */
export type WebhookErrorCode = 'headers_missing' | 'signature_wrong' | 'too_old' | 'body_malformed';

const sentences: Readonly<Record<WebhookErrorCode, string>> = {
  headers_missing: 'The request does not have the headers of a webhook.',
  signature_wrong: 'The webhook is not signed with this secret.',
  too_old: 'The webhook was signed too long ago, or by a clock that is ahead.',
  body_malformed: 'The webhook does not tell of anything.',
};

/** Thrown for a request that is not to be believed; answer it with 400 or 401. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  /** What is wrong with it, for programs. */
  readonly code: WebhookErrorCode;
  constructor(code: WebhookErrorCode) {
    super(sentences[code]);
    this.code = code;
  }
}

/** Checks who sent a webhook, and when. Resolves with what it says; rejects with a WebhookError. */
export async function verifyWebhook(options: WebhookOptions): Promise<WebhookEvent> {
  const { secret, headers, body, tolerance = 300, now = Date.now() } = options;
  const read = (name: string): string => header(headers, name) ?? missing();
  const [id, timestamp, signatures] = [read('webhook-id'), read('webhook-timestamp'), read('webhook-signature')];
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  const secrets = typeof secret === 'string' ? [secret] : secret;
  const checks = await Promise.all(secrets.map((one) => isSigned(one, signatures, signed)));
  if (!checks.includes(true)) throw new WebhookError('signature_wrong');
  if (!(Math.abs(now / 1000 - Number(timestamp)) <= tolerance)) throw new WebhookError('too_old');
  return parse(id, text);
}

/** Several signatures stand beside one another, with spaces between, while a secret is being replaced. */
async function isSigned(secret: string, signatures: string, signed: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', keyOf(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  const checks = signatures.split(' ').map(async (one) => {
    const signature = one.startsWith('v1,') ? bytes(one.slice('v1,'.length)) : undefined;
    // The comparison takes the same time wherever they differ.
    return signature !== undefined && (await crypto.subtle.verify('HMAC', key, signature, signed));
  });
  return (await Promise.all(checks)).includes(true);
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const prefix = 'whsec_';
  const key = secret.startsWith(prefix) ? bytes(secret.slice(prefix.length)) : new TextEncoder().encode(secret);
  if (key === undefined || key.length === 0) throw new TypeError('The secret of webhooks is empty or not base64.');
  return key;
}

function bytes(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function header(headers: WebhookOptions['headers'], name: string): string | undefined {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return typeof value === 'string' ? value : undefined;
}

function missing(): never {
  throw new WebhookError('headers_missing');
}

function parse(id: string, text: string): WebhookEvent {
  try {
    const { type, timestamp, data } = JSON.parse(text) as Partial<WebhookEvent>;
    if (typeof type === 'string' && typeof timestamp === 'string' && typeof data === 'object')
      return { id, type, timestamp, data } as WebhookEvent;
  } catch {
    // Said below.
  }
  throw new WebhookError('body_malformed');
}
