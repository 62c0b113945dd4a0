/** The pieces that every state of a call ends or answers with. */
import type { Instant, Step } from '../machine.ts';
import type { ErrorCode } from '../errors.ts';
import type { Event, Media, Person } from '../protocol/signaling.ts';
import type { Cause } from './causes.ts';
import type { CallEffect, CallState, End, Ended, From, LedOn, Occupation, Origin, Role } from './types.ts';
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

interface Finishing {
  readonly id: string;
  readonly media: Media;
  readonly startedAt: Instant;
  readonly connectedAt?: Instant | undefined;
  readonly caller: End;
  readonly callee: Person | End;
  readonly origin?: Origin | undefined;
  readonly secret?: true | undefined;
}

/** The one way into `ended`: one cause, one record, both users released. Who is told is for the state that ends. */
export function finish(call: Finishing, cause: Cause, now: Instant, ledOn: LedOn = {}): Step<Ended, CallEffect> {
  const winner = 'connection' in call.callee ? call.callee : undefined;
  const callee: Person = 'connection' in call.callee ? call.callee.person : call.callee;
  const caller = call.caller.person;
  const quality = { caller: call.caller.quality, callee: 'connection' in call.callee ? call.callee.quality : undefined };
  return {
    state: {
      kind: 'ended',
      id: call.id,
      cause,
      caller: caller.address,
      callee: callee.address,
      winner: winner && { connection: winner.connection, deviceName: winner.deviceName },
      ...ledOn,
    },
    effects: [
      { type: 'released', user: caller.address },
      { type: 'released', user: callee.address },
      {
        type: 'record',
        record: {
          call: call.id,
          caller,
          callee,
          media: call.media,
          startedAt: call.startedAt,
          connectedAt: call.connectedAt,
          endedAt: now,
          cause,
          ...((quality.caller ?? quality.callee) && { quality }),
          answeredOn: winner?.deviceName,
          ...(call.origin && { origin: call.origin }),
          ...ledOn,
          ...(call.secret && { secret: call.secret }),
        },
      },
      { type: 'announce', event: 'call.ended' },
    ],
  };
}
