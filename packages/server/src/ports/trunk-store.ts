/** What is stored of trunks, and of what may be called by them. */
import type { Instant, OutgoingSettings, Trunk, UserOutgoing } from '@offhook/core';

/** As its operator has said it, but for secrets. */
export type TrunkSettings = Omit<Trunk, 'trunk' | 'hasPassword' | 'incoming' | 'createdAt' | 'calls'>;

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

export type TrunkWrite =
  | { readonly type: 'trunk'; readonly trunk: StoredTrunk }
  | { readonly type: 'trunk_gone'; readonly trunk: string }
  /** What all may call. */
  | { readonly type: 'outgoing'; readonly settings: OutgoingSettings }
  | { readonly type: 'user_outgoing'; readonly user: string; readonly settings: UserOutgoing };

/** The part of the store that knows it. */
export interface TrunkStore {
  /** Oldest first. */
  trunks(): Promise<readonly StoredTrunk[]>;
  /** Undefined: nothing was said. */
  outgoing(): Promise<OutgoingSettings | undefined>;
  userOutgoing(user: string): Promise<UserOutgoing | undefined>;
}
