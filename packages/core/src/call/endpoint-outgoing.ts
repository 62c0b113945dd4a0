/** An endpoint whose call is not taken yet, seen from the caller; and any endpoint that opens its media anew. */
import type { Instant } from '../machine.ts';
import type { CallView } from '../protocol/signaling.ts';
import type { Calling, EndpointInput, LiveEndpoint, Opening } from './endpoint-types.ts';
import { end, ended, gone, hangUp, mediaFailed, sending, unchanged, update, updated } from './endpoint-outcome.ts';
import type { EndpointStep, InputOf } from './endpoint-outcome.ts';
import { initialSide } from './view.ts';

export function stepOpening(state: Opening, input: EndpointInput, now: Instant): EndpointStep {
  switch (input.type) {
    case 'offer_ready':
      return input.epoch === state.epoch ? offerReady(state, input) : unchanged(state);
    case 'accepted':
      return { state: { ...state, server: input.answer === undefined ? 'answering' : 'active' }, effects: [] };
    case 'answered':
      return { state: { ...state, server: 'active' }, effects: [] };
    case 'described':
      // The other side opens the next epoch at the same time: with no offer of our own out, theirs is taken.
      return input.epoch >= state.epoch && input.description.type === 'offer' ? takeEpoch(state, input) : unchanged(state);
    case 'update':
      return update(state, input.change, state.server !== 'unaware');
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
    case 'resync':
      return resyncOpening(state, input, now);
    default:
      return unchanged(state);
  }
}

function offerReady(state: Opening, { epoch, offer }: InputOf<'offer_ready'>): EndpointStep {
  const { server, connectedAt, ...known } = state;
  const { call, media, peer } = known;
  switch (server) {
    case 'unaware':
      return {
        state: { ...known, kind: 'calling', invited: false },
        effects: [sending({ type: 'invite', call, to: peer.address, media, offer })],
      };
    case 'ringing':
      return {
        state: { ...known, kind: 'calling', invited: true },
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
  if (state.server === 'unaware') return unchanged(state);
  if (input.view === undefined) return gone(state, input, now);
  return input.view.epoch < state.epoch
    ? { state: { ...state, server: input.view.stage }, effects: [] }
    : reopen(state, input.view);
}

export function stepCalling(state: Calling, input: EndpointInput, now: Instant): EndpointStep {
  switch (input.type) {
    case 'done':
      if (input.request !== 'invite') return unchanged(state);
      return input.merged === undefined ? { state: { ...state, invited: true }, effects: [] } : cross(state, input.merged);
    case 'failed':
      return failed(state, input, now);
    case 'ringing':
      return { state: { ...state, invited: true, remote: input.waiting ? 'waiting' : 'ringing' }, effects: [] };
    case 'accepted':
      return accepted(state, input);
    case 'candidates':
      return input.epoch === state.epoch
        ? { state, effects: [{ type: 'remote_candidates', epoch: input.epoch, candidates: input.candidates, end: input.end }] }
        : unchanged(state);
    case 'candidates_ready':
      return input.epoch === state.epoch
        ? {
            state,
            effects: [
              sending({
                type: 'candidates',
                call: state.call,
                epoch: input.epoch,
                candidates: [...input.candidates],
                end: input.end,
              }),
            ],
          }
        : unchanged(state);
    case 'update':
      return update(state, input.change, true);
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
    case 'network':
      // The candidates gathered so far may lead nowhere; as it still rings, a new offer replaces the first.
      return reopen(state, { epoch: state.epoch, stage: 'ringing' });
    case 'resync':
      return resyncCalling(state, input, now);
    default:
      return unchanged(state);
  }
}

function failed(state: Calling, { request, code }: InputOf<'failed'>, now: Instant): EndpointStep {
  if (request === 'invite') return end(state, code === 'user_not_found' ? 'unreachable' : 'cancelled', now, { error: code });
  // The answer to the offer before was faster than the new offer: what is still wanted is the next epoch.
  if (request === 'reoffer' && code === 'wrong_state') return reopen(state, { epoch: state.epoch - 1, stage: 'active' });
  return unchanged(state);
}

function accepted(state: Calling, { epoch, answer }: InputOf<'accepted'>): EndpointStep {
  const { invited: _invited, remote: _remote, ...known } = state;
  // An answer to an offer that was replaced is none; the server lets the callee answer the new one, or refuses it.
  const fits = answer !== undefined && epoch === state.epoch;
  return {
    state: { ...known, kind: 'connecting', answered: fits, mayAnswer: false },
    effects: fits ? [{ type: 'remote', epoch, description: answer }] : [],
  };
}

/** The other called at the same moment and was first: their call is taken, with the devices that are open already. */
function cross(state: Calling, view: CallView): EndpointStep {
  if (view.offer === undefined) return unchanged(state);
  const mine = { ...state.mine, n: state.mine.n + 1 };
  return {
    state: {
      kind: 'connecting',
      call: view.call,
      role: 'callee',
      peer: view.peer,
      media: view.media,
      epoch: view.epoch,
      mine,
      theirs: view.theirs ?? initialSide(false),
      peerAway: false,
      answered: false,
      mayAnswer: true,
    },
    effects: [
      { type: 'prepare', epoch: view.epoch, offer: view.offer, candidates: view.candidates, end: view.end },
      { type: 'capture', media: state.media },
      sending({ type: 'update', call: view.call, side: mine }),
    ],
  };
}

function resyncCalling(state: Calling, input: InputOf<'resync'>, now: Instant): EndpointStep {
  const { view } = input;
  // A call the server has never heard of: its invite is still waiting to be sent again.
  if (view === undefined) return state.invited || input.cause !== undefined ? gone(state, input, now) : unchanged(state);
  switch (view.stage) {
    case 'ringing':
      return { state: { ...state, invited: true }, effects: [{ type: 'repeat', epoch: state.epoch }] };
    case 'answering': {
      const next = accepted(state, { type: 'accepted', epoch: view.epoch });
      return { state: next.state, effects: [...next.effects, { type: 'repeat', epoch: state.epoch }] };
    }
    case 'active': {
      if (view.epoch !== state.epoch || view.answer === undefined) return reopen(state, view);
      const next = accepted(state, { type: 'accepted', epoch: view.epoch, answer: view.answer });
      return {
        state: next.state,
        effects: [
          ...next.effects,
          { type: 'remote_candidates', epoch: view.epoch, candidates: view.candidates, end: view.end },
          { type: 'repeat', epoch: state.epoch },
        ],
      };
    }
  }
}

/** Opens the epoch after the one the server knows. */
export function reopen(
  state: LiveEndpoint,
  known: { readonly epoch: number; readonly stage: CallView['stage'] },
): EndpointStep {
  const { call, role, peer, media, mine, theirs, peerAway } = state;
  const epoch = known.epoch + 1;
  const connectedAt = 'connectedAt' in state ? state.connectedAt : undefined;
  return {
    state: { kind: 'opening', call, role, peer, media, epoch, mine, theirs, peerAway, server: known.stage, connectedAt },
    effects: [{ type: 'open', epoch, as: 'offerer', media: { audio: true, video: mine.camera }, polite: role === 'callee' }],
  };
}

/** The other side has opened a later epoch; its offer is answered there, with the devices that are open. */
export function takeEpoch(state: LiveEndpoint, { epoch, description }: InputOf<'described'>): EndpointStep {
  const { call, role, peer, media, mine, theirs, peerAway } = state;
  const connectedAt = 'connectedAt' in state ? state.connectedAt : undefined;
  return {
    state: {
      kind: 'connecting',
      call,
      role,
      peer,
      media,
      epoch,
      mine,
      theirs,
      peerAway,
      answered: true,
      mayAnswer: false,
      connectedAt,
    },
    effects: [
      { type: 'remote', epoch, description, open: { polite: role === 'callee' } },
      { type: 'capture', media: { audio: true, video: mine.camera } },
    ],
  };
}
