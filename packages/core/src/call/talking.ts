/** A call that somebody has taken: the answer, renegotiation, what each side does, and how it ends when things get lost. */
import type { Instant, Step } from '../machine.ts';
import { serverLimits } from '../limits.ts';
import { meetingLimits } from '../meeting-limits.ts';
import type { Event } from '../protocol/signaling.ts';
import type { Cause } from './causes.ts';
import { forgotten, gathered } from './candidates.ts';
import { finish, gone, ignored, refused, reply, send, sendDevice, takenAgain } from './outcome.ts';
import type { Active, Answering, CallEffect, CallInput, CallState, ConnectionId, End, From, Role } from './types.ts';
import { roleOf, viewOf } from './view.ts';

type CallStep = Step<CallState, CallEffect>;
type InputOf<T extends CallInput['type']> = Extract<CallInput, { type: T }>;
type Talking = Answering | Active;

/** Claimed, and waiting for the answer. */
export function stepAnswering(state: Answering, input: CallInput, now: Instant): CallStep {
  switch (input.type) {
    case 'answer':
      return answer(state, input, now);
    case 'accept':
      // Taken by an invite that crossed, and answered by the same page at the same moment: here is the answer.
      return input.answer !== undefined && input.epoch === state.epoch && sideOf(state, input.from) === 'callee'
        ? answer(state, { ...input, type: 'answer', answer: input.answer }, now)
        : stepTalking(state, input, now);
    case 'reoffer':
      if (input.from.connection !== state.caller.connection) return refused(state, 'call_not_found');
      if (input.epoch <= state.epoch)
        return input.epoch === state.epoch && input.offer.sdp === state.offer.sdp
          ? { state, effects: [reply()] }
          : refused(state, 'stale_epoch');
      return {
        state: { ...state, epoch: input.epoch, offer: input.offer, caller: { ...state.caller, candidates: [], end: false } },
        effects: [reply(), send(state.callee, { type: 'reoffered', call: state.id, epoch: input.epoch, offer: input.offer })],
      };
    case 'describe':
    case 'transfer':
    case 'move':
      return refused(state, 'wrong_state');
    case 'tick':
      return now < state.answerBy ? ignored(state) : over(state, 'media_failed', now, []);
    default:
      return stepTalking(state, input, now);
  }
}

/** Answered. */
export function stepActive(state: Active, input: CallInput, now: Instant): CallStep {
  switch (input.type) {
    case 'answer':
      // Repeated, or for an epoch that came and went.
      return sideOf(state, input.from) === 'callee'
        ? { state, effects: [reply()] }
        : refused(state, notYours(state, input.from));
    case 'reoffer':
      return refused(state, 'wrong_state');
    case 'describe':
      return describe(state, input, now);
    case 'transfer':
      return transfer(state, input, now);
    case 'move':
      return move(state, input, now);
    case 'tick':
      return tick(state, now);
    default:
      return stepTalking(state, input, now);
  }
}

function stepTalking(
  state: Talking,
  input: Exclude<CallInput, { type: 'answer' | 'reoffer' | 'describe' | 'transfer' | 'move' | 'tick' }>,
  now: Instant,
): CallStep {
  switch (input.type) {
    case 'invite':
    case 'refused':
      return isCaller(state, input.from) ? { state, effects: [reply({ call: state.id })] } : refused(state, 'call_exists');
    case 'accept': {
      if (state.callee.connection !== input.from.connection)
        return takenAgain(state, input.from) ?? refused(state, notYours(state, input.from));
      const { person, connection } = state.callee;
      const view = input.merge && viewOf(state, person.address, connection, now);
      return { state, effects: [reply(view ? { call: state.id, merged: view } : {})] };
    }
    case 'candidates':
      return candidates(state, input);
    case 'update': {
      const role = sideOf(state, input.from);
      if (role === undefined) return refused(state, notYours(state, input.from));
      if (input.side.n <= state[role].side.n) return { state, effects: [reply()] };
      return {
        state: withEnd(state, role, { side: input.side }),
        effects: [reply(), toOther(state, role, { type: 'updated', call: state.id, side: input.side })],
      };
    }
    case 'media':
      return media(state, input, now);
    case 'quality':
      return quality(state, input);
    case 'digit':
      return digit(state, input);
    case 'hangup':
      return hangup(state, input.from, now);
    case 'reject':
      // A reject after the answer is disregarded (MSC2746): the call was taken elsewhere.
      return { state, effects: [reply()] };
    case 'away':
      return away(state, input, now);
    case 'back':
      return back(state, input.connection, now);
    case 'attach':
      return tooLate(state, input.device);
    case 'ringing':
    case 'detach':
    case 'unpushed':
    case 'placed':
    case 'joined':
    case 'led':
    case 'forward':
      return ignored(state);
  }
}

/** For programs: the other side has heard it, or is not to. */
function digit(state: Talking, { user, digit: pressed }: InputOf<'digit'>): CallStep {
  const role = roleOf(state, user);
  if (role === undefined) return ignored(state);
  const by = state[role].person;
  return { state, effects: [{ type: 'announce', event: 'call.digit', digit: pressed, by }] };
}

/** A device that came just as the call was taken may believe that it still rings. */
function tooLate(state: Talking, device: string): CallStep {
  const { person, connection, deviceName } = state.callee;
  const event: Event = { type: 'ended', call: state.id, cause: 'answered_elsewhere', elsewhere: deviceName };
  return { state, effects: [sendDevice(person.address, device, event, connection)] };
}

/** The side whose media lives on this very connection. */
function sideOf(state: Talking, from: From): Role | undefined {
  return roleAt(state, from.connection);
}

function roleAt(state: Talking, connection: ConnectionId): Role | undefined {
  if (connection === state.caller.connection) return 'caller';
  return connection === state.callee.connection ? 'callee' : undefined;
}

function notYours(state: Talking, from: From): 'answered_elsewhere' | 'call_not_found' {
  return isCaller(state, from) ? 'call_not_found' : 'answered_elsewhere';
}

function isCaller(state: Talking, from: From): boolean {
  return from.person.address === state.caller.person.address;
}

function other(role: Role): Role {
  return role === 'caller' ? 'callee' : 'caller';
}

function toOther(state: Talking, role: Role, event: Event): CallEffect {
  return send(state[other(role)], event);
}

function withEnd<S extends Talking>(state: S, role: Role, change: Partial<End>): S {
  return { ...state, [role]: { ...state[role], ...change } };
}

function answer(state: Answering, input: InputOf<'answer'>, now: Instant): CallStep {
  if (sideOf(state, input.from) !== 'callee') return refused(state, notYours(state, input.from));
  if (input.epoch !== state.epoch) return refused(state, 'stale_epoch');
  const { offer: _offer, waiting: _waiting, answerBy: _by, ...known } = state;
  return {
    state: { ...known, kind: 'active', answer: input.answer, answeredAt: now },
    effects: [reply(), send(state.caller, { type: 'answered', call: state.id, epoch: state.epoch, answer: input.answer })],
  };
}

/** Renegotiation in the present epoch, or an offer that opens a later one (a reload, another path for the media). */
function describe(state: Active, input: InputOf<'describe'>, now: Instant): CallStep {
  const role = sideOf(state, input.from);
  if (role === undefined) return refused(state, notYours(state, input.from));
  const event: Event = { type: 'described', call: state.id, epoch: input.epoch, description: input.description };
  if (input.epoch === state.epoch) return { state, effects: [reply(), toOther(state, role, event)] };
  if (input.epoch < state.epoch || input.description.type !== 'offer') return refused(state, 'stale_epoch');
  const fresh = { candidates: [], end: false, media: 'connecting' as const, mediaSince: now };
  return {
    state: {
      ...state,
      epoch: input.epoch,
      answer: undefined,
      caller: { ...state.caller, ...fresh },
      callee: { ...state.callee, ...fresh },
    },
    effects: [reply(), toOther(state, role, event)],
  };
}

function candidates(state: Talking, input: InputOf<'candidates'>): CallStep {
  const role = sideOf(state, input.from);
  if (role === undefined || input.epoch !== state.epoch) return ignored(state);
  const end = gathered(state[role], input);
  return {
    state: end === state[role] ? state : withEnd(state, role, end),
    effects: [
      toOther(state, role, {
        type: 'candidates',
        call: state.id,
        epoch: state.epoch,
        candidates: [...input.candidates],
        end: input.end,
      }),
    ],
  };
}

/** Connected is not accepted: the duration begins with the first media of either side, and the caller needs the answer no more. */
function media(state: Talking, input: InputOf<'media'>, now: Instant): CallStep {
  const role = sideOf(state, input.from);
  if (role === undefined || input.epoch !== state.epoch || state.kind !== 'active' || state[role].media === input.state)
    return ignored(state);
  const told = withEnd(state, role, { media: input.state, mediaSince: now });
  if (input.state === 'lost')
    return { state: told, effects: [toOther(state, role, { type: 'epoch_failed', call: state.id, epoch: state.epoch })] };
  const isFlowing = told.caller.media === 'connected' && told.callee.media === 'connected';
  const next = isFlowing ? { ...told, caller: forgotten(told.caller), callee: forgotten(told.callee) } : told;
  if (input.state === 'interrupted' || state.connectedAt !== undefined) return { state: next, effects: [] };
  return { state: { ...next, answer: undefined, connectedAt: now }, effects: [{ type: 'announce', event: 'call.connected' }] };
}

function quality(state: Talking, { from, quality: heard }: InputOf<'quality'>): CallStep {
  const role = sideOf(state, from);
  return role === undefined ? ignored(state) : { state: withEnd(state, role, { quality: heard }), effects: [] };
}

function hangup(state: Talking, from: From, now: Instant): CallStep {
  if (sideOf(state, from) !== undefined) return over(state, 'hangup', now, [reply()]);
  // From a tab or device that lost the race: nothing of its own is left to end.
  return isCaller(state, from) ? refused(state, 'call_not_found') : { state, effects: [reply()] };
}

/** The side that asks leaves; the other hears of the call in which it goes on from that call (RFC 5589 §7). */
function transfer(state: Active, { from, to, into }: InputOf<'transfer'>, now: Instant): CallStep {
  const role = sideOf(state, from);
  if (role === undefined) return refused(state, notYours(state, from));
  if ('refused' in to) return refused(state, to.refused);
  if (to.address === state[other(role)].person.address) return refused(state, 'self_call');
  const ended = finish(state, 'transferred', now, { transfer: { by: from.person.address, to, into } });
  const event: Event = { type: 'ended', call: state.id, cause: 'transferred' };
  return { state: ended.state, effects: [reply(), ...ended.effects, send(state[role], event)] };
}

/** Both hear one another before the call ends: nobody is left in between. */
function move(state: Active, { from, meeting, heard }: InputOf<'move'>, now: Instant): CallStep {
  const role = sideOf(state, from);
  if (role === undefined) return refused(state, notYours(state, from));
  const before = state[role].moving;
  const theirs = state[other(role)].moving;
  const isFresh = (since: Instant): boolean => now < since + meetingLimits.moveMs;
  if (theirs !== undefined && theirs.meeting !== meeting && isFresh(theirs.since)) return refused(state, 'wrong_state');
  const isAgain = before?.meeting === meeting && before.heard === heard && isFresh(before.since);
  const moved = isAgain ? state : withEnd(state, role, { moving: { meeting, heard, since: now } });
  if (heard && theirs?.heard === true && theirs.meeting === meeting) return over(moved, 'joined', now, [reply()]);
  return { state: moved, effects: [reply(), toOther(state, role, { type: 'moving', of: state.id, meeting, heard })] };
}

/** The socket of a side is gone. */
function away(state: Talking, { connection, left }: InputOf<'away'>, now: Instant): CallStep {
  const role = roleAt(state, connection);
  if (role === undefined) return ignored(state);
  const before = state[role];
  const end = gone(before, left, now);
  if (end === before) return ignored(state);
  const isTold = before.awaySince !== undefined;
  return {
    state: withEnd(state, role, end),
    effects: isTold ? [] : [toOther(state, role, { type: 'peer', call: state.id, state: 'away' })],
  };
}

/** It is back: media that was lost meanwhile has the full time to come back, too. */
function back(state: Talking, connection: string, now: Instant): CallStep {
  const role = roleAt(state, connection);
  if (role === undefined || state[role].awaySince === undefined) return ignored(state);
  const mediaSince = state[role].media === 'connected' ? state[role].mediaSince : now;
  return {
    state: withEnd(state, role, { awaySince: undefined, left: undefined, mediaSince }),
    effects: [toOther(state, role, { type: 'peer', call: state.id, state: 'here' })],
  };
}

/**
 * Losing signalling alone never ends a call while the other side still reports media; losing media alone ends it only after the
 * ends had time to restart ICE; with both lost it ends after `lostMs`. A page that has left has lost both, and is back soon or never.
 */
export function activeDeadline(state: Active): Instant | undefined {
  const { caller, callee } = state;
  const away = [caller, callee].filter((end) => end.awaySince !== undefined);
  const [first] = away;
  if (first !== undefined) return awayDeadline(away, first === caller ? callee : caller);
  if (state.connectedAt === undefined)
    return Math.max(state.answeredAt, caller.mediaSince, callee.mediaSince) + serverLimits.connectMs;
  const interrupted = [caller, callee].filter((end) => end.media !== 'connected');
  return interrupted.length === 0
    ? undefined
    : Math.max(...interrupted.map((end) => end.mediaSince)) + serverLimits.interruptedMs;
}

function awayDeadline(away: readonly End[], other: End): Instant | undefined {
  const left = away.filter((end) => end.left === true);
  if (left.length > 0) return Math.min(...left.map(awaySince)) + serverLimits.leftMs;
  const since = Math.max(...away.map(awaySince));
  if (away.length === 2) return since + serverLimits.orphanMs;
  return other.media === 'connected' ? undefined : Math.max(since, other.mediaSince) + serverLimits.lostMs;
}

function awaySince(end: End): Instant {
  return end.awaySince ?? Infinity;
}

function tick(state: Active, now: Instant): CallStep {
  const deadline = activeDeadline(state);
  if (deadline === undefined || now < deadline) return ignored(state);
  return over(state, state.connectedAt === undefined ? 'media_failed' : 'connection_lost', now, []);
}

function over(state: Talking, cause: Cause, now: Instant, first: readonly CallEffect[]): CallStep {
  const ended = finish(state, cause, now);
  const event: Event = { type: 'ended', call: state.id, cause };
  return { state: ended.state, effects: [...first, ...ended.effects, send(state.caller, event), send(state.callee, event)] };
}
