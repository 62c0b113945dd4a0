/** What one participant says, decoded and in order, from a moment ago on. */
import type { Instant, Milliseconds } from '@offhook/core';
import { Reorder } from '../recorder/reorder.ts';
import { decoderFor, Speech } from '../recorder/speech.ts';
import { Placement } from '../recorder/timeline.ts';
import type { Timeline } from '../recorder/timeline.ts';
import type { RtpPacket } from '../rtp/packet.ts';

/** How long a packet that is missing is waited for. What is missing longer is made up, or silence. */
const patienceMs: Milliseconds = 40;
/**
 * How far timestamps and arrival may be apart: beyond it the clock of the source runs at another speed, and what it says would come ever
 * later, or be gone before it is heard.
 */
const apart = { early: 100, late: 60 } as const;

interface Payload {
  readonly bytes: Uint8Array;
  readonly timestamp: number;
  readonly arrived: Instant;
}

export class Source {
  readonly #speech: Speech;
  readonly #placement: Placement;
  readonly #reorder = new Reorder<Payload>((payload, afterGap) => this.#take(payload, afterGap), patienceMs);
  readonly #frame: Float32Array;

  private constructor(speech: Speech, timeline: Timeline, clockRate: number, frameSamples: number) {
    this.#speech = speech;
    this.#placement = new Placement(timeline, clockRate, apart);
    this.#frame = new Float32Array(frameSamples);
  }

  /** undefined for a codec that is not mixed. */
  static async open(codec: string, timeline: Timeline, clockRate: number, frameSamples: number): Promise<Source | undefined> {
    const decoder = await decoderFor(codec);
    if (decoder === undefined) return undefined;
    return new Source(new Speech(decoder, () => undefined), timeline, clockRate, frameSamples);
  }

  /** The bytes are the source's to keep. */
  receive({ bytes, sequence, timestamp, payloadStart, payloadEnd }: RtpPacket, arrived: Instant): void {
    if (payloadEnd === payloadStart) return;
    this.#reorder.add(sequence, { bytes: bytes.subarray(payloadStart, payloadEnd), timestamp, arrived }, arrived);
  }

  tick(now: Instant): void {
    this.#reorder.tick(now);
  }

  /** What lies from this sample on, once; it is written over by the next. */
  take(at: number): Float32Array {
    const { ring } = this.#speech;
    this.#frame.fill(0);
    ring.take(at, this.#frame.length, this.#frame, 1, 0);
    ring.clear(at, this.#frame.length);
    return this.#frame;
  }

  /** What lies between these samples is not wanted any more. */
  skip(from: number, to: number): void {
    this.#speech.ring.skip(from, to);
  }

  close(): void {
    this.#reorder.end();
    this.#speech.close();
  }

  #take({ bytes, timestamp, arrived }: Payload, afterGap: boolean): void {
    this.#speech.add(bytes, this.#placement.place(timestamp, arrived), afterGap);
  }
}
