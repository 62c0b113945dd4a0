/**
 * The call: one attempt of a caller to reach a callee. It arbitrates on the server, and it alone.
 *
 *                                                     ┌─ reoffer, ringing, candidates, attach, detach, busy (one device)
 *                    invite   ┌─────────┐             │
 *      ┌─────┐ ──────────────►│ ringing │◄────────────┘
 *      │ new │                └─┬──┬──┬─┘ accept without answer   ┌───────────┐ answer
 *      └──┬──┘ refused          │  │  └──────────────────────────►│ answering │──────┐
 *         │                     │  │ accept with the answer       └─────┬─────┘      ▼
 *         │   declined, hangup, │  └────────────────────────────────────┼──────► ┌────────┐ ◄─┐ describe, candidates,
 *         │   no_answer, busy … │                  hangup, media_failed │        │ active │ ──┘ update, media, away, back
 *         ▼                     ▼                                       ▼        └───┬────┘
 *      ┌───────────────────────────────────────────────────────────────────┐         │ hangup, media_failed,
 *      │                              ended                                │◄────────┘ connection_lost, transfer
 *      └───────────────────────────────────────────────────────────────────┘
 *   Two whom somebody leads together begin as `active`, in the place of their calls with that one: `join.ts`. Whoever is led on to
 *   somebody who has yet to answer, by a transfer or because the callee forwards, calls there: `ringing`, in the place of the call
 *   before, which has ended: `lead.ts`.
 *
 * Rules with their numbers: SPEC.md. Diagram of both sides with the messages between them: README.md.
 */
import type { Machine, Step } from '../machine.ts';
import { stepNew } from './begin.ts';
import { ignored, occupies, refused, reply, send, sendDevice } from './outcome.ts';
import { wake } from './push.ts';
import { ringingDeadline, stepRinging } from './ringing.ts';
import { activeDeadline, stepActive, stepAnswering } from './talking.ts';
import type { Address, CallId } from '../protocol/signaling.ts';
import type { CallEffect, CallInput, CallState, Ended, From, New, Ringing } from './types.ts';
import { place, take } from './place.ts';
import { roleOf } from './view.ts';

export type * from './types.ts';
export { noMedia } from './place.ts';
export { viewOf, wasTaken } from './view.ts';

type CallStep = Step<CallState, CallEffect>;

/** Every kind of state and of input, for coverage. */
export const callStates = ['new', 'ringing', 'answering', 'active', 'ended'] as const satisfies CallState['kind'][];
export const callInputs = [
  'invite',
  'refused',
  'placed',
  'reoffer',
  'ringing',
  'reject',
  'accept',
  'answer',
  'describe',
  'candidates',
  'update',
  'media',
  'quality',
  'digit',
  'hangup',
  'transfer',
  'move',
  'joined',
  'led',
  'forward',
  'attach',
  'detach',
  'unpushed',
  'away',
  'back',
  'tick',
] as const satisfies CallInput['type'][];

export function newCall(id: CallId): New {
  return { kind: 'new', id };
}

export const callMachine: Machine<CallState, CallInput, CallEffect> = {
  step(state, input, now) {
    if (isStranger(state, input)) return stepStranger(state, input);
    switch (state.kind) {
      case 'new':
        return input.type === 'placed' ? place(state, input, now) : stepNew(state, input, now);
      case 'ringing':
        return input.type === 'accept' && input.onward !== undefined && isTakenBy(state, input.from)
          ? take(state, input.from, input.onward, now)
          : stepRinging(state, input, now);
      case 'answering':
        return stepAnswering(state, input, now);
      case 'active':
        return stepActive(state, input, now);
      case 'ended':
        return stepEnded(state, input);
    }
  },

  deadline(state) {
    switch (state.kind) {
      case 'ringing':
        return ringingDeadline(state);
      case 'answering':
        return state.answerBy;
      case 'active':
        return activeDeadline(state);
      case 'new':
      case 'ended':
        return undefined;
    }
  },

  /** Devices learn of their calls when they connect again; what must be told anew is whom the call occupies, and what was pushed. */
  recover(state) {
    switch (state.kind) {
      case 'ringing':
        return [
          ...(state.placing === true ? [] : [occupies('caller', state.caller.person.address, state.callee.address, 'engaged')]),
          occupies('callee', state.callee.address, ringsFrom(state), 'ringing'),
          ...wake(state, state.push?.sent ?? []),
        ];
      case 'answering':
      case 'active':
        return [
          occupies('caller', state.caller.person.address, state.callee.person.address, 'engaged'),
          occupies('callee', state.callee.person.address, state.caller.person.address, 'engaged'),
        ];
      case 'new':
      case 'ended':
        return [];
    }
  },
};

function isTakenBy(state: Ringing, { person }: From): boolean {
  return state.placing === true && person.address === state.callee.address;
}

/** Whoever is to call somebody else is called by nobody. */
function ringsFrom({ placing, caller, callee }: Ringing): Address {
  return placing === true ? callee.address : caller.person.address;
}

/** Whether it comes from somebody who is neither caller nor callee. */
function isStranger(state: CallState, input: CallInput): boolean {
  if (state.kind === 'new' || !('from' in input)) return false;
  const { address } = input.from.person;
  // Of one that has not been taken yet, the one who is to be called knows nothing.
  if (state.kind === 'ringing' && state.placing === true)
    return address !== state.callee.address && input.from.connection !== '';
  return state.kind === 'ended' ? address !== state.caller && address !== state.callee : roleOf(state, address) === undefined;
}

/** To strangers there is no such call; only its id is taken. */
function stepStranger(state: CallState, input: CallInput): CallStep {
  switch (input.type) {
    case 'invite':
    case 'refused':
      return refused(state, 'call_exists');
    case 'reoffer':
    case 'reject':
    case 'accept':
    case 'answer':
    case 'describe':
    case 'update':
    case 'hangup':
    case 'transfer':
    case 'move':
      return refused(state, 'call_not_found');
    default:
      return ignored(state);
  }
}

/** Late requests hear how it ended; nothing changes any more. */
function stepEnded(state: Ended, input: CallInput): CallStep {
  switch (input.type) {
    case 'invite':
    case 'refused':
      if (input.from.person.address !== state.caller) return refused(state, 'call_exists');
      // Repeated, and its call has come and gone: the answer is the same as the first time, and so is what followed.
      return {
        state,
        effects: [reply({ call: state.id }), send(input.from, { type: 'ended', call: state.id, cause: state.cause })],
      };
    case 'attach': {
      // A device that came just as it ended may believe that it still rings.
      const cause = state.winner === undefined ? state.cause : 'answered_elsewhere';
      const event = { type: 'ended' as const, call: state.id, cause, elsewhere: state.winner?.deviceName };
      return { state, effects: [sendDevice(state.callee, input.device, event, state.winner?.connection)] };
    }
    case 'hangup':
    case 'reject':
    case 'update':
      return { state, effects: [reply({})] };
    case 'move':
      return state.cause === 'joined' ? { state, effects: [reply({})] } : refused(state, 'call_ended');
    case 'transfer':
      return input.into === state.transfer?.into ? { state, effects: [reply({})] } : refused(state, 'call_ended');
    case 'accept':
    case 'answer':
    case 'reoffer':
    case 'describe': {
      const lost =
        state.winner !== undefined &&
        state.winner.connection !== input.from.connection &&
        input.from.person.address === state.callee;
      return { state, effects: [{ type: 'refuse', code: lost ? 'answered_elsewhere' : 'call_ended' }] };
    }
    default:
      return ignored(state);
  }
}
