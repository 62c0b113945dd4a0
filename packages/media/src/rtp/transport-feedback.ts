/**
 * Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3): a receiver says which packets of a transport, whatever
 * their source, arrived when. The sender makes of it what the way to the receiver can carry.
 */
import type { Instant, Milliseconds } from '@offhook/core';
import { Unwrapped } from './sequence.ts';

const headerLength = 20;
/** Reference times count 64 ms, differences of arrival 250 µs. */
const referenceMs = 64;
const tickMs = 0.25;
const [notReceived, small, large] = [0, 1, 2] as const;

export interface Arrival {
  /** 16 bits. */
  readonly sequence: number;
  /** On the receiver's clock, which begins anywhere; undefined: it has not arrived. */
  readonly at: Milliseconds | undefined;
}

/** From the base sequence number on, gaps included. What is cut off is left out. */
export function readTransportFeedback(packet: Buffer): readonly Arrival[] {
  if (packet.length < headerLength) return [];
  const base = packet.readUInt16BE(12);
  const count = packet.readUInt16BE(14);
  const kinds: number[] = [];
  let at = headerLength;
  for (; kinds.length < count && at + 2 <= packet.length; at += 2) readChunk(packet.readUInt16BE(at), kinds);
  if (kinds.length < count) return [];
  let time = packet.readIntBE(16, 3) * referenceMs;
  const arrivals: Arrival[] = [];
  for (const [n, kind] of kinds.slice(0, count).entries()) {
    const size = kind === small ? 1 : kind === large ? 2 : 0;
    if (at + size > packet.length) break;
    if (size > 0) time += (size === 1 ? packet[at]! : packet.readInt16BE(at)) * tickMs;
    at += size;
    arrivals.push({ sequence: (base + n) & 0xffff, at: size > 0 ? time : undefined });
  }
  return arrivals;
}

/** §3.1.3 and §3.1.4: a run of one kind, or a vector of 14 of one bit or 7 of two bits. */
function readChunk(chunk: number, kinds: number[]): void {
  if ((chunk & 0x8000) === 0) {
    const kind = (chunk >> 13) & 3;
    for (let n = chunk & 0x1fff; n > 0; n--) kinds.push(kind);
  } else if ((chunk & 0x4000) === 0) {
    for (let bit = 13; bit >= 0; bit--) kinds.push((chunk >> bit) & 1);
  } else {
    for (let bit = 12; bit >= 0; bit -= 2) kinds.push((chunk >> bit) & 3);
  }
}

/** What a receiver remembers until it says it. */
export class ArrivalLog {
  readonly #unwrapped = new Unwrapped();
  readonly #arrived = new Map<number, Instant>();
  /** What was said already: up to this number, exclusively. */
  #said: number | undefined;
  #count = 0;

  add(sequence: number, now: Instant): void {
    const number = this.#unwrapped.of(sequence);
    // What comes after its turn was said to be lost; that stays so.
    if (this.#said === undefined || number >= this.#said) this.#arrived.set(number, now);
  }

  get isEmpty(): boolean {
    return this.#arrived.size === 0;
  }

  /** The next packet to send; undefined where nothing arrived since the last one. */
  take(sender: number, media: number): Buffer | undefined {
    if (this.#arrived.size === 0) return undefined;
    const numbers = [...this.#arrived.keys()].toSorted((a, b) => a - b);
    const first = this.#said === undefined ? numbers[0]! : Math.min(this.#said, numbers[0]!);
    const base = Math.max(first, numbers.at(-1)! - 0x1fff);
    const reference = Math.floor(
      (this.#arrived.get(numbers.find((number) => number >= base)!)! % (2 ** 23 * referenceMs)) / referenceMs,
    );
    const packet = this.#written(base, numbers.at(-1)! - base + 1, reference, sender, media);
    this.#said = numbers.at(-1)! + 1;
    this.#arrived.clear();
    return packet;
  }

  #written(base: number, count: number, reference: number, sender: number, media: number): Buffer {
    const kinds: number[] = [];
    const deltas: number[] = [];
    let time = reference * referenceMs;
    for (let number = base; number < base + count; number++) {
      const at = this.#arrived.get(number);
      if (at === undefined) {
        kinds.push(notReceived);
        continue;
      }
      const ticks = Math.round(((at % (2 ** 23 * referenceMs)) - time) / tickMs);
      const delta = Math.max(-0x8000, Math.min(0x7fff, ticks));
      time += delta * tickMs;
      kinds.push(delta >= 0 && delta <= 255 ? small : large);
      deltas.push(delta);
    }
    const chunks = written(kinds);
    const sizes = kinds.reduce((sum, kind) => sum + kind, 0);
    const length = Math.ceil((headerLength + chunks.length * 2 + sizes) / 4) * 4;
    const packet = Buffer.alloc(length);
    packet[0] = 0x80 | 15;
    packet[1] = 205;
    packet.writeUInt16BE(length / 4 - 1, 2);
    packet.writeUInt32BE(sender, 4);
    packet.writeUInt32BE(media, 8);
    packet.writeUInt16BE(base & 0xffff, 12);
    packet.writeUInt16BE(count, 14);
    packet.writeIntBE(reference, 16, 3);
    packet[19] = this.#count++ & 0xff;
    let at = headerLength;
    for (const chunk of chunks) at = packet.writeUInt16BE(chunk, at);
    for (const delta of deltas) at = delta >= 0 && delta <= 255 ? packet.writeUInt8(delta, at) : packet.writeInt16BE(delta, at);
    return packet;
  }
}

/** Runs where they are longer than a vector, vectors of two bits otherwise. */
function written(kinds: readonly number[]): readonly number[] {
  const chunks: number[] = [];
  for (let at = 0; at < kinds.length;) {
    let run = 1;
    while (at + run < kinds.length && kinds[at + run] === kinds[at] && run < 0x1fff) run++;
    if (run >= 7) {
      chunks.push((kinds[at]! << 13) | run);
      at += run;
      continue;
    }
    let chunk = 0xc000;
    for (let n = 0; n < 7; n++) chunk |= (kinds[at + n] ?? notReceived) << (12 - n * 2);
    chunks.push(chunk);
    at += 7;
  }
  return chunks;
}
