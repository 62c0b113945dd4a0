/** What became of the packets that were sent while somebody looked: how much of it got through, and how fast. */
import type { Instant, Milliseconds } from '@offhook/core';

export class Passage {
  /** Bytes. */
  sent = 0;
  lost = 0;
  #packets = 0;
  #got = 0;
  #heard = 0;
  #bytes = 0;
  #firstAt: Milliseconds | undefined;
  #lastAt: Milliseconds = 0;
  readonly #since: Instant;
  #until: Instant | undefined;

  constructor(since: Instant) {
    this.#since = since;
  }

  add(bytes: number): void {
    this.#packets++;
    this.sent += bytes;
  }

  /** `at`: on the receiver's clock. */
  arrived(bytes: number, at: Milliseconds): void {
    this.#heard++;
    this.#got++;
    this.#bytes += bytes;
    this.#firstAt ??= at;
    this.#lastAt = Math.max(this.#lastAt, at);
  }

  missed(): void {
    this.#heard++;
    this.lost++;
  }

  /** Nothing is added any more. */
  end(now: Instant): void {
    this.#until = now;
  }

  /** Of everything one has heard. */
  get isComplete(): boolean {
    return this.#heard >= this.#packets;
  }

  /** The part of what was heard of that was lost, 0 to 1. */
  get loss(): number {
    return this.#heard === 0 ? 0 : this.lost / this.#heard;
  }

  /** Bits per second that got through. Where it waits on the way, that takes longer to arrive than it took to be sent. */
  bitrate(now: Instant): number {
    const sending = (this.#until ?? now) - this.#since;
    const arriving = this.#firstAt === undefined ? 0 : this.#lastAt - this.#firstAt;
    return this.#got === 0 ? 0 : (this.#bytes * 8_000) / Math.max(1, sending, arriving);
  }
}
