/** A call while it rings: fan-out, the offer and candidates kept for late devices, and the claim. */
import type { Instant, Milliseconds, Step } from '../machine.ts';
import { serverLimits } from '../limits.ts';
import type { DeviceId, Early, Event } from '../protocol/signaling.ts';
import type { Cause } from './causes.ts';
import { gathered } from './candidates.ts';
import {
  finish,
  forwardedAs,
  gone,
  ignored,
  newEnd,
  occupies,
  refused,
  reply,
  send,
  sendDevice,
  takenAgain,
} from './outcome.ts';
import { fallsAsleep, isReached, misses, reached, stopPushed, told, unconfirmed, wake } from './push.ts';
import type { CallEffect, CallInput, CallState, Forward, From, Ringing } from './types.ts';
import { viewOf } from './view.ts';

type CallStep = Step<CallState, CallEffect>;
type InputOf<T extends CallInput['type']> = Extract<CallInput, { type: T }>;

export function ringingDeadline(state: Ringing): Instant {
  return Math.min(state.ringUntil, state.reachBy ?? Infinity, state.push?.confirmBy ?? Infinity, callerBy(state) ?? Infinity);
}

/** When a caller whose signalling is gone is given up. */
function callerBy({ caller: { awaySince, left } }: Ringing): Instant | undefined {
  return awaySince === undefined ? undefined : awaySince + (left === true ? serverLimits.leftMs : serverLimits.lostMs);
}

/** How long the callee is waited for while no device can take it: less, if all there is to hope for is a page that is loaded again. */
export function reachMs(left: boolean | undefined): Milliseconds {
  return left === true ? serverLimits.reloadMs : serverLimits.reachMs;
}

export function stepRinging(state: Ringing, input: CallInput, now: Instant): CallStep {
  switch (input.type) {
    case 'invite':
    case 'refused':
      // Repeated after a lost reply or a restart: it rings already.
      return isCallee(state, input.from) ? refused(state, 'call_exists') : { state, effects: [reply({ call: state.id })] };
    case 'reoffer':
      return reoffer(state, input, now);
    case 'candidates':
      return candidates(state, input);
    case 'ringing':
      return isCallee(state, input.from) ? rings(state, input) : ignored(state);
    case 'reject':
      return reject(state, input, now);
    case 'accept':
      return accept(state, input, now);
    case 'hangup':
      if (isCallee(state, input.from)) return over(state, 'declined', now, [reply()]);
      return input.from.device === state.caller.device
        ? over(state, input.elsewhere === true ? 'answered_elsewhere' : 'cancelled', now, [reply()])
        : refused(state, 'call_not_found');
    case 'update':
      return update(state, input);
    case 'answer':
    case 'describe':
    case 'transfer':
    case 'move':
      return refused(state, 'wrong_state');
    case 'attach':
      return attach(state, input.device);
    case 'detach':
      return detach(state, input, now);
    case 'unpushed':
      return unpushed(state, input.device, now);
    case 'away': {
      if (state.placing === true) return ignored(state);
      const caller = input.connection === state.caller.connection ? gone(state.caller, input.left, now) : state.caller;
      return caller === state.caller ? ignored(state) : { state: { ...state, caller }, effects: [] };
    }
    case 'back':
      return input.connection === state.caller.connection && state.caller.awaySince !== undefined
        ? { state: { ...state, caller: { ...state.caller, awaySince: undefined, left: undefined } }, effects: [] }
        : ignored(state);
    case 'forward':
      return forward(state, input.forward, now);
    case 'tick':
      return tick(state, now);
    case 'media':
    case 'quality':
    case 'digit':
    case 'placed':
    case 'joined':
    case 'led':
      return ignored(state);
  }
}

function isCallee(state: Ringing, from: From): boolean {
  return from.person.address === state.callee.address;
}

/** A page rings, or what was pushed to a device is shown there. */
function rings(state: Ringing, { from: { device }, early }: InputOf<'ringing'>): CallStep {
  const leg = state.legs[device];
  const isPushed = state.push?.sent.includes(device) === true && (leg === undefined || leg === 'away');
  const isHeard = early?.epoch === state.epoch && live(state).includes(device);
  if (leg !== 'invited' && !isPushed && !isHeard && state.heard !== device) return ignored(state);
  const next: Ringing = isPushed ? isReached(state, device) : { ...state, legs: { ...state.legs, [device]: 'ringing' } };
  if (isHeard) return { state: { ...next, heard: device }, effects: toCaller(state, ringing(state, early)) };
  if (state.heard === device) return withoutHeard(next, device);
  // Whoever hears somebody else knows already that it rings.
  return { state: next, effects: state.heard === undefined ? toCaller(state, ringing(state)) : [] };
}

function ringing({ id, waiting }: Ringing, early?: Early): Event {
  return { type: 'ringing', call: id, waiting, ...(early && { early }) };
}

/** What was heard of a device before its answer is so no longer. */
function withoutHeard(state: Ringing, device: DeviceId): Step<Ringing, CallEffect> {
  if (state.heard !== device) return { state, effects: [] };
  const { heard: _heard, ...next } = state;
  return { state: next, effects: toCaller(next, ringing(next)) };
}

/** The caller's page was reloaded or its network changed: a new offer, and the candidates of the old one are void. */
function reoffer(state: Ringing, input: InputOf<'reoffer'>, now: Instant): CallStep {
  if (input.from.connection !== state.caller.connection) return refused(state, 'call_not_found');
  if (input.epoch <= state.epoch)
    return input.epoch === state.epoch && input.offer.sdp === state.offer?.sdp
      ? { state, effects: [reply()] }
      : refused(state, 'stale_epoch');
  const user = state.callee.address;
  const isFirst = state.offer === undefined;
  const event: Event = { type: 'reoffered', call: state.id, epoch: input.epoch, offer: input.offer };
  const caller = { ...state.caller, candidates: [], end: false, mediaSince: now };
  const offered: Ringing = { ...state, epoch: input.epoch, offer: input.offer, caller, heard: undefined };
  return {
    // After a transfer there is something to ring with only now.
    state: isFirst ? told(offered, now) : offered,
    effects: [
      reply(),
      ...(isFirst
        ? [
            ...live(state).map((device): CallEffect => ({ type: 'ring', user, device })),
            ...wake(offered, offered.push?.sent ?? []),
          ]
        : Object.keys(state.legs).map((device) => sendDevice(user, device, event))),
    ],
  };
}

/** The devices that could take it. */
function live({ legs }: Ringing): DeviceId[] {
  return Object.keys(legs).filter((device) => legs[device] === 'invited' || legs[device] === 'ringing');
}

/** The caller's microphone or camera changed while it rings: whoever answers must know. */
function update(state: Ringing, { from, side }: InputOf<'update'>): CallStep {
  if (from.connection !== state.caller.connection)
    return refused(state, isCallee(state, from) ? 'wrong_state' : 'call_not_found');
  if (side.n <= state.caller.side.n) return { state, effects: [reply()] };
  return {
    state: { ...state, caller: { ...state.caller, side } },
    effects: [
      reply(),
      ...Object.keys(state.legs).map((device) =>
        sendDevice(state.callee.address, device, { type: 'updated', call: state.id, side }),
      ),
    ],
  };
}

/** Only the caller's candidates exist before the claim (a device of the callee holds its own back). */
function candidates(state: Ringing, input: InputOf<'candidates'>): CallStep {
  const { caller } = state;
  if (input.from.connection !== caller.connection || input.epoch !== state.epoch) return ignored(state);
  const kept = gathered(caller, input);
  const event: Event = {
    type: 'candidates',
    call: state.id,
    epoch: state.epoch,
    candidates: [...input.candidates],
    end: input.end,
  };
  return {
    state: kept === caller ? state : { ...state, caller: kept },
    effects: Object.keys(state.legs).map((device) => sendDevice(state.callee.address, device, event)),
  };
}

/**
 * `declined` ends it everywhere, as `joined` does one that asks to a meeting; `busy`, `unreachable` and `no_answer` take away one device,
 * and the last of them ends it when no other is left to wait for.
 */
function reject(state: Ringing, input: InputOf<'reject'>, now: Instant): CallStep {
  const { from, reason } = input;
  if (!isCallee(state, from)) return refused(state, 'call_not_found');
  if (reason === 'joined')
    return state.origin?.meeting === undefined ? refused(state, 'wrong_state') : over(state, 'joined', now, [reply()]);
  if (reason === 'declined') return over(state, 'declined', now, [reply()], input.message);
  if (state.legs[from.device] === 'busy') return { state, effects: [reply()] };
  const next = waitFor({ ...state, legs: { ...state.legs, [from.device]: 'busy' } }, now + serverLimits.reachMs);
  const isAsked = reached(next).some((device) => next.legs[device] === undefined);
  if (!isAsked && Object.values(next.legs).every((leg) => leg === 'busy')) return over(next, reason, now, [reply()]);
  const left = withoutHeard(next, from.device);
  return {
    state: left.state,
    effects: [
      reply(),
      sendDevice(state.callee.address, from.device, { type: 'ended', call: state.id, cause: reason }, from.connection),
      ...left.effects,
    ],
  };
}

function attach(state: Ringing, device: string): CallStep {
  const leg = state.legs[device];
  if (leg !== undefined && leg !== 'away') return ignored(state);
  return {
    state: { ...state, legs: { ...state.legs, [device]: 'invited' }, reachBy: undefined },
    effects: state.offer === undefined ? [] : [{ type: 'ring', user: state.callee.address, device }],
  };
}

/** Its last page has gone, and may come back; or what is pushed reaches it still. */
function detach(state: Ringing, { device, left, asleep }: InputOf<'detach'>, now: Instant): CallStep {
  const leg = state.legs[device];
  if (leg !== 'invited' && leg !== 'ringing') return ignored(state);
  const { state: away, effects } = withoutHeard({ ...state, legs: { ...state.legs, [device]: 'away' } }, device);
  if (asleep !== true) return { state: waitFor(away, now + reachMs(left)), effects };
  const next = fallsAsleep(away, device);
  return { state: next.state, effects: [...effects, ...next.effects] };
}

function unpushed(state: Ringing, device: DeviceId, now: Instant): CallStep {
  const next = misses(state, device);
  return next === state ? ignored(state) : { state: waitFor(next, now + serverLimits.reachMs), effects: [] };
}

/** With no device left that could take it, it waits a little for one to come back (a reload, a lost socket). */
function waitFor(state: Ringing, until: Instant): Ringing {
  const mayRing = live(state).length > 0 || reached(state).length > 0;
  return mayRing || state.reachBy !== undefined ? state : { ...state, reachBy: until };
}

/** The claim. The first one the server sees wins, every other device is told where the call went. */
function accept(state: Ringing, input: InputOf<'accept'>, now: Instant): CallStep {
  const { from, answer } = input;
  if (!isCallee(state, from)) return takenAgain(state, from) ?? refused(state, 'call_not_found');
  // Nobody has said yet what becomes of it.
  if (state.placing === true) return refused(state, 'wrong_state');
  const callee = newEnd(from, now, false);
  const { id, media, caller, offer, startedAt, epoch, waiting, origin, replaces } = state;
  // What no device was told of cannot be taken.
  if (offer === undefined) return refused(state, 'wrong_state');
  const led = { ...(origin && { origin }), ...(replaces && { replaces }) };
  const known = { id, media, caller: { ...caller, mediaSince: now }, callee, crossed: input.merge, startedAt, epoch, ...led };
  // An answer to an offer that was replaced meanwhile answers nothing: the claim stands, the answer follows.
  const fits = answer !== undefined && input.epoch === epoch;
  const next: CallState = fits
    ? { kind: 'active', ...known, answer, answeredAt: now }
    : { kind: 'answering', ...known, offer, waiting, answerBy: now + serverLimits.answerMs };
  const view = input.merge && viewOf(next, from.person.address, from.connection, now);
  return {
    state: next,
    effects: [
      reply(view ? { call: id, merged: view } : {}),
      occupies('callee', from.person.address, caller.person.address, 'engaged'),
      { type: 'announce', event: 'call.accepted' },
      send(caller, { type: 'accepted', call: id, epoch, ...(fits && { answer }) }),
      ...[...new Set([...Object.keys(state.legs), from.device])].map((device) =>
        sendDevice(
          from.person.address,
          device,
          { type: 'ended', call: id, cause: 'answered_elsewhere', elsewhere: from.deviceName },
          from.connection,
        ),
      ),
      ...stopPushed(state, { cause: 'answered_elsewhere', elsewhere: from.deviceName }, from.device),
    ],
  };
}

function tick(state: Ringing, now: Instant): CallStep {
  if (now < ringingDeadline(state)) return ignored(state);
  const { confirmBy } = state.push ?? {};
  if (confirmBy !== undefined && now >= confirmBy) {
    const woken = unconfirmed(state);
    // Something else may be due at the same moment.
    const next = tick(woken.state, now);
    return { state: next.state, effects: [...woken.effects, ...next.effects] };
  }
  if (state.reachBy !== undefined && now >= state.reachBy)
    return over(state, Object.values(state.legs).includes('busy') ? 'busy' : 'unreachable', now, []);
  if (now >= (callerBy(state) ?? Infinity)) return over(state, 'cancelled', now, []);
  return over(state, 'no_answer', now, []);
}

/** Ends it for the caller and stops the ringing on every device of the callee. */
function over(state: Ringing, cause: Cause, now: Instant, first: readonly CallEffect[], message?: string): CallStep {
  const ended = finish(state, cause, now);
  const event: Event = { type: 'ended', call: state.id, cause, ...(message !== undefined && { message }) };
  const told = [...toCaller(state, event), ...stopped(state, ended.state.cause)];
  return { state: ended.state, effects: [...first, ...ended.effects, ...told] };
}

/** Stops the ringing here. The caller hears of it from the call in which it rings elsewhere. */
function forward(state: Ringing, to: Forward, now: Instant): CallStep {
  const cause = forwardedAs(to);
  const ended = finish(state, cause, now, { forward: to });
  return { state: ended.state, effects: [reply(), ...ended.effects, ...stopped(state, cause)] };
}

/** While the caller's own devices ring, there is nobody to tell. */
function toCaller(state: Ringing, event: Event): CallEffect[] {
  return state.placing === true ? [] : [send(state.caller, event)];
}

function stopped(state: Ringing, cause: Cause): CallEffect[] {
  const { id, callee, legs } = state;
  const told = Object.keys(legs).map((device) => sendDevice(callee.address, device, { type: 'ended', call: id, cause }));
  return [...told, ...stopPushed(state, { cause })];
}
