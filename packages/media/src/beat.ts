/**
 * What is to be done every few milliseconds, also by a worker with more packets than it can pass on: libdatachannel hands over up to a
 * thousand of them before any timer has its turn, and with many receivers each of them takes a millisecond.
 */
import type { Instant, Milliseconds } from '@offhook/core';

/** So many turns late, it is done between packets. */
const lateTurns = 3;

export class Beat {
  readonly #clock: () => Instant;
  readonly #everyMs: Milliseconds;
  readonly #turn: (now: Instant) => void;
  #turnedAt: Instant;

  constructor(everyMs: Milliseconds, turn: (now: Instant) => void, clock: () => Instant) {
    this.#everyMs = everyMs;
    this.#turn = turn;
    this.#clock = clock;
    this.#turnedAt = clock();
  }

  /** For a timer. */
  turn(): void {
    this.#run(this.#clock());
  }

  /** To be called before a packet is looked at. */
  catchUp(): void {
    const now = this.#clock();
    if (now - this.#turnedAt >= this.#everyMs * lateTurns) this.#run(now);
  }

  #run(now: Instant): void {
    this.#turnedAt = now;
    this.#turn(now);
  }
}
