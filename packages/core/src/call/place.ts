/**
 * A call that a program places for somebody (third party call control, RFC 3725): the caller's own devices ring first, and whichever takes
 * it calls, as after a transfer without a word.
 *
 *      program: anna calls bo
 *      (bo) ── placed ──► anna's devices        she sees whom she is to call; bo hears of nothing
 *      anna takes it on one of them
 *      anna ── the same call ──► bo             it rings there as soon as anna's offer is here
 *
 * It is one call from its beginning to its end, of anna to bo. While the caller's devices ring, the machine has the two the other way
 * round, so that whatever holds for devices that ring holds for hers.
 */
import type { Instant, Step } from '../machine.ts';
import type { Media, Offer, Person } from '../protocol/signaling.ts';
import { ringing, began } from './begin.ts';
import { finish, forwardedAs, newEnd, reply, send, sendDevice } from './outcome.ts';
import { stopPushed } from './push.ts';
import type { Admitted, CallEffect, CallInput, CallState, From, New, Ringing, TurnedAway } from './types.ts';
import { viewOf } from './view.ts';

type CallStep = Step<CallState, CallEffect>;

/** A description without any section (RFC 8866 §5): something to ring with where nobody talks in what rings. */
export const noMedia: Offer = { type: 'offer', sdp: 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n' };

/** Nobody is there yet who calls. */
function nobodyYet(person: Person, media: Media, now: Instant): Ringing['caller'] {
  return newEnd({ person, device: '', deviceName: '', connection: '' }, now, media.video);
}

export function place({ id }: New, input: Extract<CallInput, { type: 'placed' }>, now: Instant): CallStep {
  const { caller: callee, to, media, verdict } = input;
  const caller = nobodyYet(to, media, now);
  const origin = { ...input.origin, placed: true } as const;
  if ('cause' in verdict) {
    const ended = finish({ id, media, startedAt: now, caller, callee, origin, placing: true }, verdict.cause, now);
    return { state: ended.state, effects: [reply({ call: id }), ...ended.effects] };
  }
  const begun = { id, caller, callee, media, epoch: 1, offer: noMedia, origin, placing: true } as const;
  const next = ringing(begun, verdict, now);
  return { state: next, effects: [reply({ call: id }), ...began(next)] };
}

/** The caller has taken it on one of their devices, and calls from there. `onward`: what the user machines say of the callee. */
export function take(state: Ringing, from: From, onward: Admitted | TurnedAway, now: Instant): CallStep {
  const { id, media, origin, startedAt } = state;
  const callee = state.caller.person;
  const caller = newEnd(from, now, media.video);
  const { deviceName: elsewhere } = from;
  const cause = 'answered_elsewhere';
  const told = [
    reply(),
    ...[...new Set([...Object.keys(state.legs), from.device])].map((device) =>
      sendDevice(from.person.address, device, { type: 'ended', call: id, cause, elsewhere }, from.connection),
    ),
    ...stopPushed(state, { cause, elsewhere }, from.device),
  ];
  if ('cause' in onward) {
    const secret = onward.cause === 'forwarded' ? undefined : onward.secret;
    const ledOn = onward.cause === 'forwarded' ? { forward: onward.forward } : {};
    const over = onward.cause === 'forwarded' ? forwardedAs(onward.forward) : onward.cause;
    const ended = finish({ id, media, startedAt, caller, callee, origin, secret }, over, now, ledOn);
    // Of a forward the caller hears from the call in which it goes on.
    const last = onward.cause === 'forwarded' ? [] : [send(from, { type: 'ended', call: id, cause: onward.cause })];
    return { state: ended.state, effects: [...told, ...ended.effects, ...last] };
  }
  // Of the first epoch the caller has heard, as something without media.
  const begun = { id, caller, callee, media, epoch: state.epoch + 1, origin };
  const next: Ringing = { ...ringing(begun, onward, now), startedAt };
  const view = viewOf(next, from.person.address, from.connection, now);
  const calls = view === undefined ? [] : [send(from, { type: 'transferred', call: id, view })];
  return { state: next, effects: [...told, ...calls, ...began(next)] };
}
