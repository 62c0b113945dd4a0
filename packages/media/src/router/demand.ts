/**
 * How many encodings of a published picture anybody watches, from the smallest, as its publisher is told. More is told at once; less only
 * once it has been less for a while, as whoever scrolls away often comes back.
 */
import type { Instant, Milliseconds } from '@offhook/core';

/** For how long less is watched before that is told. */
export const holdMs: Milliseconds = 5_000;

export class Demand {
  #told: number;
  /** Since when less is watched than was told, and the most of it since then. */
  #less: { readonly since: Instant; readonly most: number } | undefined;

  /** `all`: so many encodings are sent as long as nothing is told. */
  constructor(all: number) {
    this.#told = all;
  }

  /** Something else is published in its place: nobody has had the time to watch it yet. */
  begin(): void {
    this.#less = undefined;
  }

  /** So many are watched; what is to be told, if anything. */
  see(watched: number, now: Instant): number | undefined {
    if (watched >= this.#told) {
      this.#less = undefined;
      return watched > this.#told ? this.#tell(watched) : undefined;
    }
    const { since, most } = this.#less ?? { since: now, most: watched };
    this.#less = { since, most: Math.max(most, watched) };
    return now - since < holdMs ? undefined : this.#tell(this.#less.most);
  }

  #tell(encodings: number): number {
    this.#less = undefined;
    this.#told = encodings;
    return encodings;
  }
}
