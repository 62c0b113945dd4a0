/** The next epoch of a call: opened by this side or by the other, or the first of the call in which this side goes on. */
import type { CallView } from '../protocol/signaling.ts';
import type { EndpointEffect, LiveEndpoint } from './endpoint-types.ts';
import { after, bare, common, connectedAtOf, sending } from './endpoint-outcome.ts';
import type { EndpointStep, InputOf } from './endpoint-outcome.ts';

/** Opens an epoch after the one the server knows, and after every one this page has offered: an answer must find its offer. */
export function reopen(
  state: LiveEndpoint,
  known: { readonly epoch: number; readonly stage: CallView['stage'] | 'invited' },
): EndpointStep {
  const epoch = Math.max(known.epoch, state.epoch) + 1;
  const remote = 'remote' in state ? state.remote : undefined;
  const { role, mine } = state;
  return {
    state: { ...bare(state), kind: 'opening', epoch, server: known.stage, remote, connectedAt: connectedAtOf(state) },
    effects: [{ type: 'open', epoch, as: 'offerer', media: { audio: true, video: mine.camera }, polite: role === 'callee' }],
  };
}

/** The other side has opened a later epoch; its offer is answered there, with the devices that are open. */
export function takeEpoch(state: LiveEndpoint, { epoch, description }: InputOf<'described'>): EndpointStep {
  return {
    state: { ...bare(state), kind: 'connecting', epoch, answered: true, mayAnswer: false, connectedAt: connectedAtOf(state) },
    effects: [
      { type: 'remote', epoch, description, open: { polite: state.role === 'callee' } },
      { type: 'capture', media: { audio: true, video: state.mine.camera } },
    ],
  };
}

/**
 * The other has left, and this side goes on with somebody else: nothing of it may reach the former any more. The caller opens the
 * media of the new call; what this side has changed meanwhile is told there. Its screen was chosen for the former only.
 */
export function transferred(state: LiveEndpoint, view: CallView): EndpointStep {
  const mine = { ...state.mine, screen: false, n: Math.max(state.mine.n, view.mine.n) + 1 };
  const told: readonly EndpointEffect[] = [{ type: 'part' }, sending({ type: 'update', call: view.call, side: mine })];
  return after(told, begun({ ...view, mine, epoch: Math.max(state.epoch, view.epoch) }));
}

/** A call in which both are from its beginning: its caller opens the first media, and the other waits for the offer. */
export function begun(view: CallView): EndpointStep {
  // The other may have opened the first epoch already, before this side heard: its offer, said again, is taken then, too.
  const state: LiveEndpoint = { ...common(view), kind: 'connecting', answered: false, mayAnswer: false };
  return view.role === 'caller' ? reopen(state, view) : { state, effects: [] };
}
