/** How much somebody may do: so much per second, and so much at once. */
import type { Instant } from './machine.ts';

/** A token bucket, which costs nothing while it is not asked. */
export class Allowance {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #since: Instant | undefined;

  /** So much is gained per second, up to `burst`. */
  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
  }

  /** What is left now. */
  left(now: Instant): number {
    const passed = now - (this.#since ?? now);
    this.#since = now;
    this.#left = Math.min(this.#burst, this.#left + (passed / 1_000) * this.#perSecond);
    return this.#left;
  }

  take(amount: number): void {
    this.#left -= amount;
  }
}
