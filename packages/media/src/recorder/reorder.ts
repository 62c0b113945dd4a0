/**
 * Puts packets of one source back into their order: what was lost on the way may still come, as publishers are asked for it again. Pure.
 */
import type { Instant, Milliseconds } from '@offhook/core';
import { Unwrapped } from '../rtp/sequence.ts';

/** As long as a publisher is asked for what is missing. */
const patienceMs: Milliseconds = 1_000;
/** Packets that wait behind a gap at most. */
const waitingMost = 1_024;

interface Waiting<T> {
  readonly item: T;
  readonly at: Instant;
}

export class Reorder<T> {
  readonly #unwrapped = new Unwrapped();
  readonly #waiting = new Map<number, Waiting<T>>();
  readonly #release: (item: T, afterGap: boolean) => void;
  readonly #patienceMs: Milliseconds;
  #next: number | undefined;

  /** `release`: in order; `afterGap`: something before it is missing for good. `patience`: how long a gap is waited for. */
  constructor(release: (item: T, afterGap: boolean) => void, patience: Milliseconds = patienceMs) {
    this.#release = release;
    this.#patienceMs = patience;
  }

  add(sequence: number, item: T, now: Instant): void {
    const number = this.#unwrapped.of(sequence);
    this.#next ??= number;
    if (number < this.#next) return;
    this.#waiting.set(number, { item, at: now });
    this.#flow(false);
    if (this.#waiting.size > waitingMost) this.#skip();
  }

  /** To be called now and then: gives up what was waited for long enough. */
  tick(now: Instant): void {
    for (let [first] = this.#waiting.values(); first !== undefined; [first] = this.#waiting.values()) {
      if (now - first.at < this.#patienceMs) return;
      this.#skip();
    }
  }

  /** Nothing more comes. */
  end(): void {
    while (this.#waiting.size > 0) this.#skip();
  }

  #skip(): void {
    this.#next = Math.min(...this.#waiting.keys());
    this.#flow(true);
  }

  #flow(afterGap: boolean): void {
    let gap = afterGap;
    for (let number = this.#next!; ; number++) {
      const waiting = this.#waiting.get(number);
      if (waiting === undefined) return;
      this.#waiting.delete(number);
      this.#next = number + 1;
      this.#release(waiting.item, gap);
      gap = false;
    }
  }
}
