/** When a worker that has ended is started again: at once, unless it ends again and again as soon as it is up. */
import type { Milliseconds } from '@offhook/core';

/** One that was up for so long has ended for a reason of its own. */
const steadyMs: Milliseconds = 5_000;
const firstPauseMs: Milliseconds = 100;
const pauseMostMs: Milliseconds = 10_000;

export class Restarts {
  /** How often it has ended, each time soon. */
  #ends = 0;

  /** How long to wait before the next one. `livedMs`: how long the last one was up; 0: it never was. */
  ended(livedMs: Milliseconds): Milliseconds {
    this.#ends = livedMs < steadyMs ? this.#ends + 1 : 1;
    return this.#ends === 1 ? 0 : Math.min(pauseMostMs, firstPauseMs * 2 ** Math.min(this.#ends - 2, 16));
  }
}
