/**
 * One stream of a publisher: one source, one encoding. Counts what arrives and what is lost (RFC 3550 §A.3, §A.8), asks for the lost
 * (RFC 4585 §6.2.1), and keeps video for those who lose it on their way.
 */
import type { Instant, Milliseconds } from '@offhook/core';
import type { RtpPacket } from '../rtp/packet.ts';
import { wayOctets } from '../rtp/packet.ts';
import type { ReportBlock, SenderInfo } from '../rtp/rtcp.ts';
import { Unwrapped } from '../rtp/sequence.ts';
import { instantOf, middle } from '../rtp/time.ts';

/** Packets kept of video: about a second of 1280 × 720, or what a receiver may ask for after two round trips around the world. */
const kept = 1_024;
/** A larger gap is a new beginning of the source, not a loss; whatever is later than that is none of it. */
export const gapMost = 512;
/** Lost packets that are asked for at once; where more are missing, the oldest are given up. */
const missingMost = 1_024;
/** How often one packet is asked for, and for how long. */
const askedMost = 10;
const askedMs: Milliseconds = 1_000;
/** Too few packets say nothing. */
const fewPackets = 10;
/** An encoding of which nothing came for so long is not sent any more. */
const activeMs: Milliseconds = 1_000;

interface Missing {
  readonly sequence: number;
  readonly since: Instant;
  asked: number;
  next: Instant;
}

/** Where a timestamp stands on the clock of the publisher's wall. */
interface Anchor {
  readonly at: Instant;
  readonly timestamp: number;
}

export class IncomingStream {
  readonly ssrc: number;
  readonly clockRate: number;
  /** Which of the publisher's encodings this is, from the smallest. */
  readonly layer: number;
  /** How often its numbers began, with nothing to do with those before. */
  beginnings = 0;
  readonly #unwrapped = new Unwrapped();
  readonly #packets: (Buffer | undefined)[];
  readonly #sequences = new Uint16Array(kept);
  readonly #missing = new Map<number, Missing>();
  #first: number | undefined;
  #highest = 0;
  #received = 0;
  #jitter = 0;
  #transit: number | undefined;
  #anchor: (Anchor & { readonly middle: number; readonly heard: Instant }) | undefined;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #octets = 0;
  #measured = { expected: 0, received: 0 };
  #lastAt: Instant = Number.NEGATIVE_INFINITY;
  #window = { since: 0, octets: 0, rate: 0 };

  /** `repairs`: lost packets are asked for, and kept for receivers. */
  constructor(ssrc: number, clockRate: number, layer: number, repairs: boolean) {
    this.ssrc = ssrc;
    this.clockRate = clockRate;
    this.layer = layer;
    this.#packets = repairs ? Array.from({ length: kept }) : [];
  }

  /** False for a packet that was here before, or is too late to be of use. */
  receive(packet: RtpPacket, now: Instant): boolean {
    const { sequence } = packet;
    const number = this.#unwrapped.peek(sequence);
    if (this.#first === undefined || Math.abs(number - this.#highest) > gapMost) this.#begin(number);
    else if (number <= this.#highest && !this.#late(number)) return false;
    else if (number > this.#highest) this.#miss(this.#highest, number, now);
    if (number > this.#highest || this.#received === 0) {
      this.#highest = this.#unwrapped.of(sequence);
      this.#measureJitter(packet.timestamp, now);
    }
    this.#received++;
    this.#lastAt = now;
    this.#octets += packet.payloadLength;
    this.#window.octets += packet.bytes.length + wayOctets;
    if (this.#packets.length > 0) {
      this.#packets[sequence % kept] = packet.bytes;
      this.#sequences[sequence % kept] = sequence;
    }
    return true;
  }

  /** Whether it is being sent: browsers stop large encodings when the way is narrow. */
  isActive(now: Instant, within: Milliseconds = activeMs): boolean {
    return now - this.#lastAt < within;
  }

  /** A packet that receivers lost, as it was last sent to anybody: whoever sends it again rewrites it. */
  kept(sequence: number): Buffer | undefined {
    return this.#sequences[sequence % kept] === sequence ? this.#packets[sequence % kept] : undefined;
  }

  /** Sequence numbers to ask for now; each again after `roundTrip`, until it comes or is given up. */
  due(now: Instant, roundTrip: Milliseconds): readonly number[] {
    const due: number[] = [];
    for (const [number, one] of this.#missing) {
      if (one.asked >= askedMost || now - one.since > askedMs) this.#missing.delete(number);
      else if (one.next <= now) {
        due.push(one.sequence);
        one.asked++;
        one.next = now + Math.max(20, roundTrip * 1.2);
      }
    }
    return due;
  }

  hear(sender: SenderInfo, now: Instant): void {
    this.#anchor = {
      at: instantOf(sender.ntpSeconds, sender.ntpFraction),
      timestamp: sender.timestamp,
      middle: middle({ seconds: sender.ntpSeconds, fraction: sender.ntpFraction }),
      heard: now,
    };
  }

  /** When what has this timestamp was captured, on the publisher's clock; undefined before its first report. */
  capturedAt(timestamp: number): Instant | undefined {
    const anchor = this.#anchor;
    return anchor && anchor.at + (((timestamp - anchor.timestamp) | 0) / this.clockRate) * 1_000;
  }

  /** Bits per second of late, with all headers on the way. */
  bitrate(now: Instant): number {
    const { since, octets } = this.#window;
    const span = now - since;
    if (span >= 500) this.#window = { since: now, octets: 0, rate: span < 2_000 ? (octets * 8_000) / span : 0 };
    return this.#window.rate;
  }

  /** How many are missing right before this one; 0 also where it is late. */
  gapBefore(sequence: number): number {
    return this.#first === undefined ? 0 : Math.max(0, this.#unwrapped.peek(sequence) - this.#highest - 1);
  }

  get packets(): number {
    return this.#received;
  }

  get octets(): number {
    return this.#octets;
  }

  /** Since the last call (RFC 3550 §A.3); undefined before the first packet. */
  report(now: Instant): ReportBlock | undefined {
    if (this.#first === undefined) return undefined;
    const expected = this.#highest - this.#first + 1;
    const expectedNow = expected - this.#expectedBefore;
    const lostNow = expectedNow - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    return {
      ssrc: this.ssrc,
      fractionLost: expectedNow <= 0 || lostNow <= 0 ? 0 : Math.min(255, Math.floor((lostNow * 256) / expectedNow)),
      lost: expected - this.#received,
      highest: (this.#highest - 0x1_0000) >>> 0,
      jitter: Math.round(this.#jitter),
      lastSr: this.#anchor?.middle ?? 0,
      delay: this.#anchor === undefined ? 0 : Math.round((now - this.#anchor.heard) * 65.536),
    };
  }

  /** The part of the packets that was lost since the last call, 0 to 1; undefined where too few came to tell. */
  loss(): number | undefined {
    if (this.#first === undefined) return undefined;
    const expected = this.#highest - this.#first + 1;
    const received = this.#received;
    const before = this.#measured;
    this.#measured = { expected, received };
    const expectedNow = expected - before.expected;
    if (expectedNow < fewPackets) return undefined;
    return Math.min(1, Math.max(0, 1 - (received - before.received) / expectedNow));
  }

  /** In milliseconds. */
  get jitter(): Milliseconds {
    return (this.#jitter / this.clockRate) * 1_000;
  }

  #begin(number: number): void {
    this.beginnings++;
    this.#first = number;
    this.#highest = number - 1;
    this.#received = 0;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
    this.#measured = { expected: 0, received: 0 };
    this.#missing.clear();
  }

  /** Whether it was missed; without repair, nobody knows. */
  #late(number: number): boolean {
    if (this.#packets.length === 0) return number >= this.#first!;
    return this.#missing.delete(number);
  }

  #miss(highest: number, number: number, now: Instant): void {
    if (this.#packets.length === 0 || number === highest + 1) return;
    if (this.#missing.size + number - highest > missingMost) this.#missing.clear();
    for (let lost = highest + 1; lost < number; lost++)
      this.#missing.set(lost, { sequence: lost & 0xffff, since: now, asked: 0, next: now });
  }

  /** RFC 3550 §A.8. */
  #measureJitter(timestamp: number, now: Instant): void {
    const transit = (now / 1_000) * this.clockRate - timestamp;
    const change = this.#transit === undefined ? 0 : Math.abs(transit - this.#transit);
    this.#transit = transit;
    // A new beginning of the timestamps is none.
    if (change < this.clockRate * 10) this.#jitter += (change - this.#jitter) / 16;
  }
}
