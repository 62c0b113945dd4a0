/** An endpoint whose call is taken: media connecting, up, or interrupted; renegotiation; ICE restarts; the next epoch. */
import type { Instant } from '../machine.ts';
import type { CallView } from '../protocol/signaling.ts';
import type { ActiveEndpoint, Connecting, EndpointEffect, EndpointInput, Reconnecting } from './endpoint-types.ts';
import { reopen, takeEpoch } from './endpoint-epochs.ts';
import { remoteCandidates, stepLive, tellCandidates } from './endpoint-live.ts';
import {
  after,
  bare,
  caughtUp,
  peerIs,
  preparing,
  refused,
  repeating,
  restartAfterMs,
  restartAgainMs,
  sending,
  tellSide,
  unchanged,
  update,
} from './endpoint-outcome.ts';
import type { EndpointStep, InputOf, Offered } from './endpoint-outcome.ts';

type Connected = Connecting | ActiveEndpoint | Reconnecting;

export function stepConnected(state: Connected, input: EndpointInput, now: Instant): EndpointStep {
  switch (input.type) {
    case 'answer_ready':
      if (state.kind !== 'connecting' || !state.mayAnswer || input.epoch !== state.epoch) return unchanged(state);
      return {
        state: { ...state, answered: true, mayAnswer: false },
        effects: [sending({ type: 'answer', call: state.call, epoch: state.epoch, answer: input.answer })],
      };
    case 'description_ready':
      return input.epoch === state.epoch
        ? {
            state,
            effects: [sending({ type: 'describe', call: state.call, epoch: state.epoch, description: input.description })],
          }
        : unchanged(state);
    case 'candidates_ready':
      return tellCandidates(state, input);
    case 'candidates':
      return remoteCandidates(state, input);
    case 'epoch_failed':
      return input.epoch === state.epoch ? reopen(state, { epoch: state.epoch, stage: 'active' }) : unchanged(state);
    case 'media':
      return media(state, input, now);
    case 'answered':
      if (state.kind !== 'connecting' || state.answered || input.epoch !== state.epoch) return unchanged(state);
      return {
        state: { ...state, answered: true },
        effects: [{ type: 'remote', epoch: input.epoch, description: input.answer }],
      };
    case 'described':
      return described(state, input);
    case 'done':
      // An offer that overtook the answer (which had to be asked for twice) was refused, candidates that overtook an offer went nowhere.
      return input.request === 'answer' || input.request === 'reoffer'
        ? { state, effects: [repeating(state, input.request === 'answer')] }
        : unchanged(state);
    case 'reoffered':
      return input.epoch > state.epoch ? answerAnew(state, { ...input, candidates: [], end: false }) : unchanged(state);
    case 'update':
      return update(state, input.change, true);
    case 'peer':
      return peer(state, input, now);
    case 'network':
      return state.kind === 'connecting' && !state.answered
        ? unchanged(state)
        : { state, effects: [{ type: 'restart_ice', epoch: state.epoch }] };
    case 'tick':
      return tick(state, now);
    case 'failed':
      return failed(state, input, now);
    case 'resync':
      return input.view?.here === true ? resync(state, input.view) : stepLive(state, input, now);
    case 'resumed':
      return { state, effects: [repeating(state, true), ...tellMedia(state)] };
    default:
      return stepLive(state, input, now);
  }
}

/** Renegotiation in this epoch, or an offer that opens a later one. */
function described(state: Connected, input: InputOf<'described'>): EndpointStep {
  const { epoch, description } = input;
  if (epoch === state.epoch) {
    if (description.type === 'offer' && givesWay(state)) return takeEpoch(state, input);
    const next: Connected = state.kind === 'connecting' && description.type === 'answer' ? { ...state, answered: true } : state;
    return { state: next, effects: [{ type: 'remote', epoch, description }] };
  }
  return epoch > state.epoch && description.type === 'offer' ? takeEpoch(state, input) : unchanged(state);
}

/**
 * Both sides have opened this epoch at the same moment, and the callee's first offer is unanswered. It gives way together with its
 * peer connection rather than by a rollback: Chromium (156) may gather no candidates ever after when rolled back as it begins to.
 */
function givesWay(state: Connected): boolean {
  return state.role === 'callee' && state.kind === 'connecting' && !state.answered && !state.mayAnswer;
}

function media(state: Connected, { epoch, state: seen }: InputOf<'media'>, now: Instant): EndpointStep {
  if (epoch !== state.epoch) return unchanged(state);
  const { call } = state;
  if (seen === 'connected') {
    if (state.kind === 'active') return unchanged(state);
    return {
      state: { ...bare(state), kind: 'active', connectedAt: state.connectedAt ?? now },
      effects: [sending({ type: 'media', call, epoch, state: 'connected' })],
    };
  }
  const effects: EndpointEffect[] = seen === 'failed' ? [{ type: 'restart_ice', epoch }] : [];
  const restarts = effects.length;
  const restartAt = now + (restarts > 0 ? restartAgainMs : restartAfterMs);
  if (state.kind === 'active')
    return {
      state: { ...bare(state), kind: 'reconnecting', connectedAt: state.connectedAt, restartAt, restarts },
      effects: [sending({ type: 'media', call, epoch, state: 'interrupted' }), ...effects],
    };
  if (state.kind === 'connecting')
    return state.answered && state.restartAt === undefined ? { state: { ...state, restartAt }, effects } : unchanged(state);
  // A restart may fail as soon as it is answered, as where no relay is reached and nothing else may be used: the next one has its time.
  return restarts > state.restarts ? { state: { ...state, restartAt, restarts }, effects } : unchanged(state);
}

/** What this side says about its media, once more. */
function tellMedia(state: Connected): EndpointEffect[] {
  if (state.kind === 'connecting') return [];
  const { call, epoch } = state;
  return [sending({ type: 'media', call, epoch, state: state.kind === 'active' ? 'connected' : 'interrupted' })];
}

/** The other's signalling is back: what was said last may not have reached it, and lost media is tried for at once. */
function peer(state: Connected, input: InputOf<'peer'>, now: Instant): EndpointStep {
  const next = peerIs(state, input);
  if (input.state === 'away') return next;
  const repeat: EndpointEffect = repeating(state, true);
  if (state.kind !== 'reconnecting') return { state: next.state, effects: [repeat] };
  return {
    state: { ...state, peerAway: false, restartAt: now + restartAgainMs },
    effects: [repeat, { type: 'restart_ice', epoch: state.epoch }],
  };
}

/** Time to restart ICE (RFC 8445 §2.4), then again at growing distances, until media is back or the server ends the call. */
function tick(state: Connected, now: Instant): EndpointStep {
  if (state.kind === 'active' || state.restartAt === undefined || now < state.restartAt) return unchanged(state);
  const effects: EndpointEffect[] = [{ type: 'restart_ice', epoch: state.epoch }];
  if (state.kind === 'connecting') return { state: { ...state, restartAt: now + restartAgainMs }, effects };
  const restarts = state.restarts + 1;
  return { state: { ...state, restartAt: now + restartAgainMs * Math.min(restarts, 5), restarts }, effects };
}

function failed(state: Connected, { request, code }: InputOf<'failed'>, now: Instant): EndpointStep {
  // The claim was decided for the offer before the new one arrived: what is wanted is the next epoch.
  if (request === 'reoffer' && code === 'wrong_state' && state.kind === 'connecting')
    return reopen(state, { epoch: state.epoch, stage: 'active' });
  return refused(state, code, now);
}

/** The caller's offer was replaced before the answer to the first was heard. */
function answerAnew(state: Connected, offered: Offered): EndpointStep {
  if (state.kind !== 'connecting' || state.role !== 'callee') return unchanged(state);
  return {
    state: { ...state, epoch: offered.epoch, answered: false, mayAnswer: true },
    effects: [preparing(offered)],
  };
}

/** The events since the last one seen are lost: what the server knows is compared with what this page has. */
function resync(state: Connected, view: CallView): EndpointStep {
  const { state: next, effects } = caughtUp(state, view);
  if (view.epoch > state.epoch) {
    const { offer } = view;
    return after(
      effects,
      view.stage === 'answering' && offer !== undefined ? answerAnew(next, { ...view, offer }) : reopen(next, view),
    );
  }
  // The offer of this epoch has not arrived and will be repeated.
  if (view.epoch < state.epoch) return { state: next, effects };
  const answer = state.kind === 'connecting' && !state.answered ? view.answer : undefined;
  return {
    state: { ...next, ...(answer && { answered: true }) },
    effects: [
      ...effects,
      ...tellSide(state, view),
      ...(answer ? [{ type: 'remote' as const, epoch: state.epoch, description: answer }] : []),
      { type: 'remote_candidates', epoch: view.epoch, candidates: view.candidates, end: view.end },
      repeating(state, true),
      ...(state.kind === 'reconnecting' ? [{ type: 'restart_ice' as const, epoch: state.epoch }] : tellMedia(state)),
    ],
  };
}
