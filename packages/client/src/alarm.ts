import type { Milliseconds } from '@offhook/core';
import type { Clock } from './platform.ts';

/** One task that is due at a time, or none. */
export class Alarm {
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isSet(): boolean {
    return this.#cancel !== undefined;
  }

  /** Runs `task` after `delay`, in place of what was due before. */
  set(delay: Milliseconds, task: () => void): void {
    this.clear();
    this.#cancel = this.#clock.schedule(delay, () => {
      this.#cancel = undefined;
      task();
    });
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
