/** What the media worker says. */
import type { Instant } from '../machine.ts';
import type { SessionStream } from '../protocol/sessions.ts';
import type { Event } from '../protocol/signaling.ts';
import {
  announce,
  announceStreams,
  ignored,
  isHere,
  media,
  participantOf,
  present,
  refused,
  reply,
  send,
  withPresence,
  withStreams,
} from './outcome.ts';
import type { Here, Outcome } from './outcome.ts';
import type { Open, SessionInput, Way } from './types.ts';

type InputOf<T extends SessionInput['type']> = Extract<SessionInput, { type: T }>;

/** What was not named in the request is published to nobody. A stream stays muted where it says nothing else. */
export function published(state: Open, { participant: id, joins, asked, outcome }: InputOf<'published'>): Outcome {
  const participant = participantOf(state, id);
  if (!isHere(participant) || participant.joins !== joins) return refused(state, 'not_joined');
  if ('error' in outcome) return refused(state, outcome.error);
  const streams = outcome.streams.flatMap(({ mid, kind }): SessionStream[] => {
    const named = asked.find((one) => one.mid === mid);
    if (named === undefined) return [];
    const before = participant.here.streams.find((one) => one.mid === mid);
    const { alias, muted = before?.muted ?? false } = named;
    return [{ mid, kind, ...(alias !== undefined && { alias }), muted, n: before?.n ?? 0 }];
  });
  const answered = reply({ answer: outcome.answer });
  if (JSON.stringify(streams) === JSON.stringify(participant.here.streams)) return { state, effects: [answered] };
  const silenced = participant.here.silenced?.filter((muted) => streams.some((one) => one.mid === muted && one.muted));
  const here = silenced === undefined ? participant.here : { ...participant.here, silenced };
  const next = withStreams(state, { ...participant, here }, streams);
  return { state: next.state, effects: [answered, ...next.effects] };
}

export function offer(state: Open, { participant: id, joins, revision, offer: sdp, streams }: InputOf<'offer'>): Outcome {
  const participant = participantOf(state, id);
  if (!isHere(participant) || participant.joins !== joins) return ignored(state);
  const event: Event = { type: 'session_offer', session: state.id, revision, offer: sdp, streams: [...streams] };
  return { state, effects: [send(participant, event)] };
}

export function transport(
  state: Open,
  { participant: id, joins, side, state: is }: InputOf<'transport'>,
  now: Instant,
): Outcome {
  const participant = participantOf(state, id);
  const way: Way = is === 'connected' ? 'connected' : 'lost';
  if (!isHere(participant) || participant.joins !== joins || participant.here.ways[side] === way) return ignored(state);
  // What has never been there is not lost.
  if (way === 'lost' && participant.here.ways[side] === undefined) return ignored(state);
  const ways = { ...participant.here.ways, [side]: way };
  return { state: withPresence(state, participant, { ways, waysSince: now }), effects: [] };
}

export function speaker(state: Open, { participant }: InputOf<'speaker'>): Outcome {
  if (participant === state.speaker || (participant !== undefined && !isHere(participantOf(state, participant))))
    return ignored(state);
  const event = {
    type: 'session_speaker',
    session: state.id,
    ...(participant !== undefined && { participant }),
  } as const;
  return { state: { ...state, speaker: participant }, effects: present(state).map((one) => send(one, event)) };
}

/** Everybody publishes anew, to a worker that knows of nothing, also not of what it was told before this was known. */
export function lost(state: Open, now: Instant): Outcome {
  const here = present(state);
  // What the worker says of the time before is void, and so is what the next one says of what it was told until now.
  const anew = (open: Open, one: Here): Open =>
    withPresence(open, { ...one, joins: one.joins + 1 }, { ways: {}, waysSince: now, streams: [] });
  const next = here.reduce(anew, { ...state, speaker: undefined });
  return {
    state: next,
    effects: [
      media({ type: 'close' }),
      ...here.map((one) => send(one, { type: 'session_republish', session: state.id })),
      ...here.flatMap((one) => announceStreams(one, [])),
      announce('media.lost'),
    ],
  };
}

/** Somebody is told how it sounds when that is another word than before. */
export function quality(state: Open, { participant: id, joins, quality: now }: InputOf<'quality'>): Outcome {
  const participant = participantOf(state, id);
  if (!isHere(participant) || participant.joins !== joins) return ignored(state);
  const before = participant.here.quality;
  const next = withPresence(state, participant, { quality: now });
  if (before?.sends?.rating === now.sends?.rating && before?.receives?.rating === now.receives?.rating)
    return { state: next, effects: [] };
  const event: Event = {
    type: 'session_quality',
    session: state.id,
    ...(now.sends !== undefined && { sends: now.sends }),
    ...(now.receives !== undefined && { receives: now.receives }),
  };
  return { state: next, effects: [send(participant, event)] };
}

/** Who sends it is told why nobody gets it, and so is whoever runs the session. */
export function dropped(state: Open, { participant: id, joins, mid, code }: InputOf<'dropped'>): Outcome {
  const participant = participantOf(state, id);
  if (!isHere(participant) || participant.joins !== joins) return ignored(state);
  const event: Event = { type: 'session_dropped', session: state.id, code, ...(mid !== undefined && { mid }) };
  const stream = participant.here.streams.find((one) => one.mid === mid);
  return { state, effects: [send(participant, event), { ...announce('stream.dropped', id, stream), code }] };
}

/** Whoever publishes it needs to send no more of it. */
export function watched(state: Open, { participant: id, joins, mid, encodings }: InputOf<'watched'>): Outcome {
  const participant = participantOf(state, id);
  if (!isHere(participant) || participant.joins !== joins) return ignored(state);
  return { state, effects: [send(participant, { type: 'session_watched', session: state.id, mid, encodings })] };
}

/** Whoever runs the session is told of it, and nobody else: it may be a secret. */
export function digit(state: Open, { participant: id, joins, digit: pressed }: InputOf<'digit'>): Outcome {
  const participant = participantOf(state, id);
  if (!isHere(participant) || participant.joins !== joins) return ignored(state);
  return { state, effects: [{ ...announce('participant.digit', id), digit: pressed }] };
}
