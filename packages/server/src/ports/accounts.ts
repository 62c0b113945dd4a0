/** What is stored about who may sign in. */
import type { Address, DeviceId, GrantsClaim, Instant, Milliseconds } from '@offhook/core';

export const roles = ['admin', 'member', 'guest'] as const;
export type Role = (typeof roles)[number];

/** Why somebody is signed out by others, or by their own doing elsewhere. */
export type SignOutReason = 'account_closed' | 'visit_ended' | 'password_changed';

/** Somebody who signs in here, and not only by the tokens of a host application. */
export interface StoredAccount {
  readonly address: Address;
  readonly role: Role;
  /** As `Passwords` wrote it; absent for those who sign in otherwise. */
  readonly password?: string | undefined;
  /** What a guest may do; members and administrators have the grants of their role. */
  readonly grants?: GrantsClaim | undefined;
  /** When a guest has to leave. */
  readonly until?: Instant | undefined;
  readonly createdAt: Instant;
}

/** A link that lets somebody in, or in again. */
export interface StoredInvite {
  /** Digest of the code in the link. */
  readonly digest: string;
  readonly role: Role;
  /** How often it may still be used. */
  readonly uses: number;
  readonly until: Instant;
  /** Who made it; absent for the one by which the first administrator comes. */
  readonly by?: Address | undefined;
  /** For guests: what they may do, and for how long. */
  readonly grants?: GrantsClaim | undefined;
  readonly stayMs?: Milliseconds | undefined;
  /** Whose password it renews; it makes no account then. */
  readonly whose?: Address | undefined;
  readonly createdAt: Instant;
}

/** Whom a provider of OpenID Connect means by a subject (Core §2: never given to somebody else). */
export interface StoredLogin {
  readonly issuer: string;
  readonly subject: string;
  readonly address: Address;
}

/** One token, all that were made for a person until then, or those of them that come from one device. */
export const revocationKeys = {
  token: (jti: string): string => `jti ${jti}`,
  user: (address: Address): string => `sub ${address}`,
  device: (device: DeviceId): string => `device ${device}`,
} as const;

/** Tokens of a host application that are void though their time is not over. */
export interface Revocation {
  /** See `revocationKeys`. */
  readonly key: string;
  readonly at: Instant;
  /** When no such token can be valid any more. */
  readonly until: Instant;
}

export type AccountWrite =
  /** The present values of an account. */
  | { readonly type: 'account'; readonly account: StoredAccount }
  | { readonly type: 'invite'; readonly invite: StoredInvite }
  /** One use of an invitation: `invite_used` when there is none left, or no such invitation. */
  | { readonly type: 'invite_use'; readonly digest: string }
  | { readonly type: 'invite_gone'; readonly digest: string }
  | { readonly type: 'login'; readonly login: StoredLogin }
  /** Also forgets revocations that are over at its `at`. */
  | { readonly type: 'revoke'; readonly revocation: Revocation }
  /**
   * Forgets the guests whose time was over before this, but who is in a conversation with somebody who stays; and conversations in which nobody
   * is any more, and nothing was said since. Others keep what guests have said and done, and their names in it.
   */
  | { readonly type: 'guests_gone'; readonly before: Instant };

/** The part of the store that accounts read. */
export interface AccountStore {
  account(address: Address): Promise<StoredAccount | undefined>;
  /** Of one role, by address; `after` is the last address of the page before. */
  accounts(role: Role, after: Address | undefined, limit: number): Promise<readonly StoredAccount[]>;
  invite(digest: string): Promise<StoredInvite | undefined>;
  /** The invitations that somebody made, newest first; undefined: those that nobody made. */
  invites(by: Address | undefined): Promise<readonly StoredInvite[]>;
  login(issuer: string, subject: string): Promise<Address | undefined>;
  /** Those of these keys that were revoked. */
  revocations(keys: readonly string[]): Promise<readonly Revocation[]>;
}
