/**
 * What the way to a receiver carries, in bits per second, from what the receiver says of each packet (transport-wide feedback): it grows
 * while delay and loss stay, and falls to what got through when one of them grows (draft-ietf-rmcat-gcc-02 §5.5, §6).
 */
import type { Instant, Milliseconds } from '@offhook/core';
import type { Arrival } from '../rtp/transport-feedback.ts';
import { DelayTrend } from './delay-trend.ts';

/** Packets that may be under way, a power of two. */
const slots = 4_096;
/** What is measured looks back so far. */
const windowMs: Milliseconds = 500;
const startBitrate = 1_000_000;
const leastBitrate = 50_000;
const mostBitrate = 50_000_000;
/** So many lost packets, and such a part of all in so short a time, are a way that has suddenly become narrow. */
const [suddenMs, suddenLost, suddenShare] = [200, 8, 0.25];
/** It falls to such a part of what got through: what waits on the way is to pass, and what was lost is to be sent again. */
const throughShare = 0.9;
/** Growth by the second, and that close to where it was too much before (draft-ietf-rmcat-gcc-02 §5.5). */
const [growth, growthNear] = [1.08, 1.02];
const [nearLeast, nearMost] = [0.8, 1.3];
/** After a fall nothing grows for so long. */
const holdMs: Milliseconds = 1_000;
/** Loss that is congestion for sure, and that is none. */
const [lossMuch, lossLittle] = [0.1, 0.02];

/** One report, of so many packets and bytes. */
interface Report {
  readonly at: Instant;
  readonly bytes: number;
  readonly lost: number;
  readonly got: number;
}

export class Bandwidth {
  readonly #sentAt = new Float64Array(slots);
  readonly #size = new Uint16Array(slots);
  readonly #sequence = new Int32Array(slots).fill(-1);
  readonly #trend = new DelayTrend();
  #acknowledged: Report[] = [];
  #got = 0;
  #lost = 0;
  #estimate = startBitrate;
  #limit = mostBitrate;
  /** To what it fell last: near it the way may be full again. */
  #full = 0;
  #grownAt: Instant | undefined;
  #fellAt: Instant = Number.NEGATIVE_INFINITY;

  /** A packet left with this transport-wide number, of so many bytes. */
  sent(sequence: number, size: number, now: Instant): void {
    const slot = sequence & (slots - 1);
    this.#sentAt[slot] = now;
    this.#size[slot] = size;
    this.#sequence[slot] = sequence;
  }

  feedback(arrivals: readonly Arrival[], now: Instant): void {
    let [bytes, lost, got] = [0, 0, 0];
    for (const { sequence, at } of arrivals) {
      const slot = sequence & (slots - 1);
      if (this.#sequence[slot] !== sequence) continue;
      if (at === undefined) {
        lost++;
        continue;
      }
      got++;
      bytes += this.#size[slot]!;
      this.#trend.add(this.#sentAt[slot]!, at);
      this.#sequence[slot] = -1;
    }
    if (got + lost === 0) return;
    this.#got += got;
    this.#lost += lost;
    this.#acknowledged = this.#acknowledged.filter((one) => now - one.at < windowMs);
    this.#acknowledged.push({ at: now, bytes, lost, got });
    this.#adapt(now);
  }

  /** What the receiver says itself (REMB). */
  limit(bitrate: number): void {
    this.#limit = Math.max(leastBitrate, bitrate);
  }

  get estimate(): number {
    return Math.min(this.#estimate, this.#limit);
  }

  /** A try has shown that so much gets through. */
  shown(bitrate: number): void {
    this.#estimate = Math.min(mostBitrate, Math.max(this.#estimate, bitrate));
  }

  /** Bits per second that got through of late; undefined where too little was heard to say. */
  throughput(now: Instant): number | undefined {
    return throughputOf(this.#acknowledged, now);
  }

  /** From 0 to 1, of late. */
  get loss(): number {
    return lossOf(this.#acknowledged);
  }

  /** Packets that got through, and that were lost, in all. */
  get heard(): { readonly got: number; readonly lost: number } {
    return { got: this.#got, lost: this.#lost };
  }

  /** Whether the way is full, as far as one sees. */
  get isCongested(): boolean {
    return this.#trend.use === 'over' || this.loss > lossMuch;
  }

  #adapt(now: Instant): void {
    const through = this.throughput(now);
    if (through === undefined) return;
    const { loss } = this;
    const sudden = this.#acknowledged.filter(({ at }) => now - at < suddenMs);
    const isSudden = lossOf(sudden) > suddenShare && lostOf(sudden) >= suddenLost;
    if (isSudden || loss > lossMuch) this.#fall(this.#carried(through, throughputOf(sudden, now)) * throughShare, now);
    else if (this.#trend.use === 'over') this.#fall(through * 0.85, now);
    else if (this.#trend.use === 'normal' && loss < lossLittle) this.#grow(through, now);
    else this.#grownAt = now;
  }

  /** What got through right now: before, the way may have been wider. Too much less is a report that has not come yet. */
  #carried(through: number, sudden: number | undefined): number {
    return Math.min(through, Math.max(sudden ?? through, through / 2));
  }

  #fall(to: number, now: Instant): void {
    // Once for each time it happens, not with every report of it.
    if (now - this.#fellAt < windowMs && to > this.#estimate * 0.7) return;
    this.#estimate = Math.max(leastBitrate, Math.min(this.#estimate, to));
    this.#fellAt = now;
    this.#full = this.#estimate;
    this.#grownAt = undefined;
  }

  /** By some percent a second, less where it was too much before, and never far beyond what is sent: nobody knows what it would do. */
  #grow(through: number, now: Instant): void {
    if (now - this.#fellAt < holdMs) return;
    const passed = Math.min(1_000, now - (this.#grownAt ?? now));
    this.#grownAt = now;
    const isNear = this.#estimate > this.#full * nearLeast && this.#estimate < this.#full * nearMost;
    const grown = this.#estimate * (isNear ? growthNear : growth) ** (passed / 1_000);
    const most = Math.max(this.#estimate, through * 1.5 + 10_000);
    this.#estimate = Math.min(mostBitrate, grown, most);
  }
}

function throughputOf(reports: readonly Report[], now: Instant): number | undefined {
  const [first, ...others] = reports;
  if (first === undefined || others.length < 2) return undefined;
  const span = now - first.at;
  return span < 100 ? undefined : (others.reduce((sum, { bytes }) => sum + bytes, 0) * 8_000) / span;
}

function lossOf(reports: readonly Report[]): number {
  const lost = lostOf(reports);
  return lost === 0 ? 0 : lost / reports.reduce((sum, one) => sum + one.lost + one.got, 0);
}

function lostOf(reports: readonly Report[]): number {
  return reports.reduce((sum, { lost }) => sum + lost, 0);
}
