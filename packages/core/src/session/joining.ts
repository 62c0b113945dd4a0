/** How somebody comes in, for the first time or again. */
import { sessionLimits } from '../limits.ts';
import type { Instant } from '../machine.ts';
import { isFull, opened } from './administered.ts';
import {
  announce,
  announceStreams,
  at,
  isHere,
  media,
  participantOf,
  refused,
  reply,
  send,
  tell,
  toOthers,
  withParticipant,
  without,
} from './outcome.ts';
import type { Here, Outcome } from './outcome.ts';
import type { Open, Participant, SessionEffect, SessionInput } from './types.ts';
import { sessionView } from './view.ts';

type Join = Extract<SessionInput, { type: 'join' }>;

/** `state`: absent where nobody has made the session; then it begins with whoever joins. */
export function join(state: Open | undefined, id: string, input: Join, now: Instant): Outcome {
  if (state !== undefined) return input.as === 'added' ? joinAdded(state, input, now) : joinAsGuest(state, input, now);
  // Whoever begins it may record it.
  const begun = opened(id, { tag: undefined, access: 'open', most: sessionLimits.participants }, now);
  const { state: next, effects } = comeIn(begun, { ...guest(begun, input), record: true }, input, now);
  // Answered first.
  return { state: next, effects: [...effects.slice(0, 1), announce('session.started'), ...effects.slice(1)] };
}

function joinAdded(state: Open, input: Join, now: Instant): Outcome {
  const participant = participantOf(state, input.id);
  // To whom it was not added there is no such session.
  if (participant === undefined || participant.guest === true) return refused(state, 'session_not_found');
  if (isHere(participant)) {
    return mayTakeOver(participant, input) ? comeIn(state, participant, input, now) : refused(state, 'participant_here');
  }
  return state.locked ? refused(state, 'session_locked') : comeIn(state, participant, input, now);
}

function joinAsGuest(state: Open, input: Join, now: Instant): Outcome {
  const known = at(state, input.from.connection);
  if (known?.guest === true) return comeIn(state, known, input, now);
  const isBarred = state.barred.includes(input.from.person.address);
  if (state.access !== 'open' || isBarred) return refused(state, 'session_not_found');
  if (state.locked) return refused(state, 'session_locked');
  return isFull(state) ? refused(state, 'session_full') : comeIn(state, guest(state, input), input, now);
}

/** May publish everything, and receives everybody. */
function guest({ id: session }: Open, { id }: Join): Participant {
  return { id, publish: ['audio', 'video'], subscriptions: { session }, guest: true, joins: 0 };
}

/** The same page or another one of the same device; any device once the one before is out of reach. */
function mayTakeOver({ here }: Here, { from }: Join): boolean {
  const isSameDevice = here.from.device === from.device && here.from.person.address === from.person.address;
  return isSameDevice || here.awaySince !== undefined;
}

/** What was published and received before, by this participant or by this page as another one, is gone. */
function comeIn(before: Open, participant: Participant, input: Join, now: Instant): Outcome {
  const other = at(before, input.from.connection);
  if (other === undefined || other.id === participant.id) return takePlace(before, participant, input, now);
  const left = without(before, other, undefined);
  const { state, effects } = takePlace(left.state, participant, input, now);
  // Answered first.
  return { state, effects: [...effects.slice(0, 1), ...left.effects, ...effects.slice(1)] };
}

function takePlace(state: Open, participant: Participant, { from, data = false }: Join, now: Instant): Outcome {
  const before = isHere(participant) ? participant : undefined;
  const next: Here = {
    ...participant,
    joins: participant.joins + 1,
    here: { from, ways: {}, waysSince: now, streams: [], ...(data && { data }) },
  };
  const joined = withParticipant(state, next);
  const effects: SessionEffect[] = [reply({ participant: next.id, view: sessionView(joined) })];
  if (before === undefined)
    return { state: joined, effects: [...effects, ...tell(joined, next, 'joined'), announce('participant.joined', next.id)] };
  const isReplaced = before.here.from.connection !== from.connection;
  if (isReplaced) effects.push(send(before, { type: 'session_ended', session: state.id, cause: 'replaced' }));
  effects.push(media({ type: 'leave', participant: next.id }), ...announceStreams(before, []));
  if (before.here.streams.length > 0)
    effects.push(
      ...toOthers(joined, next.id, { type: 'session_streams', session: state.id, participant: next.id, streams: [] }),
    );
  if (isReplaced || before.here.awaySince !== undefined) effects.push(...tell(joined, next, 'changed'));
  return { state: joined, effects };
}
