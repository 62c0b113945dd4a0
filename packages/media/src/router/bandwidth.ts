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
/** After a fall nothing grows for so long. */
const holdMs: Milliseconds = 1_000;
/** Loss that is congestion for sure, and that is none. */
const [lossMuch, lossLittle] = [0.1, 0.02];

export class Bandwidth {
  readonly #sentAt = new Float64Array(slots);
  readonly #size = new Uint16Array(slots);
  readonly #sequence = new Int32Array(slots).fill(-1);
  readonly #trend = new DelayTrend();
  #acknowledged: { readonly at: Instant; readonly bytes: number; readonly lost: number; readonly got: number }[] = [];
  #estimate = startBitrate;
  #limit = mostBitrate;
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
    const all = this.#acknowledged;
    const first = all[0];
    if (first === undefined || all.length < 3) return undefined;
    const span = now - first.at;
    const bytes = all.slice(1).reduce((sum, one) => sum + one.bytes, 0);
    return span < 100 ? undefined : (bytes * 8_000) / span;
  }

  /** From 0 to 1, of late. */
  get loss(): number {
    const lost = this.#acknowledged.reduce((sum, one) => sum + one.lost, 0);
    const got = this.#acknowledged.reduce((sum, one) => sum + one.got, 0);
    return lost === 0 ? 0 : lost / (lost + got);
  }

  /** Whether the way is full, as far as one sees. */
  get isCongested(): boolean {
    return this.#trend.use === 'over' || this.loss > lossMuch;
  }

  #adapt(now: Instant): void {
    const through = this.throughput(now);
    if (through === undefined) return;
    const { loss } = this;
    if (loss > lossMuch) this.#fall(Math.min(this.#estimate * (1 - loss / 2), through), now);
    else if (this.#trend.use === 'over') this.#fall(through * 0.85, now);
    else if (this.#trend.use === 'normal' && loss < lossLittle) this.#grow(through, now);
    else this.#grownAt = now;
  }

  #fall(to: number, now: Instant): void {
    // Once for each time it happens, not with every report of it.
    if (now - this.#fellAt < windowMs && to > this.#estimate * 0.7) return;
    this.#estimate = Math.max(leastBitrate, Math.min(this.#estimate, to));
    this.#fellAt = now;
    this.#grownAt = undefined;
  }

  /** By eight percent a second, never far beyond what is sent: nobody knows what it would do. */
  #grow(through: number, now: Instant): void {
    if (now - this.#fellAt < holdMs) return;
    const passed = Math.min(1_000, now - (this.#grownAt ?? now));
    this.#grownAt = now;
    const grown = this.#estimate * 1.08 ** (passed / 1_000);
    const most = Math.max(this.#estimate, through * 1.5 + 10_000);
    this.#estimate = Math.min(mostBitrate, grown, most);
  }
}
