/**
 * How much may be sent: a bucket of bits (RFC 2697), which fills at the bitrate that is allowed. More than that passes for a while, as
 * whole pictures do, and not for long.
 */
import type { Instant, Milliseconds } from '@offhook/core';

export class Allowance {
  /** Bits per second. */
  readonly bitrate: number;
  readonly #most: number;
  #left: number;
  #at: Instant | undefined;
  #offered = 0;
  #since: Instant | undefined;

  /** `burstMs`: for how long twice as much passes. */
  constructor(bitrate: number, burstMs: Milliseconds) {
    this.bitrate = bitrate;
    this.#most = (bitrate * burstMs) / 1_000;
    this.#left = this.#most;
  }

  /** Whether so much passes now. */
  takes(octets: number, now: Instant): boolean {
    const bits = octets * 8;
    const passed = Math.max(0, now - (this.#at ?? now));
    this.#at = now;
    this.#since ??= now;
    this.#offered += bits;
    this.#left = Math.min(this.#most, this.#left + (passed * this.bitrate) / 1_000);
    if (this.#left < bits) return false;
    this.#left -= bits;
    return true;
  }

  /** Bits per second that wanted to pass since the last call. */
  offered(now: Instant): number {
    const span = now - (this.#since ?? now);
    const offered = span <= 0 ? 0 : (this.#offered * 1_000) / span;
    this.#offered = 0;
    this.#since = now;
    return offered;
  }
}
