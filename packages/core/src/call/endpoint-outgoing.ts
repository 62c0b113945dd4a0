/** An endpoint whose call is not taken yet, seen from the caller; and any endpoint that opens its media anew. */
import type { Instant } from '../machine.ts';
import type { CallView } from '../protocol/signaling.ts';
import type { ErrorCode } from '../errors.ts';
import type { Calling, EndpointInput, Opening, Remote } from './endpoint-types.ts';
import { reopen, takeEpoch } from './endpoint-epochs.ts';
import { remoteCandidates, stepLive, tellCandidates } from './endpoint-live.ts';
import {
  after,
  caughtUp,
  common,
  connectedAt,
  end,
  preparing,
  refused,
  remoteIn,
  repeating,
  sending,
  tellSide,
  unchanged,
  update,
} from './endpoint-outcome.ts';
import type { EndpointStep, InputOf } from './endpoint-outcome.ts';

export function stepOpening(state: Opening, input: EndpointInput, now: Instant): EndpointStep {
  switch (input.type) {
    case 'offer_ready':
      return input.epoch === state.epoch ? offerReady(state, input) : unchanged(state);
    case 'done':
      if (input.request !== 'invite' || state.server !== 'invited') return unchanged(state);
      return input.merged === undefined ? serverAt(state, 'ringing') : cross(state, input.merged, now);
    case 'failed':
      return input.request === 'invite' ? notInvited(state, input.code, now) : refused(state, input.code, now);
    case 'ringing':
      return serverAt(rings(state, input), state.server === 'invited' ? 'ringing' : state.server);
    case 'accepted':
      return serverAt(state, input.answer === undefined ? 'answering' : 'active');
    case 'answered':
      return serverAt(state, 'active');
    case 'described':
      // The other side opens the next epoch at the same time: with no offer of our own out, theirs is taken.
      return input.epoch >= state.epoch && input.description.type === 'offer' ? takeEpoch(state, input) : unchanged(state);
    case 'update':
      return update(state, input.change, state.server !== 'unaware');
    case 'resync':
      return resyncOpening(state, input, now);
    default:
      return stepLive(state, input, now);
  }
}

function offerReady(state: Opening, { epoch, offer }: InputOf<'offer_ready'>): EndpointStep {
  const { server, connectedAt, remote, ...known } = state;
  const { call, media, peer, mine } = known;
  switch (server) {
    case 'unaware':
      return {
        state: { ...known, kind: 'calling', invited: false },
        effects: [
          sending({ type: 'invite', call, to: peer.address, media, offer }),
          // Muted, say, while the permission was asked for.
          ...(mine.n > 0 ? [sending({ type: 'update', call, side: mine })] : []),
        ],
      };
    case 'invited':
    case 'ringing':
      return {
        state: { ...known, kind: 'calling', invited: server === 'ringing', remote },
        effects: [sending({ type: 'reoffer', call, epoch, offer })],
      };
    case 'answering':
      return {
        state: { ...known, kind: 'connecting', answered: false, mayAnswer: false },
        effects: [sending({ type: 'reoffer', call, epoch, offer })],
      };
    case 'active':
      return {
        state: { ...known, kind: 'connecting', answered: false, mayAnswer: false, connectedAt },
        effects: [sending({ type: 'describe', call, epoch, description: offer })],
      };
  }
}

function resyncOpening(state: Opening, input: InputOf<'resync'>, now: Instant): EndpointStep {
  const { view } = input;
  if (state.server === 'unaware') return unchanged(state);
  // One that the server has never heard of: its invite will be sent again.
  if (view === undefined && state.server === 'invited' && input.cause === undefined) return unchanged(state);
  if (view?.here !== true) return stepLive(state, input, now);
  const caught = caughtUp(state, view);
  const next: Opening = { ...caught.state, remote: remoteIn(view), server: view.stage };
  const told = [...caught.effects, ...tellSide(next, view)];
  return after(told, view.epoch < state.epoch ? unchanged(next) : reopen(next, view));
}

function serverAt(state: Opening, server: Opening['server']): EndpointStep {
  return { state: state.server === server ? state : { ...state, server }, effects: [] };
}

function rings<S extends Opening | Calling>(state: S, { waiting, early }: InputOf<'ringing'>): S {
  const remote: Remote = early?.epoch === state.epoch ? 'early' : waiting ? 'waiting' : 'ringing';
  return state.remote === remote ? state : { ...state, remote };
}

/** More than that is heard of it already, perhaps. */
function ringing(state: Calling, { early }: InputOf<'ringing'>): EndpointStep {
  return { state, effects: early && state.remote === 'early' ? [{ type: 'remote', ...early }] : [] };
}

function invited(state: Calling): Calling {
  return state.invited ? state : { ...state, invited: true };
}

function notInvited(state: Opening | Calling, code: ErrorCode, now: Instant): EndpointStep {
  return end(state, code === 'user_not_found' ? 'unreachable' : 'cancelled', now, { error: code });
}

export function stepCalling(state: Calling, input: EndpointInput, now: Instant): EndpointStep {
  switch (input.type) {
    case 'done':
      // Candidates that were faster than their offer went nowhere.
      if (input.request === 'reoffer') return { state, effects: [repeating(state, false)] };
      if (input.request !== 'invite') return unchanged(state);
      return input.merged === undefined ? { state: invited(state), effects: [] } : cross(state, input.merged, now);
    case 'failed':
      return failed(state, input, now);
    case 'ringing':
      return ringing(invited(rings(state, input)), input);
    case 'accepted':
      return accepted(state, input);
    case 'candidates':
      return remoteCandidates(state, input);
    case 'candidates_ready':
      return tellCandidates(state, input);
    case 'update':
      return update(state, input.change, true);
    case 'network':
      // The candidates gathered so far may lead nowhere; as it still rings, a new offer replaces the first.
      return reopen(state, { epoch: state.epoch, stage: state.invited ? 'ringing' : 'invited' });
    case 'resync':
      return resyncCalling(state, input, now);
    case 'resumed':
      return { state, effects: [repeating(state, false)] };
    default:
      return stepLive(state, input, now);
  }
}

function failed(state: Calling, { request, code }: InputOf<'failed'>, now: Instant): EndpointStep {
  if (request === 'invite') return notInvited(state, code, now);
  // The answer to the offer before was faster than the new offer: what is still wanted is the next epoch.
  if (request === 'reoffer' && code === 'wrong_state') return reopen(state, { epoch: state.epoch, stage: 'active' });
  return refused(state, code, now);
}

function accepted(state: Calling, { epoch, answer }: Pick<CallView, 'epoch' | 'answer'>): EndpointStep {
  const { invited: _invited, remote: _remote, ...known } = state;
  // An answer to an offer that was replaced is none; the server lets the callee answer the new one, or refuses it.
  const fits = answer !== undefined && epoch === state.epoch;
  return {
    state: { ...known, kind: 'connecting', answered: fits, mayAnswer: false },
    effects: fits ? [{ type: 'remote', epoch, description: answer }] : [],
  };
}

/** The other called at the same moment and was first: their call is taken, with the devices that are open already. */
function cross(state: Opening | Calling, view: CallView, now: Instant): EndpointStep {
  const { call, offer } = view;
  const mine = { ...state.mine, n: Math.max(state.mine.n, view.mine.n) + 1 };
  const known = { ...common(view), mine };
  const told = sending({ type: 'update', call, side: mine });
  if (offer === undefined) {
    // This page has answered it already, and forgot: what is left is a media path of its own.
    const since = connectedAt(view, now);
    return after([told], reopen({ ...known, kind: 'connecting', answered: true, mayAnswer: false, connectedAt: since }, view));
  }
  return {
    state: { ...known, kind: 'connecting', answered: false, mayAnswer: true },
    effects: [preparing({ ...view, offer }), { type: 'capture', media: state.media }, told],
  };
}

function resyncCalling(state: Calling, input: InputOf<'resync'>, now: Instant): EndpointStep {
  const { view } = input;
  // Its invite will be sent again; the candidates that were said into a lost connection are to follow it.
  if (view === undefined && !state.invited && input.cause === undefined) return { state, effects: [repeating(state, false)] };
  if (view?.here !== true) return stepLive(state, input, now);
  const caught = caughtUp(state, view);
  const known: Calling = { ...caught.state, invited: true, remote: remoteIn(view) };
  return after([...caught.effects, ...tellSide(known, view)], taken(known, view));
}

/** What became of the call meanwhile. */
function taken(state: Calling, view: CallView): EndpointStep {
  const { answer, epoch, stage } = view;
  if (stage === 'active' && (epoch !== state.epoch || answer === undefined)) return reopen(state, view);
  const next = stage === 'ringing' ? unchanged(state) : accepted(state, { epoch, answer });
  const theirs = stage === 'active' ? remoteCandidates(state, view).effects : [];
  return { state: next.state, effects: [...next.effects, ...theirs, repeating(state, false)] };
}
