/** An endpoint at which a call rings, and its claim. */
import type { Instant, Step } from '../machine.ts';
import type { ErrorCode } from '../errors.ts';
import type { CallView } from '../protocol/signaling.ts';
import type {
  ActiveEndpoint,
  AnsweringEndpoint,
  Connecting,
  EndpointEffect,
  EndpointInput,
  Incoming,
} from './endpoint-types.ts';
import { stepConnected } from './endpoint-connected.ts';
import { remoteCandidates, stepLive } from './endpoint-live.ts';
import { after, caughtUp, end, lastWordMs, preparing, refused, sending, unchanged, update } from './endpoint-outcome.ts';
import type { EndpointStep, InputOf, Offered } from './endpoint-outcome.ts';

export function stepIncoming(state: Incoming, input: EndpointInput, now: Instant): EndpointStep {
  switch (input.type) {
    case 'answer':
      return answer(state, input);
    case 'reject':
      return end(state, input.reason, now, { tell: { type: 'reject', call: state.call, reason: input.reason } });
    case 'media_failed':
      // This device cannot take the call; another one may.
      return end(state, 'media_failed', now, { tell: { type: 'reject', call: state.call, reason: 'busy' } });
    case 'resync': {
      const { view } = input;
      if (view?.stage !== 'ringing') return stepLive(state, input, now);
      const ringUntil = view.ringMs === undefined ? state.ringUntil : now + view.ringMs + lastWordMs;
      const caught = caughtUp(state, view);
      const ringing = sending({ type: 'ringing', call: state.call });
      return after([ringing, ...caught.effects], catchUp({ ...caught.state, ringUntil }, view));
    }
    case 'resumed':
      return { state, effects: [sending({ type: 'ringing', call: state.call })] };
    case 'tick':
      return now < state.ringUntil ? unchanged(state) : end(state, 'no_answer', now);
    default:
      return stepPrepared(state, input, now);
  }
}

/** What was made ahead stays here until the call is won. */
function stepPrepared(state: Incoming | AnsweringEndpoint, input: EndpointInput, now: Instant): EndpointStep {
  switch (input.type) {
    case 'answer_ready':
      return input.epoch === state.epoch ? { state: { ...state, answer: input.answer }, effects: [] } : unchanged(state);
    case 'candidates_ready':
      return holdCandidates(state, input);
    case 'candidates':
      return remoteCandidates(state, input);
    case 'reoffered':
      return prepareAnew(state, { ...input, candidates: [], end: false });
    case 'update':
      return update(state, input.change, false);
    default:
      return stepLive(state, input, now);
  }
}

/** The claim goes out at once, with the answer if it was prepared; the devices open meanwhile. */
function answer(state: Incoming, { media }: InputOf<'answer'>): EndpointStep {
  const { waiting: _waiting, ringUntil: _until, ...known } = state;
  const mine = media.video ? { ...state.mine, camera: true, n: state.mine.n + 1 } : state.mine;
  return {
    state: { ...known, kind: 'answering', mine, answerSent: state.answer !== undefined, connected: false },
    effects: [
      sending({ type: 'accept', call: state.call, epoch: state.epoch, answer: state.answer }),
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
      return notTaken(state, input.code, now);
    case 'described':
      // Said to none but the sides of a call: the claim was heard, only the reply to it was lost.
      return thenConnected(won(state, true, now), input, now);
    case 'media':
      return input.epoch === state.epoch && state.connected !== (input.state === 'connected')
        ? { state: { ...state, connected: !state.connected }, effects: [] }
        : unchanged(state);
    case 'ended':
      // Another tab of this device has said `busy` while the claim was on its way: the reply to the claim decides.
      return input.cause === 'busy' ? unchanged(state) : stepLive(state, input, now);
    case 'resync': {
      const { view } = input;
      if (view === undefined || (view.stage !== 'ringing' && !view.here)) return stepLive(state, input, now);
      // The claim has not arrived and will be repeated.
      if (view.stage === 'ringing') {
        const caught = caughtUp(state, view);
        return after(caught.effects, catchUp(caught.state, view));
      }
      const answer = view.epoch === state.epoch ? state.answer : undefined;
      return thenConnected(won({ ...state, answer }, view.stage === 'active', now), input, now);
    }
    default:
      return stepPrepared(state, input, now);
  }
}

/** The server has decided for this device: what was held back goes out. */
function won(state: AnsweringEndpoint, answered: boolean, now: Instant): Step<Connecting | ActiveEndpoint, EndpointEffect> {
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

function thenConnected(
  first: Step<Connecting | ActiveEndpoint, EndpointEffect>,
  input: EndpointInput,
  now: Instant,
): EndpointStep {
  return after(first.effects, stepConnected(first.state, input, now));
}

function notTaken(state: AnsweringEndpoint, code: ErrorCode, now: Instant): EndpointStep {
  const known = refused(state, code, now);
  return known.state === state ? end(state, 'media_failed', now, { error: code }) : known;
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

/** The offer was replaced: the answer made for the old one is void. */
function prepareAnew(state: Incoming | AnsweringEndpoint, offered: Offered): EndpointStep {
  const { epoch } = offered;
  if (epoch <= state.epoch) return unchanged(state);
  const { answer: _void, ...known } = state;
  const fresh = { ...known, epoch, held: { candidates: [], end: false } };
  return {
    state: fresh.kind === 'answering' ? { ...fresh, answerSent: false } : fresh,
    effects: [preparing(offered)],
  };
}

/** What a view shows of the offer and its candidates. */
function catchUp(state: Incoming | AnsweringEndpoint, view: CallView): EndpointStep {
  const { offer } = view;
  return offer !== undefined && view.epoch > state.epoch
    ? prepareAnew(state, { ...view, offer })
    : remoteCandidates(state, view);
}
