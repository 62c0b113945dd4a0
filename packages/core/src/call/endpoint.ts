/**
 * The endpoint: what one device does in one call, seen from the device. `client` drives it in the browser, the simulator too.
 *
 *            place                offer_ready          accepted
 *   ┌─────┐ ───────► ┌─────────┐ ───────────► ┌─────────┐ ─────────────────► ┌────────────┐  media    ┌────────┐
 *   │ new │          │ opening │              │ calling │                    │ connecting │ ────────► │ active │
 *   └──┬──┘ restore  └────┬────┘ (restored)   └─────────┘                    └────────────┘ connected └──┬──▲──┘
 *      ├──────────────────┘└─────────────────────────────────────────────────────▲  ▲          interrupted│  │connected
 *      │ incoming   ┌──────────┐ answer  ┌───────────┐ claimed                   │  │                 ┌───▼──┴───────┐
 *      └──────────► │ incoming │ ──────► │ answering │ ──────────────────────────┘  │                 │ reconnecting │
 *                   └──────────┘         └───────────┘                              │                 └──────────────┘
 *                                                              the invites crossed ─┘
 *   Every state ends: hangup, reject, `ended` from the server, a refusal, media that cannot be opened.
 *
 * Accepted is not connected: `connecting` waits for media. The local effect of `hangup` is immediate, whatever the server says.
 * Rules with their numbers: SPEC.md.
 */
import type { Instant, Machine, Step } from '../machine.ts';
import type { CallView } from '../protocol/signaling.ts';
import { limits } from '../limits.ts';
import { stepAnsweringEndpoint, stepIncoming } from './endpoint-incoming.ts';
import { stepCalling, stepOpening } from './endpoint-outgoing.ts';
import { stepConnected } from './endpoint-connected.ts';
import { begun, reopen, transferred } from './endpoint-epochs.ts';
import type { EndpointEffect, EndpointInput, EndpointState, LiveEndpoint, NewEndpoint } from './endpoint-types.ts';
import { after, common, connectedAt, lastWordMs, preparing, remoteIn, sending, unchanged, update } from './endpoint-outcome.ts';
import { initialSide } from './view.ts';

export type * from './endpoint-types.ts';

/** Every kind of state and of input, for coverage. */
export const endpointStates = [
  'new',
  'opening',
  'calling',
  'incoming',
  'answering',
  'connecting',
  'active',
  'reconnecting',
  'ended',
] as const satisfies EndpointState['kind'][];
export const endpointInputs = [
  'place',
  'incoming',
  'restore',
  'answer',
  'reject',
  'hangup',
  'update',
  'offer_ready',
  'answer_ready',
  'description_ready',
  'candidates_ready',
  'media_failed',
  'epoch_failed',
  'media',
  'done',
  'failed',
  'ringing',
  'accepted',
  'answered',
  'described',
  'candidates',
  'reoffered',
  'updated',
  'peer',
  'ended',
  'resync',
  'resumed',
  'network',
  'tick',
] as const satisfies EndpointInput['type'][];

export function newEndpoint(call: string): NewEndpoint {
  return { kind: 'new', call };
}

export const endpointMachine: Machine<EndpointState, EndpointInput, EndpointEffect> = {
  step(state, input, now) {
    if (input.type === 'resync' && 'epoch' in state && input.view?.replaces?.includes(state.call) === true)
      return goOn(state, input.view, now);
    switch (state.kind) {
      case 'new':
        return stepNew(state, input, now);
      case 'opening':
        return stepOpening(state, input, now);
      case 'calling':
        return stepCalling(state, input, now);
      case 'incoming':
        return stepIncoming(state, input, now);
      case 'answering':
        return stepAnsweringEndpoint(state, input, now);
      case 'connecting':
      case 'active':
      case 'reconnecting':
        return stepConnected(state, input, now);
      case 'ended':
        return unchanged(state);
    }
  },

  deadline(state) {
    if (state.kind === 'incoming') return state.ringUntil;
    return 'restartAt' in state ? state.restartAt : undefined;
  },

  /** A page keeps nothing over its end: what there is to recover comes from the server as `incoming` or `restore`. */
  recover: () => [],
};

/** Another call goes on in its place: this side was led on to somebody else, or what it has called rings there. */
function goOn(state: LiveEndpoint, view: CallView, now: Instant): Step<EndpointState, EndpointEffect> {
  // What rings there rings with the offer of this page, unless a transfer was missed meanwhile.
  const isSame = view.epoch === state.epoch && view.transferredBy?.address === state.transferredBy?.address;
  if (state.kind !== 'calling' || !isSame) return transferred(state, view);
  const { mine } = state;
  const { theirs } = view;
  // Taken meanwhile, it may be held already.
  const told: readonly EndpointEffect[] = theirs.n > 0 ? [{ type: 'apply', mine, theirs }] : [];
  return after(told, stepCalling({ ...state, ...common(view), mine }, { type: 'resync', view }, now));
}

function stepNew(state: NewEndpoint, input: EndpointInput, now: Instant): Step<EndpointState, EndpointEffect> {
  switch (input.type) {
    case 'place':
      return {
        state: {
          kind: 'opening',
          call: state.call,
          role: 'caller',
          peer: { address: input.to, name: input.name ?? input.to },
          media: input.media,
          epoch: 1,
          mine: initialSide(input.media.video),
          theirs: initialSide(false),
          peerAway: false,
          server: 'unaware',
        },
        effects: [{ type: 'open', epoch: 1, as: 'offerer', media: input.media, polite: false }],
      };
    case 'incoming':
      return input.view.here ? begun(input.view) : ring(state, input.view, now);
    case 'restore': {
      const step = restore(state, input.view, now);
      if (step.state.kind === 'new' || step.state.kind === 'ended') return step;
      // A screen that was shared is not so any more: nobody has chosen it in this page.
      return after(step.effects, update(step.state, { screen: false }, true));
    }
    default:
      return unchanged(state);
  }
}

/** The call rings here. The answer may be prepared at once: nothing is asked of the person and nothing leaves the device. */
function ring(state: NewEndpoint, view: CallView, now: Instant): Step<EndpointState, EndpointEffect> {
  const { offer } = view;
  if (offer === undefined) return unchanged(state);
  return {
    state: {
      kind: 'incoming',
      ...common(view),
      role: 'callee',
      waiting: view.waiting,
      ringUntil: now + (view.ringMs ?? limits.ringMs) + lastWordMs,
      held: { candidates: [], end: false },
    },
    effects: [sending({ type: 'ringing', call: view.call }), preparing({ ...view, offer })],
  };
}

/** A page that forgot everything (a reload) and finds itself in a call: it opens its media anew, in the next epoch where needed. */
function restore(state: NewEndpoint, view: CallView, now: Instant): Step<EndpointState, EndpointEffect> {
  if (view.role === 'callee' && view.stage === 'ringing') return ring(state, view, now);
  if (!view.here) return unchanged(state);
  const { offer } = view;
  if (view.role === 'callee' && view.stage === 'answering' && offer !== undefined) {
    return {
      state: { kind: 'connecting', ...common(view), answered: false, mayAnswer: true },
      effects: [preparing({ ...view, offer }), { type: 'capture', media: { audio: true, video: view.mine.camera } }],
    };
  }
  const remote = remoteIn(view);
  const since = connectedAt(view, now);
  return reopen({ kind: 'opening', ...common(view), server: view.stage, remote, connectedAt: since }, view);
}
