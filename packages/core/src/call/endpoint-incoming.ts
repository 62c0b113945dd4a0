/** An endpoint at which a call rings, and its claim. */
import type { Instant } from '../machine.ts';
import type { AnsweringEndpoint, EndpointInput, Incoming } from './endpoint-types.ts';
import { end, ended, gone, hangUp, mediaFailed, sending, unchanged, update, updated } from './endpoint-outcome.ts';
import type { EndpointStep, InputOf } from './endpoint-outcome.ts';

export function stepIncoming(state: Incoming, input: EndpointInput, now: Instant): EndpointStep {
  switch (input.type) {
    case 'answer':
      return answer(state, input);
    case 'reject':
      return end(state, input.reason, now, { tell: { type: 'reject', call: state.call, reason: input.reason } });
    case 'answer_ready':
      return input.epoch === state.epoch ? { state: { ...state, answer: input.answer }, effects: [] } : unchanged(state);
    case 'candidates_ready':
      return holdCandidates(state, input);
    case 'candidates':
      return remoteCandidates(state, input);
    case 'reoffered':
      return prepareAnew(state, input.epoch, input.offer);
    case 'update':
      return update(state, input.change, false);
    case 'updated':
      return updated(state, input.side);
    case 'peer':
      return { state: { ...state, peerAway: input.state === 'away' }, effects: [] };
    case 'hangup':
      return hangUp(state, now);
    case 'media_failed':
      // This device cannot take the call; another one may.
      return end(state, 'media_failed', now, { tell: { type: 'reject', call: state.call, reason: 'busy' } });
    case 'ended':
      return ended(state, input, now);
    case 'resync': {
      const { view } = input;
      if (view === undefined) return gone(state, input, now);
      if (view.stage !== 'ringing') return end(state, 'answered_elsewhere', now);
      const still = sending({ type: 'ringing', call: state.call });
      if (view.offer === undefined || view.epoch === state.epoch) {
        return {
          state,
          effects: [still, { type: 'remote_candidates', epoch: view.epoch, candidates: view.candidates, end: view.end }],
        };
      }
      const next = prepareAnew(state, view.epoch, view.offer);
      return {
        state: next.state,
        effects: [
          still,
          ...next.effects,
          { type: 'remote_candidates', epoch: view.epoch, candidates: view.candidates, end: view.end },
        ],
      };
    }
    case 'tick':
      return now < state.ringUntil ? unchanged(state) : end(state, 'no_answer', now);
    default:
      return unchanged(state);
  }
}

/** The claim goes out at once, with the answer if it was prepared; the devices open meanwhile. */
function answer(state: Incoming, { media }: InputOf<'answer'>): EndpointStep {
  const { waiting: _waiting, ringUntil: _until, ...known } = state;
  const mine = media.video ? { ...state.mine, camera: true, n: state.mine.n + 1 } : state.mine;
  return {
    state: { ...known, kind: 'answering', mine, answerSent: state.answer !== undefined, connected: false },
    effects: [
      sending({ type: 'accept', call: state.call, epoch: state.epoch, ...(state.answer && { answer: state.answer }) }),
      { type: 'capture', media },
    ],
  };
}

export function stepAnsweringEndpoint(state: AnsweringEndpoint, input: EndpointInput, now: Instant): EndpointStep {
  switch (input.type) {
    case 'done':
      return input.request === 'accept' ? won(state, state.answerSent, now) : unchanged(state);
    case 'failed':
      if (input.request !== 'accept') return unchanged(state);
      return end(
        state,
        input.code === 'answered_elsewhere' ? 'answered_elsewhere' : input.code === 'call_ended' ? 'cancelled' : 'media_failed',
        now,
        { error: input.code },
      );
    case 'answer_ready':
      return input.epoch === state.epoch ? { state: { ...state, answer: input.answer }, effects: [] } : unchanged(state);
    case 'candidates_ready':
      return holdCandidates(state, input);
    case 'candidates':
      return remoteCandidates(state, input);
    case 'reoffered':
      return prepareAnew({ ...state, answerSent: false }, input.epoch, input.offer);
    case 'media':
      return input.epoch === state.epoch
        ? { state: { ...state, connected: input.state === 'connected' }, effects: [] }
        : unchanged(state);
    case 'update':
      return update(state, input.change, false);
    case 'updated':
      return updated(state, input.side);
    case 'peer':
      return { state: { ...state, peerAway: input.state === 'away' }, effects: [] };
    case 'hangup':
      return hangUp(state, now);
    case 'media_failed':
      return mediaFailed(state, now);
    case 'ended':
      return ended(state, input, now);
    case 'resync': {
      const { view } = input;
      if (view === undefined) return gone(state, input, now);
      // The claim has not arrived and will be repeated.
      if (view.stage === 'ringing') return unchanged(state);
      if (!view.here) return end(state, 'answered_elsewhere', now);
      return won(state, view.stage === 'active', now);
    }
    default:
      return unchanged(state);
  }
}

/** The server has decided for this device: what was held back goes out. */
function won(state: AnsweringEndpoint, answered: boolean, now: Instant): EndpointStep {
  const { answer: made, answerSent: _sent, connected, held, ...known } = state;
  const { call, epoch, mine } = known;
  const late = !answered && made !== undefined;
  const effects = [
    ...(late ? [sending({ type: 'answer', call, epoch, answer: made })] : []),
    ...(held.candidates.length > 0 || held.end
      ? [sending({ type: 'candidates', call, epoch, candidates: [...held.candidates], end: held.end })]
      : []),
    ...(mine.n > 0 ? [sending({ type: 'update', call, side: mine })] : []),
  ];
  if (connected)
    return {
      state: { ...known, kind: 'active', connectedAt: now },
      effects: [...effects, sending({ type: 'media', call, epoch, state: 'connected' })],
    };
  return { state: { ...known, kind: 'connecting', answered: answered || late, mayAnswer: !answered && !late }, effects };
}

function holdCandidates(
  state: Incoming | AnsweringEndpoint,
  { epoch, candidates, end }: InputOf<'candidates_ready'>,
): EndpointStep {
  if (epoch !== state.epoch) return unchanged(state);
  return {
    state: { ...state, held: { candidates: [...state.held.candidates, ...candidates], end: state.held.end || end } },
    effects: [],
  };
}

function remoteCandidates(
  state: Incoming | AnsweringEndpoint,
  { epoch, candidates, end }: InputOf<'candidates'>,
): EndpointStep {
  return epoch === state.epoch ? { state, effects: [{ type: 'remote_candidates', epoch, candidates, end }] } : unchanged(state);
}

/** The offer was replaced: the answer made for the old one is void. */
function prepareAnew(state: Incoming | AnsweringEndpoint, epoch: number, offer: InputOf<'reoffered'>['offer']): EndpointStep {
  if (epoch <= state.epoch) return unchanged(state);
  const { answer: _void, ...known } = state;
  return {
    state: { ...known, epoch, held: { candidates: [], end: false } },
    effects: [{ type: 'prepare', epoch, offer, candidates: [], end: false }],
  };
}
