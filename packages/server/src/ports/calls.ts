/** Calls as programs see them: what they are told of them, and what they may do. */
import type { Address, CallId, CallRecord, CallState, ErrorCode, Media, MeetingId, Person } from '@offhook/core';

/** One that lives, or how one was that is over. */
export type KnownCall = LiveCall | { readonly over: CallRecord };

export interface LiveCall {
  readonly live: Exclude<CallState, { kind: 'new' | 'ended' }>;
}

export interface CallPlacement {
  readonly caller: Person;
  readonly callee: Person;
  readonly media: Media;
  /** Whose call it is, where the caller is a number. */
  readonly payer?: Address | undefined;
}

export type CallOrder =
  | { readonly type: 'hangup' }
  | { readonly type: 'reject' }
  /** `leaves`: which of the two; the other one goes on with `to`, in the call `into`. */
  | { readonly type: 'transfer'; readonly leaves: Address; readonly to: Address; readonly into: CallId }
  /** Asks both sides into a meeting, as each would ask the other. */
  | { readonly type: 'move'; readonly meeting: MeetingId };

/** A key of a telephone, as what carries the sound of a side tells. */
export interface PressedKey {
  /** Who has pressed it. */
  readonly user: Address;
  readonly digit: string;
  /** The other side hears it as well: where a program answers there, it is told of it by that. */
  readonly isPassedOn: boolean;
}

export interface CallAdministration {
  /** Those that live; `user`: of one of the two. */
  live(user?: Address): readonly LiveCall[];
  call(id: CallId): Promise<KnownCall | undefined>;
  /** The one in which a call goes on, or has gone on, that was transferred or forwarded; otherwise itself. */
  onward(id: CallId): Promise<KnownCall | undefined>;
  /** Rings the devices of the caller; whichever takes it calls. Resolves once it is stored; with why it was not done, if so. */
  place(id: CallId, placement: CallPlacement): Promise<ErrorCode | undefined>;
  /** Carries out what one of the two could do themselves, wherever the call goes on that has begun under this id. */
  order(id: CallId, order: CallOrder): Promise<ErrorCode | undefined>;
  /** Programs are told of it, where the call is taken. */
  pressed(id: CallId, key: PressedKey): void;
}
