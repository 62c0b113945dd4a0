/** The pieces that every state of a call ends or answers with. */
import type { Instant, Step } from '../machine.ts';
import type { ErrorCode } from '../errors.ts';
import type { Event, Media, Person } from '../protocol/signaling.ts';
import { isVoicemail } from '../user/voicemail.ts';
import type { Cause } from './causes.ts';
import type {
  Active,
  Answering,
  CallEffect,
  CallRecord,
  CallState,
  End,
  Ended,
  Forward,
  From,
  LedOn,
  Occupation,
  Origin,
  Ringing,
  Role,
} from './types.ts';
import { initialSide } from './view.ts';

/** An input which a state does not name. */
export function ignored<S extends CallState>(state: S): Step<S, CallEffect> {
  return { state, effects: [] };
}

export function refused<S extends CallState>(state: S, code: ErrorCode): Step<S, CallEffect> {
  return { state, effects: [{ type: 'refuse', code }] };
}

export function reply(ok: Extract<CallEffect, { type: 'reply' }>['ok'] = {}): CallEffect {
  return { type: 'reply', ok };
}

export function send(to: From, event: Event): CallEffect {
  return { type: 'send', to: { user: to.person.address, connection: to.connection }, event };
}

/** To every connection of a device, or all but the one that acted. */
export function sendDevice(user: string, device: string, event: Event, except?: string): CallEffect {
  return { type: 'send', to: { user, device, except }, event };
}

export function occupies(role: Role, user: string, peer: string, stage: Occupation['stage']): CallEffect {
  return { type: 'occupies', user, as: { role, peer, stage } };
}

export function newEnd(from: From, now: Instant, camera: boolean): End {
  return { ...from, side: initialSide(camera), media: 'connecting', mediaSince: now, candidates: [], end: false };
}

/**
 * Its socket is gone. One that had left and is now counted as lost (the server was restarted, and it cannot be back before it) has
 * all the time of those.
 */
export function gone(end: End, left: boolean | undefined, now: Instant): End {
  const isNews = end.awaySince === undefined || (end.left === true && left !== true);
  return isNews ? { ...end, awaySince: now, left } : end;
}

/** A late claim of the caller's, on a call that was placed: the first has won. Undefined: it is none. */
export function takenAgain<S extends Ringing | Answering | Active>(state: S, from: From): Step<S, CallEffect> | undefined {
  const { caller, origin } = state;
  if (origin?.placed !== true || caller.person.address !== from.person.address) return undefined;
  return caller.connection === from.connection ? { state, effects: [reply()] } : refused(state, 'answered_elsewhere');
}

interface Finishing {
  readonly id: string;
  readonly media: Media;
  readonly startedAt: Instant;
  readonly connectedAt?: Instant | undefined;
  readonly caller: End;
  readonly callee: Person | End;
  readonly origin?: Origin | undefined;
  readonly secret?: true | undefined;
  /** The caller's devices ring, and the two are the other way round. */
  readonly placing?: true | undefined;
}

/** How a call ends whose callee has it forwarded: the voicemail takes it, or it rings at somebody else. */
export function forwardedAs({ to }: Forward): 'forwarded' | 'voicemail' {
  return isVoicemail(to) ? 'voicemail' : 'forwarded';
}

/** The one way into `ended`: one cause, one record, both users released. Who is told is for the state that ends. */
export function finish(call: Finishing, cause: Cause, now: Instant, ledOn: LedOn = {}): Step<Ended, CallEffect> {
  if (call.placing === true) return untaken(call, cause, now);
  const winner = 'connection' in call.callee ? call.callee : undefined;
  const callee = personOf(call.callee);
  const quality = { caller: call.caller.quality, callee: winner?.quality };
  const people = { caller: call.caller.person, callee };
  const ended = over(call, { ...people, released: Object.values(people), cause, ledOn }, now, {
    ...((quality.caller ?? quality.callee) && { quality }),
    answeredOn: winner?.deviceName,
    ...(call.origin && { origin: call.origin }),
    ...(call.secret && { secret: call.secret }),
  });
  const state = { ...ended.state, winner: winner && { connection: winner.connection, deviceName: winner.deviceName } };
  return { state, effects: ended.effects };
}

/** A call that was placed, and not taken by the one who was to call: the other one never hears of it. */
function untaken(call: Finishing, cause: Cause, now: Instant): Step<Ended, CallEffect> {
  const people = { caller: personOf(call.callee), callee: call.caller.person };
  return over(call, { ...people, released: [people.caller], cause: 'cancelled', ledOn: {} }, now, {
    origin: { ...call.origin, untaken: cause },
    secret: true,
  });
}

interface Over {
  readonly caller: Person;
  readonly callee: Person;
  readonly released: readonly Person[];
  readonly cause: Cause;
  readonly ledOn: LedOn;
}

function over(
  { id, media, startedAt, connectedAt }: Finishing,
  { caller, callee, released, cause, ledOn }: Over,
  now: Instant,
  more: Pick<CallRecord, 'quality' | 'answeredOn' | 'origin' | 'secret'>,
): Step<Ended, CallEffect> {
  const record = { call: id, caller, callee, media, startedAt, connectedAt, endedAt: now, cause, ...more, ...ledOn };
  return {
    state: { kind: 'ended', id, cause, caller: caller.address, callee: callee.address, ...ledOn },
    effects: [
      ...released.map(({ address }): CallEffect => ({ type: 'released', user: address })),
      { type: 'record', record },
      { type: 'announce', event: 'call.ended' },
    ],
  };
}

function personOf(side: Person | End): Person {
  return 'connection' in side ? side.person : side;
}
