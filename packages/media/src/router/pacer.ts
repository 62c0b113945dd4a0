/**
 * Spreads pictures over time where the way to a receiver is narrow: what is sent faster than the way carries it is lost there, and a whole
 * picture, which is many packets at once, never gets through. Sound does not wait, and takes of the same.
 *
 *      sound ─────────────────────────────────────────────────────▶ ┐
 *      what is sent again ──▶ [ waits before all pictures ] ──────▶ ├──▶ as much as the way carries
 *      pictures ────────────▶ [ waits in order, `waitMost` at most ] ▶ ┘
 */
import type { Instant, Milliseconds } from '@offhook/core';
import type { OutgoingStream } from './outgoing.ts';

/** So much may pass at once after a while in which nothing did. */
const burstMs: Milliseconds = 30;
/** What would wait longer is dropped: more is sent than the way carries. */
const waitMost: Milliseconds = 1_000;

export interface Waiting {
  readonly bytes: Buffer;
  readonly wide: number;
  readonly stream: OutgoingStream;
  readonly sequence: number;
}

export class Pacer {
  readonly #send: (one: Waiting, now: Instant) => void;
  #again: Waiting[] = [];
  #pictures: Waiting[] = [];
  #bytes = 0;
  /** Bytes that may pass now; below zero after sound that did not wait. */
  #room = 0;
  #at: Instant = 0;
  /** Bytes per millisecond; undefined: nothing waits. */
  #rate: number | undefined;

  constructor(send: (one: Waiting, now: Instant) => void) {
    this.#send = send;
  }

  /** Bits per second that the way carries; undefined: it carries what is sent, as far as one knows. */
  pace(bitrate: number | undefined, now: Instant): void {
    this.#fill(now);
    this.#rate = bitrate === undefined ? undefined : bitrate / 8_000;
    this.drain(now);
  }

  /** Whether it is to be sent again already. */
  repeats(stream: OutgoingStream, sequence: number): boolean {
    return this.#again.some((one) => one.stream === stream && one.sequence === sequence);
  }

  /** How long what waits will have waited. */
  get delay(): Milliseconds {
    return this.#rate === undefined ? 0 : this.#bytes / this.#rate;
  }

  get isPacing(): boolean {
    return this.#rate !== undefined;
  }

  /** So many bytes were sent without waiting. */
  took(bytes: number): void {
    if (this.#rate !== undefined) this.#room -= bytes;
  }

  /** `isAgain`: it was sent before. False: it waits too long, and is dropped. */
  offer(one: Waiting, isAgain: boolean, now: Instant): boolean {
    const most = (this.#rate ?? 0) * waitMost;
    if (!isAgain && this.#bytes > most) return false;
    const queue = isAgain ? this.#again : this.#pictures;
    queue.push({ ...one, bytes: Buffer.from(one.bytes) });
    this.#bytes += one.bytes.length;
    this.drain(now);
    return true;
  }

  /** Drops what waits of this one. */
  forget(stream: OutgoingStream): void {
    const isOther = (one: Waiting): boolean => one.stream !== stream;
    this.#again = this.#again.filter(isOther);
    this.#pictures = this.#pictures.filter(isOther);
    this.#bytes = [...this.#again, ...this.#pictures].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** To be called every few milliseconds. */
  drain(now: Instant): void {
    this.#fill(now);
    while (this.#room > 0 || this.#rate === undefined) {
      const one = this.#again.shift() ?? this.#pictures.shift();
      if (one === undefined) return;
      this.#bytes -= one.bytes.length;
      if (one.stream.isCurrent(one.sequence)) this.#send(one, now);
    }
  }

  #fill(now: Instant): void {
    const rate = this.#rate ?? 0;
    this.#room = Math.min(rate * burstMs, this.#room + Math.max(0, now - this.#at) * rate);
    this.#at = now;
  }
}
