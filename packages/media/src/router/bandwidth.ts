/**
 * What the way to a receiver carries, in bits per second, from what the receiver says of each packet (transport-wide feedback): it grows
 * while delay and loss stay, and falls to what got through when one of them grows (draft-ietf-rmcat-gcc-02 §5.5, §6).
 */
import type { Instant, Milliseconds } from '@offhook/core';
import type { Arrival } from '../rtp/transport-feedback.ts';
import { DelayTrend } from './delay-trend.ts';
import { Passage } from './passage.ts';

/** Packets that may be under way, a power of two. */
const slots = 4_096;
/** What is measured looks back so far. */
const windowMs: Milliseconds = 500;
const startBitrate = 1_000_000;
const leastBitrate = 50_000;
const mostBitrate = 50_000_000;
/** So many lost packets, and such a part of all in so short a time, are a way that has suddenly become narrow. */
const [suddenMs, suddenLost, suddenShare] = [200, 8, 0.25];
/** It falls to such a part of what got through: of losses, and of a queue, which is to pass. */
const [throughShare, delayedShare] = [0.95, 0.85];
/** What is less by so little soon after a fall is the same fall. */
const onceShare = 0.9;
/** Measured for less time than that, what gets through may be so much more than it seems. */
const sinceMs: Milliseconds = 100;
const soonShare = 0.65;
/** What waits is sent faster than comes after it (draft-ietf-rmcat-gcc-02 §4), and yet hardly faster than the way carries. */
const paceShare = 1.2;
/** After that, what was measured since the last fall is of what was sent since. */
const provenMs: Milliseconds = 800;
/** Growth by the second, and that close to where it was too much before (draft-ietf-rmcat-gcc-02 §5.5). */
const [growth, growthNear] = [1.08, 1.02];
const [nearLeast, nearMost] = [0.8, 1.25];
/** For so long reports have to say that it waits. */
const waitsMs: Milliseconds = 100;
/** After a fall nothing grows for so long. */
const holdMs: Milliseconds = 1_000;
/** Loss that is congestion for sure, and that is none; fewer lost packets than so many say nothing. */
const [lossMuch, lossLittle] = [0.1, 0.02];
const lostFew = 3;

/** One report, of so many bytes, and of so many packets that were sent since the estimate fell. */
interface Report {
  readonly at: Instant;
  readonly bytes: number;
  readonly lost: number;
  /** The bytes of those, and of the others: what is too full lets small packets through, and of pictures nothing. */
  readonly lostBytes: number;
  readonly gotBytes: number;
}

export class Bandwidth {
  readonly #sentAt = new Float64Array(slots);
  readonly #size = new Uint16Array(slots);
  readonly #sequence = new Int32Array(slots).fill(-1);
  /** Who looks at what was sent then. */
  readonly #passages: (Passage | undefined)[] = Array.from({ length: slots });
  #passage: Passage | undefined;
  readonly #trend = new DelayTrend();
  #acknowledged: Report[] = [];
  #estimate = startBitrate;
  #limit = mostBitrate;
  /** To what it fell last: near it the way may be full again. */
  #full = 0;
  #grownAt: Instant | undefined;
  /** Since when all reports say that what is sent waits longer and longer. */
  #waitsSince: Instant | undefined;
  #fellAt: Instant = Number.NEGATIVE_INFINITY;

  /** A packet left with this transport-wide number, of so many bytes. */
  sent(sequence: number, size: number, now: Instant): void {
    const slot = sequence & (slots - 1);
    this.#sentAt[slot] = now;
    this.#size[slot] = size;
    this.#sequence[slot] = sequence;
    this.#passages[slot] = this.#passage;
    this.#passage?.add(size);
  }

  /** The numbers of what was lost. */
  feedback(arrivals: readonly Arrival[], now: Instant): readonly number[] {
    const missing: number[] = [];
    let [count, bytes, lost, lostBytes, gotBytes] = [0, 0, 0, 0, 0];
    for (const { sequence, at } of arrivals) {
      const slot = sequence & (slots - 1);
      if (this.#sequence[slot] !== sequence) continue;
      count++;
      // What was sent before says nothing of what is sent since.
      const counts = Number(this.#sentAt[slot]! > this.#fellAt);
      if (at === undefined) {
        this.#passages[slot]?.missed();
        missing.push(sequence);
        lost += counts;
        lostBytes += counts * this.#size[slot]!;
        continue;
      }
      gotBytes += counts * this.#size[slot]!;
      bytes += this.#size[slot]!;
      this.#passages[slot]?.arrived(this.#size[slot]!, at);
      this.#trend.add(this.#sentAt[slot]!, at);
      this.#sequence[slot] = -1;
    }
    if (count === 0) return missing;
    this.#acknowledged = this.#acknowledged.filter((one) => now - one.at < windowMs);
    this.#acknowledged.push({ at: now, bytes, lost, lostBytes, gotBytes });
    this.#adapt(now);
    return missing;
  }

  /** Looks at what becomes of the packets that are sent from now on. */
  watch(now: Instant): Passage {
    this.#passage = new Passage(now);
    return this.#passage;
  }

  /** What is sent from now on belongs to it no more. */
  unwatch(): void {
    this.#passage = undefined;
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

  /** The part of the bytes that was lost of late, from 0 to 1. */
  get loss(): number {
    return lossOf(this.#acknowledged);
  }

  /** Bits per second that may be sent without losses, where it is known that more would be lost. */
  get narrow(): number | undefined {
    if (this.#full === 0 || this.isBeyond) return undefined;
    return this.#estimate * paceShare;
  }

  /** Whether it is more than that with which it was too much: the way has become wider. */
  get isBeyond(): boolean {
    return this.#estimate > this.#full * nearMost;
  }

  /** Whether the way is full, as far as one sees. */
  get isCongested(): boolean {
    return this.#trend.use === 'over' || this.loss > lossMuch;
  }

  #adapt(now: Instant): void {
    const through = this.throughput(now);
    if (through === undefined) return;
    const { loss } = this;
    if (this.#trend.use !== 'over') this.#waitsSince = undefined;
    const sudden = this.#acknowledged.filter(({ at }) => now - at < suddenMs);
    const isSudden = lossOf(sudden) > suddenShare && lostOf(sudden) >= suddenLost;
    if (isSudden && now - this.#fellAt > suddenMs) this.#fall(this.#carried(through, now), throughShare, now);
    else if (isSudden || (loss > lossMuch && lostOf(this.#acknowledged) >= lostFew))
      this.#fall(Math.max(this.#carried(through, now), (this.#estimate * (1 - loss)) / throughShare), throughShare, now);
    else if (this.#trend.use === 'over') this.#waits(through, now);
    else if (this.#trend.use === 'normal' && loss < lossLittle) this.#grow(through, loss, now);
    else this.#grownAt = now;
  }

  /** It waits on the way; where that is over with the next reports, something stood still for a moment, and nothing is full. */
  #waits(through: number, now: Instant): void {
    this.#grownAt = now;
    this.#waitsSince ??= now;
    if (now - this.#waitsSince >= waitsMs) this.#fall(through, delayedShare, now);
  }

  /**
   * What gets through since the first report of losses: before it, the way may have been wider, and a gate lets something through before it
   * drops. One report since is too few packets to believe it that it is much less.
   */
  #carried(through: number, now: Instant): number {
    const first = this.#acknowledged.findIndex(({ lost }) => lost > 0);
    const most = Math.min(through, throughputOf(this.#acknowledged.slice(Math.max(0, first - 1)), now, 0) ?? through);
    const since = throughputOf(this.#acknowledged.slice(first), now, 0) ?? most;
    const isLong = now - this.#acknowledged[first]!.at >= sinceMs;
    return Math.min(most, isLong ? since : Math.max(since, most * soonShare));
  }

  /** `through`: what got through. */
  #fall(through: number, share: number, now: Instant): void {
    const to = through * share;
    // Once for each time it happens, not with every report of it.
    if (now - this.#fellAt < windowMs && to > this.#estimate * onceShare) return;
    this.#estimate = Math.max(leastBitrate, Math.min(this.#estimate, to));
    this.#fellAt = now;
    this.#acknowledged = this.#acknowledged.map((one) => ({ ...one, lost: 0, lostBytes: 0, gotBytes: 0 }));
    this.#full = Math.max(through, this.#estimate);
    this.#grownAt = undefined;
  }

  /** By some percent a second, less where it was too much before, and never far beyond what is sent: nobody knows what it would do. */
  #grow(through: number, loss: number, now: Instant): void {
    // What gets through without losses is carried.
    if (now - this.#fellAt > provenMs && loss === 0) this.#estimate = Math.max(this.#estimate, through * throughShare);
    if (now - this.#fellAt < holdMs) return;
    const passed = Math.min(1_000, now - (this.#grownAt ?? now));
    this.#grownAt = now;
    const isNear = this.#estimate > this.#full * nearLeast && this.#estimate < this.#full * nearMost;
    const grown = this.#estimate * (isNear ? growthNear : growth) ** (passed / 1_000);
    const most = Math.max(this.#estimate, through * 1.5 + 10_000);
    this.#estimate = Math.min(mostBitrate, grown, most);
  }
}

function throughputOf(reports: readonly Report[], now: Instant, least: Milliseconds = 100): number | undefined {
  const [first, ...others] = reports;
  const span = now - (first?.at ?? now);
  return others.length === 0 || span < least ? undefined : (others.reduce((sum, { bytes }) => sum + bytes, 0) * 8_000) / span;
}

/** By bytes, from 0 to 1. */
function lossOf(reports: readonly Report[]): number {
  const lost = reports.reduce((sum, { lostBytes }) => sum + lostBytes, 0);
  return lost === 0 ? 0 : lost / reports.reduce((sum, { gotBytes }) => sum + gotBytes, lost);
}

function lostOf(reports: readonly Report[]): number {
  return reports.reduce((sum, { lost }) => sum + lost, 0);
}
