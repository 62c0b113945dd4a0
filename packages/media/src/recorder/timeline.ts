/** The time of a recording: it stands still while the recording is paused. Pure. */
import type { Instant, Milliseconds } from '@offhook/core';

export class Timeline {
  readonly #startedAt: Instant;
  #left: Milliseconds = 0;
  #pausedAt: Instant | undefined;

  constructor(startedAt: Instant) {
    this.#startedAt = startedAt;
  }

  get isPaused(): boolean {
    return this.#pausedAt !== undefined;
  }

  pause(now: Instant): void {
    this.#pausedAt ??= now;
  }

  resume(now: Instant): void {
    if (this.#pausedAt !== undefined) this.#left += Math.max(0, now - this.#pausedAt);
    this.#pausedAt = undefined;
  }

  /** How much was recorded by then. */
  at(now: Instant): Milliseconds {
    return Math.max(0, Math.min(now, this.#pausedAt ?? Number.POSITIVE_INFINITY) - this.#startedAt - this.#left);
  }
}

/**
 * Further apart, timestamps and arrival do not belong together any more: the source has begun anew, or its clock runs at another speed. What
 * was lost and sent again comes later than that of itself.
 */
const apartMost: Milliseconds = 1_500;

/** How much earlier, and later, something may come than its timestamp says. */
export interface Apart {
  readonly early: Milliseconds;
  readonly late: Milliseconds;
}

/** Where the timestamps of one source lie on the time of a recording: by themselves, as long as they agree with when they came. */
export class Placement {
  readonly #timeline: Timeline;
  readonly #clockRate: number;
  readonly #apart: Apart;
  #anchor: { readonly timestamp: number; readonly at: Milliseconds } | undefined;

  constructor(timeline: Timeline, clockRate: number, apart: Apart = { early: apartMost, late: apartMost }) {
    this.#timeline = timeline;
    this.#clockRate = clockRate;
    this.#apart = apart;
  }

  /** What follows lies where it comes: the recording was paused. */
  reset(): void {
    this.#anchor = undefined;
  }

  place(timestamp: number, arrived: Instant): Milliseconds {
    const came = this.#timeline.at(arrived);
    if (this.#anchor !== undefined) {
      const { timestamp: from, at } = this.#anchor;
      const placed = at + (((timestamp - from) | 0) / this.#clockRate) * 1_000;
      if (placed - came <= this.#apart.early && came - placed <= this.#apart.late) {
        // Counted from here on, as the difference of two timestamps has 32 bits.
        this.#anchor = { timestamp, at: placed };
        return placed;
      }
    }
    this.#anchor = { timestamp, at: came };
    return came;
  }
}
