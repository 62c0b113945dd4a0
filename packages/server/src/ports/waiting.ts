/** Messages that wait for somebody, as phones show them (RFC 3842). */
import type { Address } from '@offhook/core';

export interface WaitingCount {
  readonly new: number;
  /** Those that were heard or read, and are kept. */
  readonly old: number;
}

export interface WaitingMessages {
  count(user: Address): Promise<WaitingCount>;
  /** Told after a change is stored. Returns what ends it. */
  onChange(listener: (user: Address) => void): () => void;
}
