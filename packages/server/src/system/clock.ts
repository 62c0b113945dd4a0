import type { Instant, Milliseconds } from '@offhook/core';
import type { Clock } from '../ports.ts';

/** The longest delay of setTimeout: one millisecond more and it fires at once. */
const longestTimer = 2 ** 31 - 1;

/** The time at which the process began, plus what a steady clock has counted since, in whole milliseconds. */
export class SystemClock implements Clock {
  now(): Instant {
    return Math.floor(performance.timeOrigin + performance.now());
  }

  /** Never runs the task before `now` says that the delay is over; timers alone may be a millisecond early. */
  schedule(delay: Milliseconds, task: () => void): () => void {
    const due = this.now() + delay;
    const wait = (): NodeJS.Timeout => setTimeout(check, Math.min(Math.max(due - this.now(), 0), longestTimer));
    const check = (): void => {
      if (this.now() >= due) task();
      else timer = wait();
    };
    let timer = wait();
    return () => clearTimeout(timer);
  }
}
