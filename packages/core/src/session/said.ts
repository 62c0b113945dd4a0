/** What somebody says who takes part. */
import { media, reply, answered, refused, send, present, toOthers, withStreams } from './outcome.ts';
import type { Here, Outcome } from './outcome.ts';
import type { Open, SessionInput } from './types.ts';
import { sendsData, wanted } from './subscriptions.ts';

type InputOf<T extends SessionInput['type']> = Extract<SessionInput, { type: T }>;

/** Answered once the worker has taken it. */
export function publish(state: Open, here: Here, input: InputOf<'publish'>): Outcome {
  const { id: participant, joins, publish: allowed } = here;
  const { offer, streams: asked } = input;
  if (asked.some(({ kind }) => !allowed.includes(kind))) return refused(state, 'publish_refused');
  return {
    state,
    effects: [
      media({ type: 'publish', participant, joins, offer, asked, allowed: sendsData(here) ? [...allowed, 'data'] : allowed }),
    ],
  };
}

/** The worker answers it. */
export function answer(state: Open, { id: participant }: Here, { revision, answer: sdp }: InputOf<'answer'>): Outcome {
  return { state, effects: [media({ type: 'answer', participant, revision, answer: sdp })] };
}

export function restart(state: Open, { id: participant }: Here): Outcome {
  return answered(state, media({ type: 'restart', participant }));
}

export function update(state: Open, participant: Here, { mid, muted, n }: InputOf<'update'>): Outcome {
  const { streams } = participant.here;
  const stream = streams.find((one) => one.mid === mid);
  if (stream === undefined || n <= stream.n) return answered(state);
  const { silenced } = participant.here;
  const here =
    muted || silenced === undefined
      ? participant.here
      : { ...participant.here, silenced: silenced.filter((one) => one !== mid) };
  const next = withStreams(
    state,
    { ...participant, here },
    streams.map((one) => (one === stream ? { ...one, muted, n } : one)),
  );
  return { state: next.state, effects: [reply(), ...next.effects] };
}

/** Of what somebody does not receive nobody says how large it is. */
export function look(state: Open, participant: Here, { stream, width }: InputOf<'look'>): Outcome {
  const isReceived = wanted(state, participant).some((one) => one.participant === stream.participant && one.mid === stream.mid);
  if (!isReceived) return { state, effects: [] };
  return { state, effects: [media({ type: 'look', participant: participant.id, stream, width })] };
}

export function data(state: Open, { id }: Here, { to, data: value }: InputOf<'data'>): Outcome {
  const event = { type: 'session_data', session: state.id, from: id, data: value } as const;
  if (to === undefined) return { state, effects: toOthers(state, id, event) };
  const receiver = present(state).find((one) => one.id === to && one.id !== id);
  return { state, effects: receiver === undefined ? [] : [send(receiver, event)] };
}
