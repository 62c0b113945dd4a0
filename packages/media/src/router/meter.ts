/** How each stream that is published comes in, as it is measured every few seconds; and how it sounds what somebody sends. */
import type { Instant, Milliseconds, StreamQuality } from '@offhook/core';
import type { StreamRef } from '../subscribe-side.ts';
import type { Producer } from './producer.ts';
import { qualityOf } from './quality.ts';
import type { Measured } from './quality.ts';

export interface MeasuredStream extends StreamRef {
  /** Bits per second, without headers. */
  readonly bitrate: number;
  /** The part of the packets that was lost for good, 0 to 1. */
  readonly loss: number;
  readonly jitterMs: Milliseconds;
  /** Between this worker and whoever publishes; absent where they receive nothing by which it is measured. */
  readonly roundTripMs?: Milliseconds;
  /** What people would say of it; of sound alone. */
  readonly mos?: number;
  readonly rating?: StreamQuality['rating'];
}

export class Meter {
  #streams: readonly MeasuredStream[] = [];

  /** As it was measured last: those of which something came. */
  get streams(): readonly MeasuredStream[] {
    return this.#streams;
  }

  /**
   * `roundTrips`: of those who receive something. One way has about the same as the other, and only what is received measures it. The answer:
   * how it sounds what each of them sends.
   */
  measure(
    producers: Iterable<readonly [participant: string, producer: Producer]>,
    roundTrips: ReadonlyMap<string, Milliseconds>,
    now: Instant,
  ): ReadonlyMap<string, StreamQuality> {
    const streams: MeasuredStream[] = [];
    const sounds = new Map<string, Measured[]>();
    for (const [participant, producer] of producers) {
      const { mid, kind } = producer.published;
      const roundTripMs = roundTrips.get(participant);
      const measured = producer.measure(now);
      const encodings = measured?.encodings.map((one) => ({ ...one, roundTripMs })) ?? [];
      const quality = qualityOf(encodings);
      if (measured === undefined || quality === undefined) continue;
      const { loss, jitterMs, mos, rating } = quality;
      const more = { ...(roundTripMs !== undefined && { roundTripMs }), ...(kind === 'audio' && { mos, rating }) };
      streams.push({ participant, mid, bitrate: Math.round(measured.bitrate), loss, jitterMs, ...more });
      if (kind === 'audio') sounds.set(participant, [...(sounds.get(participant) ?? []), ...encodings]);
    }
    this.#streams = streams;
    return new Map([...sounds].flatMap(([participant, sound]) => [[participant, qualityOf(sound)!]]));
  }
}
