/** For how long nothing has come from a phone that the worker misses. */
import type { Milliseconds } from '@offhook/core';
import type { Clock } from '../ports.ts';

/** After the worker has missed it for some time: silence suppression is no end. */
const silentMs: Milliseconds = 30_000;

export class Silence {
  readonly #clock: Clock;
  readonly #tooLong: () => void;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, tooLong: () => void) {
    this.#clock = clock;
    this.#tooLong = tooLong;
  }

  /** From now on. */
  begin(): void {
    this.end();
    this.#cancel = this.#clock.schedule(silentMs, this.#tooLong);
  }

  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
