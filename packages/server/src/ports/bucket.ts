import type { Instant } from '@offhook/core';

/** How fast something may happen: so many per second in the long run, so many at once after a pause. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * A token bucket. What it holds is brought up to date when it is asked, so that an idle one costs two numbers and no timer.
 */
export class Bucket {
  #tokens: number;
  #at: Instant;

  constructor(rate: Rate, now: Instant) {
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /** Takes `cost` out. What remains; below zero it was too much, and further attempts make it less still. */
  take(rate: Rate, now: Instant, cost = 1): number {
    const gained = Math.max(0, now - this.#at) * (rate.perSecond / 1000);
    this.#at = now;
    this.#tokens = Math.max(-rate.burst, Math.min(rate.burst, this.#tokens + gained) - cost);
    return this.#tokens;
  }

  /** Whether it would be full: then forgetting it changes nothing. */
  isFull(rate: Rate, now: Instant): boolean {
    return this.#tokens + (now - this.#at) * (rate.perSecond / 1000) >= rate.burst;
  }
}

/** One bucket per key (a network address, a user); full ones are forgotten, so that it holds only those who were active lately. */
export class Buckets {
  readonly #rate: Rate;
  readonly #most: number;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = 0;

  /** `most`: of more keys than these the ones that came first are forgotten. */
  constructor(rate: Rate, most: number = Infinity) {
    this.#rate = rate;
    this.#most = most;
  }

  /** Whether this key may do it once more now, at this cost. */
  take(key: string, now: Instant, cost = 1): boolean {
    if (now >= this.#sweepAt) this.#sweep(now);
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new Bucket(this.#rate, now);
      this.#buckets.set(key, bucket);
      const [oldest] = this.#buckets.size > this.#most ? this.#buckets.keys() : [];
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return bucket.take(this.#rate, now, cost) >= 0;
  }

  /** Whether it may, without doing it. */
  has(key: string, now: Instant, cost = 1): boolean {
    return (this.#buckets.get(key)?.take(this.#rate, now, 0) ?? this.#rate.burst) >= cost;
  }

  /** Whether it has not done it lately. */
  isFull(key: string, now: Instant): boolean {
    return this.#buckets.get(key)?.isFull(this.#rate, now) ?? true;
  }

  get size(): number {
    return this.#buckets.size;
  }

  #sweep(now: Instant): void {
    this.#sweepAt = now + sweepMs;
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(this.#rate, now)) this.#buckets.delete(key);
  }
}

const sweepMs = 60_000;
