/** What is stored of trunks, and of what may be called by them. */
import type { Instant, OutgoingSettings, Trunk, UserOutgoing } from '@offhook/core';

/** As its operator has said it, but for secrets. */
export type TrunkSettings = Omit<Trunk, 'trunk' | 'hasPassword' | 'incoming' | 'createdAt' | keyof TrunkState>;

/** What it is doing at the moment. */
export type TrunkState = Pick<Trunk, 'calls' | 'today' | 'registration' | 'health'>;

export interface StoredTrunk {
  readonly id: string;
  readonly settings: TrunkSettings;
  /** As it is: it has to be proven to others. */
  readonly password?: string | undefined;
  readonly incoming: {
    readonly addresses: readonly string[];
    readonly username?: string | undefined;
    /** H(A1) for each algorithm: the password itself is nowhere. */
    readonly secrets?: { readonly MD5: string; readonly 'SHA-256': string } | undefined;
  };
  readonly createdAt: Instant;
}

/** What was used on one day. */
export interface TrunkUsage {
  /** Of what it is counted. */
  readonly subject: string;
  /** Of UTC, as 2026-11-30. */
  readonly day: string;
  readonly ms: number;
  readonly spent: number;
}

export type TrunkWrite =
  | { readonly type: 'trunk'; readonly trunk: StoredTrunk }
  | { readonly type: 'trunk_gone'; readonly trunk: string }
  /** What all may call. */
  | { readonly type: 'outgoing'; readonly settings: OutgoingSettings }
  | { readonly type: 'user_outgoing'; readonly user: string; readonly settings: UserOutgoing }
  /** Instead of what was said of that day before. */
  | { readonly type: 'trunk_usage'; readonly usage: TrunkUsage }
  /** Of all days before this one. */
  | { readonly type: 'trunk_usage_gone'; readonly before: string };

/** The part of the store that knows it. */
export interface TrunkStore {
  /** Oldest first. */
  trunks(): Promise<readonly StoredTrunk[]>;
  /** Undefined: nothing was said. */
  outgoing(): Promise<OutgoingSettings | undefined>;
  userOutgoing(user: string): Promise<UserOutgoing | undefined>;
  trunkUsage(day: string): Promise<readonly TrunkUsage[]>;
}
