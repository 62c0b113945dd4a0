import type { Instant, Milliseconds, Tick } from '../machine.ts';
import type {
  Address,
  Answer,
  CallId,
  CallView,
  Candidate,
  Description,
  DeviceId,
  Early,
  Event,
  Media,
  MeetingId,
  Offer,
  Person,
  Quality,
  Side,
} from '../protocol/signaling.ts';
import type { ErrorCode } from '../errors.ts';
import type { Cause } from './causes.ts';

export type ConnectionId = string;
export type Role = 'caller' | 'callee';

/** Who says something: stamped by the server, never taken from a message. */
export interface From {
  readonly person: Person;
  readonly device: DeviceId;
  readonly deviceName: string;
  readonly connection: ConnectionId;
}

/** One side of a call once it is known: the connection that holds its media. */
export interface End extends From {
  readonly side: Side;
  /** What this side last said about its media, and since when. */
  readonly media: 'connecting' | 'connected' | 'interrupted' | 'lost';
  readonly mediaSince: Instant;
  /** Since when its signalling is gone. */
  readonly awaySince?: Instant | undefined;
  /** Its page has left by itself: it was closed, or is being loaded again. Its media is gone with it. */
  readonly left?: boolean | undefined;
  /** Its candidates in the present epoch, for the other side should it have to catch up. */
  readonly candidates: readonly Candidate[];
  readonly end: boolean;
  /** In which meeting it goes on, and whether it hears the other side there. */
  readonly moving?: { readonly meeting: MeetingId; readonly heard: boolean; readonly since: Instant } | undefined;
  /** What it has heard so far, as it says. */
  readonly quality?: Quality | undefined;
}

/** How a call came to its two people, where that was not by an invite of the one to the other alone. */
export interface Origin {
  /** Who has led these two together. */
  readonly transferredBy?: Person | undefined;
  /** Whom the caller wanted to reach: the last one who has forwarded the call. */
  readonly forwardedFrom?: Person | undefined;
  /** A program has placed it for its caller. See `place.ts`. */
  readonly placed?: true | undefined;
  /** Of one that was placed: why its caller has not taken it. */
  readonly untaken?: Cause | undefined;
  /**
   * While it rings: it asks to this meeting, whoever takes it joins that, and nobody talks in the call. Where it began active: the two
   * were in this meeting before.
   */
  readonly meeting?: RungFor | undefined;
}

/** The meeting to which a ring asks somebody. */
export interface RungFor {
  readonly meeting: string;
  readonly title?: string | undefined;
}

/** When somebody wants their calls to ring at somebody else. */
export type ForwardReason = 'always' | 'busy' | 'no_answer';

/** What became of a call that ended `forwarded`. */
export interface Forward {
  /** Whom the caller goes on to call, and in which call. */
  readonly to: Person;
  readonly into: CallId;
  readonly why: ForwardReason;
}

/** What became of a call that ended `transferred`. */
export interface Transfer {
  /** Who has left it. */
  readonly by: Address;
  /** Whom the one who stayed goes on with, and in which call. */
  readonly to: Person;
  readonly into: CallId;
}

/** In which call somebody goes on when one has ended. */
export interface LedOn {
  readonly transfer?: Transfer | undefined;
  readonly forward?: Forward | undefined;
}

interface Known {
  readonly id: CallId;
  readonly media: Media;
  readonly epoch: number;
  readonly startedAt: Instant;
  readonly caller: End;
  readonly origin?: Origin | undefined;
  /** The calls in whose place it goes on, of each side, the last one first. */
  readonly replaces?: Replaced | undefined;
}

export type Replaced = { readonly [R in Role]?: readonly CallId[] };

/** What a device of the callee does while it rings. `away`: it was there, and may come back in time. */
export type Leg = 'invited' | 'ringing' | 'busy' | 'away';

export interface New {
  readonly kind: 'new';
  readonly id: CallId;
}

export interface Ringing extends Known {
  readonly kind: 'ringing';
  readonly callee: Person;
  /** Absent until the caller has made one, after a transfer: so long no device is told. */
  readonly offer?: Offer | undefined;
  /** It was placed, and the caller's devices ring: the two are the other way round. */
  readonly placing?: true | undefined;
  /** Others are called in its place where this one is not there: nobody takes it for its callee. */
  readonly oneOfSeveral?: true | undefined;
  /** Who has forwarded it, the first one first. */
  readonly via?: readonly Address[] | undefined;
  readonly waiting: boolean;
  readonly legs: Readonly<Record<DeviceId, Leg>>;
  /** The device that the caller hears already. */
  readonly heard?: DeviceId | undefined;
  readonly ringUntil: Instant;
  /** While no device of the callee can take it: when to give up. */
  readonly reachBy?: Instant | undefined;
  readonly push?: Pushes | undefined;
}

/** Which devices a call that rings is pushed to. See `push.ts`. */
export interface Pushes {
  /** Each of these is told of the end. */
  readonly sent: readonly DeviceId[];
  /** Those of them that nothing reached, the last time: no reason to ring on. */
  readonly lost?: readonly DeviceId[] | undefined;
  /** Devices that are there and can be pushed to, should they not say that they ring. */
  readonly awake: readonly DeviceId[];
  /** When they should have said so; absent afterwards. */
  readonly confirmBy?: Instant | undefined;
}

export interface Answering extends Known {
  readonly kind: 'answering';
  readonly callee: End;
  /** The id of the callee's own invite, if that was how it was taken: another name of this call. */
  readonly crossed?: CallId | undefined;
  readonly offer: Offer;
  readonly waiting: boolean;
  readonly answerBy: Instant;
}

export interface Active extends Known {
  readonly kind: 'active';
  readonly callee: End;
  readonly crossed?: CallId | undefined;
  readonly answeredAt: Instant;
  /** The answer of the first epoch, until media has connected. */
  readonly answer?: Answer | undefined;
  /** First media on either side; the duration counts from here. */
  readonly connectedAt?: Instant | undefined;
}

export interface Ended extends LedOn {
  readonly kind: 'ended';
  readonly id: CallId;
  readonly cause: Cause;
  readonly caller: Address;
  readonly callee: Address;
  /** The connection and device that took it, for late requests. */
  readonly winner?: { readonly connection: ConnectionId; readonly deviceName: string } | undefined;
}

export type CallState = New | Ringing | Answering | Active | Ended;

/** How a call rings that the user machines have admitted. */
export interface Admitted {
  readonly devices: readonly DeviceId[];
  /** Where there is none: whoever is waited for has left by itself. */
  readonly left?: boolean | undefined;
  readonly waiting: boolean;
  readonly ringMs: Milliseconds;
  /** Devices that are reached by push alone, and those of `devices` that can be pushed to. */
  readonly push?: { readonly asleep: readonly DeviceId[]; readonly awake: readonly DeviceId[] } | undefined;
}

/** Why a call does not ring: it ends at once, and is remembered. */
export type TurnedAway =
  | {
      readonly cause: 'busy' | 'do_not_disturb' | 'unreachable';
      /** The callee is not to hear that it was tried. */
      readonly secret?: true | undefined;
    }
  | { readonly cause: 'forwarded'; readonly forward: Forward };

export type CallInput =
  | (Admitted & {
      readonly type: 'invite';
      readonly from: From;
      readonly to: Person;
      readonly media: Media;
      readonly offer: Offer;
      readonly origin?: Origin | undefined;
      readonly oneOfSeveral?: true | undefined;
    })
  | (TurnedAway & {
      readonly type: 'refused';
      readonly from: From;
      readonly to: Person;
      readonly media: Media;
    })
  /** A program has it placed for somebody. `verdict`: whether it rings at them. */
  | {
      readonly type: 'placed';
      readonly caller: Person;
      readonly to: Person;
      readonly media: Media;
      readonly origin?: Origin | undefined;
      readonly verdict: Admitted | Exclude<TurnedAway, { cause: 'forwarded' }>;
    }
  | { readonly type: 'reoffer'; readonly from: From; readonly epoch: number; readonly offer: Offer }
  /** `early`: what the caller hears of it meanwhile; without it, nothing any more. */
  | { readonly type: 'ringing'; readonly from: From; readonly early?: Early | undefined }
  | {
      readonly type: 'reject';
      readonly from: From;
      readonly reason: 'declined' | 'busy' | 'unreachable' | 'no_answer' | 'joined';
      readonly message?: string | undefined;
    }
  /**
   * `merge`: the id of the other side's invite, which crossed this call and takes it. `onward`: of one that was placed, what becomes of
   * it at the one who is called.
   */
  | {
      readonly type: 'accept';
      readonly from: From;
      readonly epoch: number;
      readonly answer?: Answer | undefined;
      readonly merge?: CallId | undefined;
      readonly onward?: Admitted | TurnedAway | undefined;
    }
  | { readonly type: 'answer'; readonly from: From; readonly epoch: number; readonly answer: Answer }
  | { readonly type: 'describe'; readonly from: From; readonly epoch: number; readonly description: Description }
  | {
      readonly type: 'candidates';
      readonly from: From;
      readonly epoch: number;
      readonly candidates: readonly Candidate[];
      readonly end: boolean;
    }
  | { readonly type: 'update'; readonly from: From; readonly side: Side }
  | {
      readonly type: 'media';
      readonly from: From;
      readonly epoch: number;
      readonly state: 'connected' | 'interrupted' | 'lost';
    }
  | { readonly type: 'quality'; readonly from: From; readonly quality: Quality }
  /** One of the two has pressed a key, says what carries the sound. */
  | { readonly type: 'digit'; readonly user: Address; readonly digit: string }
  /** `elsewhere`: of one who calls several people at once, and has been answered by another one. */
  | { readonly type: 'hangup'; readonly from: From; readonly elsewhere?: true | undefined }
  /** This side goes on in a meeting; `heard`: it hears the other side there. */
  | { readonly type: 'move'; readonly from: From; readonly meeting: MeetingId; readonly heard: boolean }
  /** This side leaves, and leads the other one on to somebody with whom it is in another call. See `join.ts`. */
  | {
      readonly type: 'transfer';
      readonly from: From;
      readonly to: Person | { readonly refused: ErrorCode };
      readonly into: CallId;
    }
  /** Two whom somebody has led together, or who were in a meeting: they talk, once media of their own is up. */
  | {
      readonly type: 'joined';
      readonly origin: Origin;
      readonly caller: End;
      readonly callee: End;
      readonly replaces?: Required<Replaced> | undefined;
      readonly epoch: number;
    }
  /** Somebody whose call was led on calls somebody else now. See `lead.ts`. */
  | {
      readonly type: 'led';
      /** How the caller hears of it, as news of which call. */
      readonly told: { readonly as: 'transferred' | 'forwarded'; readonly about: CallId };
      readonly caller: End;
      readonly to: Person;
      readonly media: Media;
      readonly epoch: number;
      readonly offer?: Offer | undefined;
      readonly origin: Origin;
      readonly via: readonly Address[];
      readonly replaces: readonly CallId[];
      readonly verdict: Admitted | TurnedAway;
    }
  /** Nobody takes it, and it goes on at somebody else. */
  | { readonly type: 'forward'; readonly forward: Forward }
  /** A device of the callee is there (again), or is no longer. `left`: its last page has left by itself. */
  | { readonly type: 'attach'; readonly device: DeviceId }
  /** `asleep`: it is reached by push from now on. */
  | {
      readonly type: 'detach';
      readonly device: DeviceId;
      readonly left?: boolean | undefined;
      readonly asleep?: boolean | undefined;
    }
  /** What was pushed to a device does not reach it. */
  | { readonly type: 'unpushed'; readonly device: DeviceId }
  /** The socket of a connection is gone, or back. `left`: its page has left by itself. */
  | { readonly type: 'away'; readonly connection: ConnectionId; readonly left?: boolean | undefined }
  | { readonly type: 'back'; readonly connection: ConnectionId }
  | Tick;

/** Whom an event is for: one connection, or all connections of a device, or those but the one which acted. */
export type Target =
  | { readonly user: Address; readonly connection: ConnectionId }
  | { readonly user: Address; readonly device: DeviceId; readonly except?: ConnectionId | undefined };

/** What a call is to one of its users. */
export interface Occupation {
  readonly role: Role;
  readonly peer: Address;
  readonly stage: 'ringing' | 'engaged';
}

export interface CallRecord extends LedOn {
  readonly call: CallId;
  readonly caller: Person;
  readonly callee: Person;
  readonly media: Media;
  readonly startedAt: Instant;
  readonly connectedAt?: Instant | undefined;
  readonly endedAt: Instant;
  readonly cause: Cause;
  /** What each side has heard, where it has said so. */
  readonly quality?: { readonly caller?: Quality | undefined; readonly callee?: Quality | undefined } | undefined;
  /** The name of the callee's device that answered. */
  readonly answeredOn?: string | undefined;
  readonly origin?: Origin | undefined;
  /** It is none of the callee's: they never hear of it. */
  readonly secret?: true | undefined;
}

/** What a device without a page is told: that it rings, or that it rings no longer and why. */
export interface RingNotice {
  readonly call: CallId;
  readonly caller: Person;
  readonly video: boolean;
  readonly forwardedFrom?: Person | undefined;
  /** When it would ring no longer by itself. */
  readonly until: Instant;
  readonly over?: { readonly cause: Cause; readonly elsewhere?: string | undefined } | undefined;
}

export type CallEffect =
  /** The one answer to the request that came with the input. */
  | { readonly type: 'reply'; readonly ok: { readonly call?: CallId; readonly merged?: CallView } }
  | { readonly type: 'refuse'; readonly code: ErrorCode }
  | { readonly type: 'send'; readonly to: Target; readonly event: Event }
  /** Deliver `incoming` to every connection of a device, with the view of that moment. */
  | { readonly type: 'ring'; readonly user: Address; readonly device: DeviceId }
  /** To whoever wakes devices. */
  | { readonly type: 'push'; readonly user: Address; readonly device: DeviceId; readonly notice: RingNotice }
  /** To the user machines: the call occupies this user in this way; the call no longer does. */
  | { readonly type: 'occupies'; readonly user: Address; readonly as: Occupation }
  | { readonly type: 'released'; readonly user: Address }
  /** For the history, stored together with the state. */
  | { readonly type: 'record'; readonly record: CallRecord }
  /** For logs and webhooks, stored together with the state. */
  | {
      readonly type: 'announce';
      readonly event: 'call.placed' | 'call.ringing' | 'call.accepted' | 'call.connected' | 'call.ended';
    }
  | { readonly type: 'announce'; readonly event: 'call.digit'; readonly digit: string; readonly by: Person };
