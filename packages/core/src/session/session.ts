/**
 * A session: several people who hear and see one another by way of a media worker. Who is in it, who may publish what, and who gets
 * what is decided here; the worker carries it out.
 *
 *      ┌────────┐ create, join   ┌──────┐ ◄─┐ add, subscribe, remove, lock, mute (whoever runs it)
 *      │ unmade │ ─────────────► │ open │   │ join, publish, answer, restart, update, look, data, leave (who takes part); record (both)
 *      └────────┘                └──┬───┘ ──┘ published, offer, transport, speaker, quality, dropped, digit, recorded, recording_failed, lost (the worker);
 *                                   │          away, back, gone (sockets)
 *                                   │ end; everybody has left, or it has lasted long enough
 *                                   ▼
 *                                ┌──────┐
 *                                │ over │
 *                                └──────┘
 *   A participant:  added ── join ──► here ── leave, removed, gone, or lost for too long ──► added; one that nobody added is no more
 *                                     │  ▲
 *                                     └──┘ join again, from the same device or after its signalling was lost: it begins anew
 *
 * Rules with their numbers: SPEC.md.
 */
import { sessionLimits } from '../limits.ts';
import { unreachable } from '../machine.ts';
import type { Instant, Machine } from '../machine.ts';
import type { SessionId } from '../protocol/sessions.ts';
import { add, create, lock, mute, remove, subscribe } from './administered.ts';
import { join } from './joining.ts';
import { digit, dropped, lost, offer, published, quality, speaker, transport, watched } from './carried.ts';
import { away, back, deadlineOf, overdue } from './leaving.ts';
import { at, earliest, ignored, media, over, present, refused, reply, without } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { failed, record, recorded, stopped, taken } from './recording.ts';
import { answer, data, look, publish, restart, update } from './said.ts';
import { resubscribed } from './subscriptions.ts';
import type { Open, Over, SessionEffect, SessionInput, SessionState, Unmade } from './types.ts';

export type * from './types.ts';
export { sessionView } from './view.ts';
export { participantIn, participantOf } from './outcome.ts';
export { wanted } from './subscriptions.ts';

/** Every kind of state and of input, for coverage. */
export const sessionStates = ['unmade', 'open', 'over'] as const satisfies SessionState['kind'][];
export const sessionInputs = [
  'create',
  'add',
  'subscribe',
  'remove',
  'lock',
  'mute',
  'record',
  'end',
  'join',
  'publish',
  'answer',
  'restart',
  'update',
  'leave',
  'look',
  'data',
  'published',
  'offer',
  'transport',
  'speaker',
  'quality',
  'dropped',
  'watched',
  'digit',
  'recorded',
  'recording_failed',
  'lost',
  'away',
  'back',
  'gone',
  'tick',
] as const satisfies SessionInput['type'][];

export function newSession(id: SessionId): Unmade {
  return { kind: 'unmade', id };
}

export const sessionMachine: Machine<SessionState, SessionInput, SessionEffect> = {
  step(state, input, now) {
    const next = state.kind === 'open' ? stepOpen(state, input, now) : stepClosed(state, input, now);
    const settled = emptied(state, next.state, now);
    const silent = unrecorded(settled, now);
    const changes = resubscribed(state, silent.state);
    const more = [...silent.effects, ...changes];
    return { state: silent.state, effects: more.length === 0 ? next.effects : [...next.effects, ...more] };
  },

  deadline(state) {
    if (state.kind !== 'open') return undefined;
    return earliest([state.endsAt, emptyUntil(state), ...present(state).map(deadlineOf)]);
  },

  /** Media do not outlive the server that has arranged them; who takes part hears of it when they connect again, and joins anew. */
  recover: (state) => (state.kind === 'open' ? [media({ type: 'close' })] : []),
};

function stepClosed(state: Unmade | Over, input: SessionInput, now: Instant): Outcome {
  switch (input.type) {
    case 'create':
      return state.kind === 'unmade' ? create(state, input, now) : refused(state, 'session_exists');
    case 'join':
      return state.kind === 'unmade' && input.as === 'guest' ? join(undefined, state.id, input, now) : notFound(state);
    case 'add':
    case 'subscribe':
    case 'remove':
    case 'lock':
    case 'mute':
    case 'record':
    case 'publish':
    case 'answer':
    case 'restart':
    case 'update':
    case 'published':
      return notFound(state);
    case 'end':
    case 'leave':
      return state.kind === 'over' ? { state, effects: [reply()] } : notFound(state);
    default:
      return ignored(state);
  }
}

function notFound(state: SessionState): Outcome {
  return refused(state, 'session_not_found');
}

function stepOpen(state: Open, input: SessionInput, now: Instant): Outcome {
  switch (input.type) {
    case 'create':
      return refused(state, 'session_exists');
    case 'add':
      return add(state, input);
    case 'subscribe':
      return subscribe(state, input);
    case 'remove':
      return remove(state, input);
    case 'lock':
      return lock(state, input);
    case 'mute':
      return mute(state, input);
    case 'end':
      return over(state, 'ended', now, [reply()]);
    case 'join':
      return join(state, state.id, input, now);
    case 'published':
      return published(state, input);
    case 'offer':
      return offer(state, input);
    case 'transport':
      return transport(state, input, now);
    case 'speaker':
      return speaker(state, input);
    case 'quality':
      return quality(state, input);
    case 'dropped':
      return dropped(state, input);
    case 'watched':
      return watched(state, input);
    case 'digit':
      return digit(state, input);
    case 'record':
      return record(state, input, now);
    case 'recorded':
      return recorded(state, input);
    case 'recording_failed':
      return failed(state, input, now);
    case 'lost': {
      const begun = taken(state);
      const gone = lost(begun.state, now);
      // The next worker lets go of what it holds before it records.
      return { state: gone.state, effects: [...gone.effects, ...begun.effects] };
    }
    case 'away':
      return away(state, input, now);
    case 'back':
      return back(state, input);
    case 'gone': {
      const here = at(state, input.connection);
      return here === undefined ? ignored(state) : without(state, here, undefined);
    }
    case 'tick':
      return tick(state, now);
    default:
      return stepSaid(state, input);
  }
}

type Said = Extract<SessionInput, { type: 'publish' | 'answer' | 'restart' | 'update' | 'leave' | 'look' | 'data' }>;

function stepSaid(state: Open, input: Said): Outcome {
  const here = at(state, input.from.connection);
  if (here === undefined) {
    if (input.type === 'leave') return { state, effects: [reply()] };
    return input.type === 'look' || input.type === 'data' ? ignored(state) : refused(state, 'not_joined');
  }
  switch (input.type) {
    case 'publish':
      return publish(state, here, input);
    case 'answer':
      return answer(state, here, input);
    case 'restart':
      return restart(state, here);
    case 'update':
      return update(state, here, input);
    case 'look':
      return look(state, here, input);
    case 'data':
      return data(state, here, input);
    case 'leave': {
      const left = without(state, here, undefined);
      return { state: left.state, effects: [reply(), ...left.effects] };
    }
    default:
      return unreachable(input);
  }
}

function tick(state: Open, now: Instant): Outcome {
  if (now >= state.endsAt) return over(state, 'timeout', now);
  const until = emptyUntil(state);
  return until !== undefined && now >= until ? over(state, 'empty', now) : overdue(state, now);
}

function emptyUntil({ emptySince }: Open): Instant | undefined {
  return emptySince === undefined ? undefined : emptySince + sessionLimits.sessionEmptyMs;
}

/** A session that everybody has left is recorded no longer. */
function unrecorded(state: SessionState, now: Instant): Outcome {
  if (state.kind !== 'open' || state.emptySince === undefined || state.recording === undefined) return ignored(state);
  return stopped(state, state.recording, 'empty', now, false);
}

/** Counts from when the last one has left: one to which nobody has come yet is waited for. */
function emptied(before: SessionState, after: SessionState, now: Instant): SessionState {
  if (after.kind !== 'open') return after;
  const isEmpty = present(after).length === 0;
  if (!isEmpty) return after.emptySince === undefined ? after : { ...after, emptySince: undefined };
  const hasEmptied = before.kind === 'open' && present(before).length > 0;
  return hasEmptied ? { ...after, emptySince: now } : after;
}
