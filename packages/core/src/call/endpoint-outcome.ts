/** The pieces that every state of an endpoint shares. */
import type { Instant, Milliseconds, Step } from '../machine.ts';
import type { ErrorCode } from '../errors.ts';
import type { CallView, Candidate, Offer, Side } from '../protocol/signaling.ts';
import type { Cause } from './causes.ts';
import type {
  EndedEndpoint,
  EndpointEffect,
  EndpointInput,
  EndpointState,
  Known,
  LiveEndpoint,
  Outgoing,
  Remote,
} from './endpoint-types.ts';

export type EndpointStep = Step<EndpointState, EndpointEffect>;
export type InputOf<T extends EndpointInput['type']> = Extract<EndpointInput, { type: T }>;

/** An offer and the candidates that are known with it. */
export interface Offered {
  readonly epoch: number;
  readonly offer: Offer;
  readonly candidates: readonly Candidate[];
  readonly end: boolean;
}

/** ICE is restarted this long after media was disconnected (it often heals by itself), then again at growing distances. */
export const restartAfterMs: Milliseconds = 2_500;
export const restartAgainMs: Milliseconds = 6_000;

/** How much longer than it may ring it does so here, so that the server can say what became of it. */
export const lastWordMs: Milliseconds = 1_000;

export function unchanged(state: EndpointState): EndpointStep {
  return { state, effects: [] };
}

/** The answer to an offer is made, on a peer connection of its own. */
export function preparing({ epoch, offer, candidates, end }: Offered): EndpointEffect {
  return { type: 'prepare', epoch, offer, candidates, end };
}

/** The other side may have lost what was said last. */
export function repeating({ epoch }: Known, offer: boolean): EndpointEffect {
  return { type: 'repeat', epoch, offer };
}

export function sending(message: Outgoing): EndpointEffect {
  return { type: 'send', message };
}

/** The one way into `ended`. */
export function end(
  state: LiveEndpoint,
  cause: Cause,
  now: Instant,
  more: {
    readonly error?: ErrorCode | undefined;
    readonly elsewhere?: string | undefined;
    readonly message?: string | undefined;
    readonly tell?: Outgoing;
  } = {},
): EndpointStep {
  const connectedAt = connectedAtOf(state);
  const ended: EndedEndpoint = {
    kind: 'ended',
    call: state.call,
    role: state.role,
    peer: state.peer,
    cause,
    error: more.error,
    elsewhere: more.elsewhere,
    message: more.message,
    durationMs: connectedAt === undefined ? undefined : now - connectedAt,
  };
  return { state: ended, effects: [...(more.tell ? [sending(more.tell)] : []), { type: 'close' }] };
}

/** The person hangs up: at once here, and the server is told until it has heard. */
export function hangUp(state: LiveEndpoint, now: Instant): EndpointStep {
  const cause: Cause =
    state.kind === 'incoming'
      ? 'declined'
      : state.kind === 'calling' || (state.kind === 'opening' && state.server !== 'answering' && state.server !== 'active')
        ? 'cancelled'
        : 'hangup';
  return tellEnd(state, cause, now);
}

/** The server is told, unless it knows of nothing. */
function tellEnd(state: LiveEndpoint, cause: Cause, now: Instant): EndpointStep {
  const unaware = state.kind === 'opening' && state.server === 'unaware';
  return end(state, cause, now, unaware ? {} : { tell: { type: 'hangup', call: state.call } });
}

/** Microphone, camera or the peer connection could not be opened. */
export function mediaFailed(state: LiveEndpoint, now: Instant): EndpointStep {
  return tellEnd(state, 'media_failed', now);
}

/** A request about a call that the server says is over, is not known to it, or went to another device: there is nothing left to do. */
export function refused(state: LiveEndpoint, code: ErrorCode, now: Instant): EndpointStep {
  switch (code) {
    case 'call_ended':
      return end(state, state.kind === 'calling' || state.kind === 'answering' ? 'cancelled' : 'hangup', now, { error: code });
    case 'call_not_found':
      return end(state, 'server_lost', now, { error: code });
    case 'answered_elsewhere':
      return end(state, 'answered_elsewhere', now, { error: code });
    default:
      return unchanged(state);
  }
}

/** What a view says that every state knows. */
export function common(view: CallView): Known {
  return bare({ ...view, peerAway: view.away });
}

/** What every state knows, for the next one. */
export function bare(state: Known): Known {
  const { call, role, peer, media, epoch, mine, theirs, peerAway, transferredBy, forwardedFrom, placed, meeting } = state;
  return { call, role, peer, media, epoch, mine, theirs, peerAway, transferredBy, forwardedFrom, placed, meeting };
}

/** Since when media has flowed, as far as this page knows. */
export function connectedAtOf(state: LiveEndpoint): Instant | undefined {
  return 'connectedAt' in state ? state.connectedAt : undefined;
}

/** The same by a view, and the clock of this page. */
export function connectedAt({ activeMs }: CallView, now: Instant): Instant | undefined {
  return activeMs === undefined ? undefined : now - activeMs;
}

/** What the caller may show of the other's devices. */
export function remoteIn(view: CallView): Remote | undefined {
  return view.rings ? (view.waiting ? 'waiting' : 'ringing') : undefined;
}

/** The other's signalling is gone, or back. */
export function peerIs(state: LiveEndpoint, input: InputOf<'peer'>): EndpointStep {
  const peerAway = input.state === 'away';
  return peerAway === state.peerAway ? unchanged(state) : { state: { ...state, peerAway }, effects: [] };
}

/** The side of the other as a view shows it; what this page has seen later stands. */
export function caughtUp<S extends LiveEndpoint>(state: S, view: CallView): Step<S, EndpointEffect> {
  const theirs = view.theirs.n > state.theirs.n ? view.theirs : state.theirs;
  return {
    state: { ...state, theirs, peerAway: view.away },
    effects: theirs === state.theirs ? [] : [{ type: 'apply', mine: state.mine, theirs }],
  };
}

/** What a view shows that the server does not know of this side yet. */
export function tellSide({ call, mine }: LiveEndpoint, view: CallView): EndpointEffect[] {
  return view.mine.n < mine.n ? [sending({ type: 'update', call, side: mine })] : [];
}

/** A step, with what came before it. */
export function after(effects: readonly EndpointEffect[], step: EndpointStep): EndpointStep {
  return { state: step.state, effects: [...effects, ...step.effects] };
}

const values = ['held', 'muted', 'camera', 'screen'] as const;

/** A change of this side: a new value with the next number, told to the server where it knows of this side. */
export function update<S extends LiveEndpoint>(state: S, change: Partial<Omit<Side, 'n'>>, tell: boolean): EndpointStep {
  const mine: Side = { ...state.mine, ...change, n: state.mine.n + 1 };
  if (values.every((value) => Boolean(mine[value]) === Boolean(state.mine[value]))) return unchanged(state);
  const next: LiveEndpoint = { ...state, mine };
  return {
    state: next,
    effects: [
      { type: 'apply', mine, theirs: state.theirs },
      ...(tell ? [sending({ type: 'update', call: state.call, side: mine })] : []),
    ],
  };
}

export function updated<S extends LiveEndpoint>(state: S, side: Side): EndpointStep {
  if (side.n <= state.theirs.n) return unchanged(state);
  const next: LiveEndpoint = { ...state, theirs: side };
  return { state: next, effects: [{ type: 'apply', mine: state.mine, theirs: side }] };
}
