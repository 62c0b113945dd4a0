/** What whoever runs sessions does: makes them, adds participants and says what they receive. */
import { sessionLimits } from '../limits.ts';
import type { Instant } from '../machine.ts';
import type { Subscriptions } from '../protocol/sessions.ts';
import { announce, answered, isHere, participantOf, refused, send, withParticipant, withStreams, without } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { Open, SessionInput, Unmade } from './types.ts';

type InputOf<T extends SessionInput['type']> = Extract<SessionInput, { type: T }>;

export function create({ id }: Unmade, { tag, access, most }: Omit<InputOf<'create'>, 'type'>, now: Instant): Outcome {
  return answered(opened(id, { tag, access, most }, now), announce('session.started'));
}

/** A session without anybody in it. */
export function opened(id: string, how: Pick<Open, 'tag' | 'access' | 'most'>, now: Instant): Open {
  return {
    kind: 'open',
    id,
    ...how,
    locked: false,
    madeAt: now,
    endsAt: now + sessionLimits.sessionMs,
    participants: {},
    barred: [],
  };
}

export function add(state: Open, { participant, subscriptions }: InputOf<'add'>): Outcome {
  if (!isOfSession(state, subscriptions)) return refused(state, 'session_not_found');
  const known = participantOf(state, participant.id);
  const { record = known?.record } = participant;
  if (known !== undefined)
    return answered(withParticipant(state, { ...known, subscriptions, ...(record !== undefined && { record }) }));
  if (isFull(state)) return refused(state, 'session_full');
  return answered(withParticipant(state, { ...participant, subscriptions, joins: 0 }));
}

export function subscribe(state: Open, input: InputOf<'subscribe'>): Outcome {
  const known = participantOf(state, input.participant);
  if (known === undefined) return refused(state, 'participant_not_found');
  if (!isOfSession(state, input.subscriptions)) return refused(state, 'session_not_found');
  return answered(withParticipant(state, { ...known, subscriptions: input.subscriptions }));
}

export function remove(state: Open, { participant: id }: InputOf<'remove'>): Outcome {
  const participant = participantOf(state, id);
  if (participant === undefined) return refused(state, 'participant_not_found');
  const left = isHere(participant) ? without(state, participant, 'removed') : { state, effects: [] };
  const { [id]: _removed, ...participants } = left.state.participants;
  const user = participant.guest === true ? participant.here?.from.person.address : undefined;
  const barred = user === undefined || state.barred.includes(user) ? state.barred : [...state.barred, user];
  return answered({ ...left.state, participants, barred }, ...left.effects);
}

export function lock(state: Open, { locked }: InputOf<'lock'>): Outcome {
  return answered(locked === state.locked ? state : { ...state, locked });
}

/** What is said of its microphones wins over what its page has said so far; the page hears by which number. */
export function mute(state: Open, { participant: id }: InputOf<'mute'>): Outcome {
  const participant = participantOf(state, id);
  if (!isHere(participant)) return refused(state, 'participant_not_found');
  const { streams, silenced = [] } = participant.here;
  const heard = streams.filter(({ kind, muted }) => kind === 'audio' && !muted);
  if (heard.length === 0) return answered(state);
  const muted = streams.map((one) => (heard.includes(one) ? { ...one, muted: true, n: one.n + 1 } : one));
  const here = { ...participant.here, silenced: [...silenced, ...heard.map(({ mid }) => mid)] };
  const next = withStreams(state, { ...participant, here }, muted);
  const told = muted.filter((one, at) => one !== streams[at]).map(({ mid, n }) => ({ mid, n }));
  return {
    state: next.state,
    effects: [
      ...answered(state).effects,
      send(participant, { type: 'session_muted', session: state.id, streams: told }),
      ...next.effects,
    ],
  };
}

export function isFull({ participants, most }: Open): boolean {
  return Object.keys(participants).length >= most;
}

/** One receives nothing of another session. */
function isOfSession({ id }: Open, { session }: Subscriptions): boolean {
  return session === undefined || session === id;
}
