/** What every endpoint does that is not over, unless its state says otherwise. */
import type { Instant } from '../machine.ts';
import type { EndpointInput, LiveEndpoint } from './endpoint-types.ts';
import { end, hangUp, mediaFailed, peerIs, sending, unchanged, updated } from './endpoint-outcome.ts';
import type { EndpointStep, InputOf } from './endpoint-outcome.ts';

export function stepLive(state: LiveEndpoint, input: EndpointInput, now: Instant): EndpointStep {
  switch (input.type) {
    case 'updated':
      return updated(state, input.side);
    case 'peer':
      return peerIs(state, input);
    case 'hangup':
      return hangUp(state, now);
    case 'media_failed':
      return mediaFailed(state, now);
    case 'ended':
      return end(state, input.cause, now, input);
    case 'resync':
      // It is over for this page: nobody knows it any more, or says how it has ended; or another connection has it.
      return input.view === undefined
        ? end(state, input.cause ?? 'server_lost', now, { elsewhere: input.elsewhere })
        : end(state, 'answered_elsewhere', now);
    default:
      return unchanged(state);
  }
}

/** What the other side has gathered, for the peer connection of its epoch. */
export function remoteCandidates(
  state: LiveEndpoint,
  { epoch, candidates, end: last }: Omit<InputOf<'candidates'>, 'type'>,
): EndpointStep {
  return epoch === state.epoch
    ? { state, effects: [{ type: 'remote_candidates', epoch, candidates, end: last }] }
    : unchanged(state);
}

/** What this side has gathered, for the other. */
export function tellCandidates(
  state: LiveEndpoint,
  { epoch, candidates, end: last }: InputOf<'candidates_ready'>,
): EndpointStep {
  return epoch === state.epoch
    ? {
        state,
        effects: [sending({ type: 'candidates', call: state.call, epoch, candidates: [...candidates], end: last })],
      }
    : unchanged(state);
}
