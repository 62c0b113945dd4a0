/**
 * Whether the delay on the way to a receiver grows: a line through the latest changes of delay between groups of packets
 * (draft-ietf-rmcat-gcc-02 §5, with the line of libwebrtc instead of the Kalman filter).
 */
import type { Milliseconds } from '@offhook/core';

export type Use = 'over' | 'normal' | 'under';

/** Packets sent within so long are one group, as they wait in one queue. */
const groupMs: Milliseconds = 5;
const window = 20;
const smoothing = 0.9;
const gain = 4;
const [thresholdFirst, thresholdLeast, thresholdMost] = [12.5, 6, 600];
const [rises, falls] = [0.0087, 0.039];
/** For so long it has to grow before it counts. */
const overMs: Milliseconds = 10;
/**
 * So much longer than of late it has to take, too: where a processor is busy, packets come late by some milliseconds, and nothing is full.
 */
const queueMs: Milliseconds = 25;
/** How far back one looks for that, at least. */
const leastOver: Milliseconds = 5_000;

interface Group {
  readonly firstSent: Milliseconds;
  lastSent: Milliseconds;
  lastArrived: Milliseconds;
}

export class DelayTrend {
  #group: Group | undefined;
  #before: Group | undefined;
  #points: { readonly at: Milliseconds; readonly delay: Milliseconds }[] = [];
  #accumulated: Milliseconds = 0;
  /** The shortest that it took, in this span and in the one before. */
  readonly #least = new Least();
  #smoothed: Milliseconds = 0;
  #count = 0;
  #threshold: Milliseconds = thresholdFirst;
  #over: Milliseconds = 0;
  #slopeBefore = 0;
  #use: Use = 'normal';

  get use(): Use {
    return this.#use;
  }

  /** In the order of sending. */
  add(sent: Milliseconds, arrived: Milliseconds): void {
    const group = this.#group;
    if (group !== undefined && sent - group.firstSent <= groupMs) {
      group.lastSent = Math.max(group.lastSent, sent);
      group.lastArrived = Math.max(group.lastArrived, arrived);
      return;
    }
    if (group !== undefined && this.#before !== undefined) this.#compare(this.#before, group);
    this.#before = group;
    this.#group = { firstSent: sent, lastSent: sent, lastArrived: arrived };
  }

  #compare(before: Group, group: Group): void {
    const arrival = group.lastArrived - before.lastArrived;
    const change = arrival - (group.lastSent - before.lastSent);
    this.#count++;
    this.#accumulated += change;
    this.#least.add(this.#accumulated, group.lastArrived);
    this.#smoothed = smoothing * this.#smoothed + (1 - smoothing) * this.#accumulated;
    this.#points.push({ at: group.lastArrived, delay: this.#smoothed });
    if (this.#points.length > window) this.#points.shift();
    if (this.#points.length < window) return;
    const slope = slopeOf(this.#points);
    this.#judge(slope, Math.min(this.#count, 60) * slope * gain, Math.max(0, arrival));
  }

  #judge(slope: number, trend: number, passed: Milliseconds): void {
    if (trend > this.#threshold) {
      this.#over += passed;
      const waits = Math.min(this.#accumulated, this.#smoothed) - this.#least.value;
      if (this.#over > overMs && slope >= this.#slopeBefore && waits > queueMs) this.#use = 'over';
    } else {
      this.#over = 0;
      this.#use = trend < -this.#threshold ? 'under' : 'normal';
    }
    this.#slopeBefore = slope;
    // Far beyond it, something else has happened than a queue that grows.
    if (Math.abs(trend) > this.#threshold + 15) return;
    const speed = Math.abs(trend) < this.#threshold ? falls : rises;
    const next = this.#threshold + speed * (Math.abs(trend) - this.#threshold) * Math.min(passed, 100);
    this.#threshold = Math.max(thresholdLeast, Math.min(thresholdMost, next));
  }
}

/** The least of all values of the last one or two spans. */
class Least {
  #now = Number.POSITIVE_INFINITY;
  #before = Number.POSITIVE_INFINITY;
  #since: Milliseconds | undefined;

  add(value: number, at: Milliseconds): void {
    this.#since ??= at;
    if (at - this.#since > leastOver) {
      this.#before = this.#now;
      this.#now = value;
      this.#since = at;
    } else this.#now = Math.min(this.#now, value);
  }

  get value(): number {
    return Math.min(this.#now, this.#before);
  }
}

/** Of the line with the least squares; milliseconds per millisecond. */
function slopeOf(points: readonly { readonly at: number; readonly delay: number }[]): number {
  const mean = (of: (point: { readonly at: number; readonly delay: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(({ at }) => at), mean(({ delay }) => delay)];
  let [over, under] = [0, 0];
  for (const { at, delay } of points) {
    over += (at - x) * (delay - y);
    under += (at - x) ** 2;
  }
  return under === 0 ? 0 : over / under;
}
