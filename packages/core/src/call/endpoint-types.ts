import type { Instant, Tick } from '../machine.ts';
import type { ErrorCode } from '../errors.ts';
import type {
  Answer,
  CallId,
  CallView,
  Candidate,
  Description,
  Early,
  Ephemeral,
  Media,
  Offer,
  Person,
  Request,
  RequestType,
  Side,
} from '../protocol/signaling.ts';
import type { Cause } from './causes.ts';
import type { Role, RungFor } from './types.ts';

export interface Known {
  /** The id of the call: the caller's, until the invites crossed. */
  readonly call: CallId;
  readonly role: Role;
  readonly peer: Person;
  readonly media: Media;
  /** The epoch of the peer connection that is open. */
  readonly epoch: number;
  readonly mine: Side;
  readonly theirs: Side;
  /** The other's signalling is gone at the moment. */
  readonly peerAway: boolean;
  /** Who has led these two together. */
  readonly transferredBy?: Person | undefined;
  /** Whom the caller wanted to reach. */
  readonly forwardedFrom?: Person | undefined;
  /** A program has placed it for its caller. */
  readonly placed?: true | undefined;
  /** It asks to this meeting. */
  readonly meeting?: RungFor | undefined;
}

export interface NewEndpoint {
  readonly kind: 'new';
  readonly call: CallId;
}

/** What the caller knows of the other's devices: one rings; `waiting`: the other is in another call; `early`: something is heard of it. */
export type Remote = 'ringing' | 'waiting' | 'early';

/** Devices are opened and the offer is made. */
export interface Opening extends Known {
  readonly kind: 'opening';
  /** How far the server is with this call; `unaware` before the invite, `invited` while that is not confirmed. */
  readonly server: 'unaware' | 'invited' | 'ringing' | 'answering' | 'active';
  readonly remote?: Remote | undefined;
  readonly connectedAt?: Instant | undefined;
}

/** The invite is out. */
export interface Calling extends Known {
  readonly kind: 'calling';
  /** The server has confirmed the invite. */
  readonly invited: boolean;
  readonly remote?: Remote | undefined;
}

/** Rings here. */
export interface Incoming extends Known {
  readonly kind: 'incoming';
  readonly waiting: boolean;
  readonly ringUntil: Instant;
  /** Made ahead; kept here until the person answers. */
  readonly answer?: Answer | undefined;
  readonly held: { readonly candidates: readonly Candidate[]; readonly end: boolean };
}

/** Claimed by this device; the server has not decided yet. */
export interface AnsweringEndpoint extends Known {
  readonly kind: 'answering';
  readonly answer?: Answer | undefined;
  /** The answer went with the claim. */
  readonly answerSent: boolean;
  /** Media was faster than the server's reply. */
  readonly connected: boolean;
  readonly held: { readonly candidates: readonly Candidate[]; readonly end: boolean };
}

/** Taken on both sides; media is on its way. */
export interface Connecting extends Known {
  readonly kind: 'connecting';
  /** The first exchange of descriptions is complete. */
  readonly answered: boolean;
  /** The answer is ours to send as soon as it is ready. */
  readonly mayAnswer: boolean;
  readonly connectedAt?: Instant | undefined;
  readonly restartAt?: Instant | undefined;
}

export interface ActiveEndpoint extends Known {
  readonly kind: 'active';
  readonly connectedAt: Instant;
}

/** Media is interrupted; ICE is restarted until it is back or the server ends the call. */
export interface Reconnecting extends Known {
  readonly kind: 'reconnecting';
  readonly connectedAt: Instant;
  readonly restartAt: Instant;
  readonly restarts: number;
}

export interface EndedEndpoint {
  readonly kind: 'ended';
  readonly call: CallId;
  readonly role: Role;
  readonly peer: Person;
  readonly cause: Cause;
  /** A refusal by the server that is no cause, e.g. `user_not_found`. */
  readonly error?: ErrorCode | undefined;
  /** The name of the device that answered. */
  readonly elsewhere?: string | undefined;
  readonly durationMs?: number | undefined;
  /** What the callee has said instead of answering. */
  readonly message?: string | undefined;
}

export type LiveEndpoint = Opening | Calling | Incoming | AnsweringEndpoint | Connecting | ActiveEndpoint | Reconnecting;
export type EndpointState = NewEndpoint | LiveEndpoint | EndedEndpoint;

export type EndpointInput =
  // How it begins.
  | { readonly type: 'place'; readonly to: string; readonly name?: string | undefined; readonly media: Media }
  | { readonly type: 'incoming'; readonly view: CallView }
  | { readonly type: 'restore'; readonly view: CallView }
  // The person.
  | { readonly type: 'answer'; readonly media: Media }
  | { readonly type: 'reject'; readonly reason: 'declined' | 'busy' | 'unreachable' | 'no_answer' | 'joined' }
  | { readonly type: 'hangup' }
  | { readonly type: 'update'; readonly change: Partial<Omit<Side, 'n'>> }
  // The peer connection and the devices of this page.
  | { readonly type: 'offer_ready'; readonly epoch: number; readonly offer: Offer }
  | { readonly type: 'answer_ready'; readonly epoch: number; readonly answer: Answer }
  | { readonly type: 'description_ready'; readonly epoch: number; readonly description: Description }
  | {
      readonly type: 'candidates_ready';
      readonly epoch: number;
      readonly candidates: readonly Candidate[];
      readonly end: boolean;
    }
  | { readonly type: 'media_failed' }
  /** Nothing more comes of this peer connection: the browser cannot agree on a later description, or the other side has lost its own. */
  | { readonly type: 'epoch_failed'; readonly epoch: number }
  | { readonly type: 'media'; readonly epoch: number; readonly state: 'connected' | 'disconnected' | 'failed' }
  // The server: replies to requests, events, and what it says after a resume that came too late.
  | { readonly type: 'done'; readonly request: RequestType; readonly merged?: CallView | undefined }
  | { readonly type: 'failed'; readonly request: RequestType; readonly code: ErrorCode }
  | { readonly type: 'ringing'; readonly waiting: boolean; readonly early?: Early | undefined }
  | { readonly type: 'accepted'; readonly epoch: number; readonly answer?: Answer | undefined }
  | { readonly type: 'answered'; readonly epoch: number; readonly answer: Answer }
  | { readonly type: 'described'; readonly epoch: number; readonly description: Description }
  | { readonly type: 'candidates'; readonly epoch: number; readonly candidates: readonly Candidate[]; readonly end: boolean }
  | { readonly type: 'reoffered'; readonly epoch: number; readonly offer: Offer }
  | { readonly type: 'updated'; readonly side: Side }
  | { readonly type: 'peer'; readonly state: 'here' | 'away' }
  | {
      readonly type: 'ended';
      readonly cause: Cause;
      readonly elsewhere?: string | undefined;
      readonly message?: string | undefined;
    }
  /** What the server knows of the call, or the call that goes on in its place. */
  | {
      readonly type: 'resync';
      readonly view: CallView | undefined;
      readonly cause?: Cause | undefined;
      readonly elsewhere?: string | undefined;
    }
  /** The connection is back and no event was missed; what was said without an answer may be lost. */
  | { readonly type: 'resumed' }
  /** The network of this device changed. */
  | { readonly type: 'network' }
  | Tick;

/** A durable request without its id, or an ephemeral message. */
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type Outgoing =
  | WithoutId<Extract<Request, { call: CallId }>>
  | Extract<Ephemeral, { type: 'ringing' | 'candidates' | 'media' }>;

export type EndpointEffect =
  | { readonly type: 'send'; readonly message: Outgoing }
  /** Capture, open a peer connection for this epoch in place of an earlier one, and make its offer. */
  | { readonly type: 'open'; readonly epoch: number; readonly as: 'offerer'; readonly media: Media; readonly polite: boolean }
  /** Open a peer connection for this offer without capturing, in place of an earlier one, and make its answer. The callee is polite. */
  | {
      readonly type: 'prepare';
      readonly epoch: number;
      readonly offer: Offer;
      readonly candidates: readonly Candidate[];
      readonly end: boolean;
    }
  /** Open microphone and camera and put them in. */
  | { readonly type: 'capture'; readonly media: Media }
  /** What came from the other side, to the peer connection of that epoch. `open`: this offer opens it. With `pranswer` another answer may follow. */
  | {
      readonly type: 'remote';
      readonly epoch: number;
      readonly description: Description | Early['description'];
      readonly open?: { readonly polite: boolean } | undefined;
    }
  | {
      readonly type: 'remote_candidates';
      readonly epoch: number;
      readonly candidates: readonly Candidate[];
      readonly end: boolean;
    }
  /** The other side may have lost what was said last: all local candidates of this epoch, and a pending offer, once more. */
  | { readonly type: 'repeat'; readonly epoch: number; readonly offer: boolean }
  | { readonly type: 'restart_ice'; readonly epoch: number }
  /** Send and play what these two sides allow. */
  | { readonly type: 'apply'; readonly mine: Side; readonly theirs: Side }
  /** Nothing goes to the other side any more, nor comes from there: what is opened next is with somebody else. */
  | { readonly type: 'part' }
  /** Stop capture and close the peer connection. */
  | { readonly type: 'close' };
