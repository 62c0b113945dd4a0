/** The telephone network, as far as calls need it: over which trunks numbers are reached, and whose calls come in. */
import type { ErrorCode, Instant } from '@offhook/core';
import type { FieldValues, NameAddr, Remote, Request, Response, Uri } from '@offhook/sip';

/** A telephone number as E.164 writes it: `+` and up to 15 digits. An emergency number is without `+`, as it is dialled: `112`. */
export type E164 = string;

/** What a call takes of what its trunk and its user may use at once; to be given back when it is over. Idempotent. */
export interface Permit {
  /**
   * It is about to be tried by the trunk of this way, and no longer by the one before. False: that has no room left meanwhile, so that the
   * next way is to be taken. Of a call that comes in it is said already.
   */
  by(trunk: string): boolean;
  /** It was answered: minutes and spend count from now. */
  answered(at: Instant): void;
  ended(at: Instant): void;
  /** Told once where a cap of minutes or spend is reached while the call goes on: it is to end with this code. */
  onExhausted(listener: (code: ErrorCode) => void): void;
}

export type SoundCodec = 'opus' | 'G722' | 'PCMU' | 'PCMA';

/** One way to a number: tried after those before it in the list, where these cannot be reached or answer 5xx. */
export interface Way {
  readonly trunk: string;
  /** Request-URI: the number in the format of the trunk. */
  readonly target: Uri;
  /** As whom we call. */
  readonly from: NameAddr;
  readonly routes: readonly string[];
  /** P-Asserted-Identity (RFC 3325), Privacy (RFC 3323). */
  readonly fields: FieldValues;
  /** Next hops, the best first (RFC 3263). */
  readonly to: readonly Remote[];
  /** With what a 401 or 407 is answered. */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
  /** In the order in which they are offered. Absent: all, first those of the other side. */
  readonly codecs?: readonly SoundCodec[] | undefined;
  readonly srtp: 'off' | 'offered' | 'required';
  /** Whether who is there may lead the other side on to people here. */
  readonly transfers?: boolean | undefined;
}

/** A call that comes in by a trunk. */
export interface FromTrunk {
  readonly trunk: string;
  /** The number that was called. */
  readonly called: E164;
  /** Absent: it is withheld, or is none. */
  readonly caller?: E164;
  readonly callerName?: string;
  /** Those that are taken. Absent: all. */
  readonly codecs?: readonly SoundCodec[] | undefined;
  readonly srtp: Way['srtp'];
  readonly transfers?: Way['transfers'];
  /** With what a 401 or 407 within the call is answered. */
  readonly credentials?: Way['credentials'];
  readonly permit: Permit;
}

export interface Trunks {
  /** Undefined: it comes by no trunk. @throws MessageError where its credentials cannot be read */
  incoming(invite: Request, from: Remote): Promise<{ readonly call: FromTrunk } | { readonly refused: Response } | undefined>;
  /** The ways a call of this user may take to this number; a `Refusal` where it may take none. */
  outgoing(user: string, number: E164): Promise<{ readonly ways: readonly Way[]; readonly permit: Permit }>;
  /** A number as people dial it, in the country of the server; undefined: it is none. */
  dialled(text: string): E164 | undefined;
}
