import { ratingOf } from '@offhook/core';
import type { Milliseconds, Quality, Rating } from '@offhook/core';
import type { Call } from '../call.ts';
import { between, sampleOf } from './sample.ts';
import type { Between, Sample } from './sample.ts';

/** How a call sounded in the last second. */
export interface Heard extends Between {
  /** In a word; `bad` is worth telling the person. */
  readonly rating: Rating;
}

const everyMs: Milliseconds = 1_000;
/** The record is told every so many seconds, and after the first few. */
const reportEvery = 10;
const firstReport = 3;

/**
 * Tells every second how the call sounds, as long as media flows, and lets the server keep the average for the record. Ends with
 * the call, or when the function returned is called.
 */
export function watchQuality(call: Call, listener: (heard: Heard) => void): () => void {
  let average = new Average();
  let about = call.id;
  let before: Sample | undefined;
  let connection: RTCPeerConnection | undefined;
  let isOver = false;

  const look = async (): Promise<void> => {
    const present = call.state === 'active' ? call.peerConnection : undefined;
    const { id } = call;
    // One that is led on goes on as another call, with a record of its own.
    if (id !== about) average = new Average();
    about = id;
    // Each peer connection counts from nothing.
    if (present !== connection) before = undefined;
    connection = present;
    if (present === undefined) return;
    const sample = sampleOf(await present.getStats());
    if (isOver || present !== connection || id !== call.id) return;
    const quality = before && between(before, sample);
    before = sample;
    if (quality === undefined) return;
    average.add(quality);
    if (average.count === firstReport || average.count % reportEvery === 0) call.reportQuality(average.value);
    listener({ ...quality, rating: ratingOf(quality.mos) });
  };

  // One that is closed meanwhile has no statistics.
  const timer = setInterval(() => void look().catch(() => undefined), everyMs);
  const stop = (): void => {
    isOver = true;
    clearInterval(timer);
    off();
  };
  const off = call.on('ended', stop);
  if (call.state === 'ended') stop();
  return stop;
}

/** Of several looks. */
export class Average {
  count = 0;
  readonly #sum = { mos: 0, loss: 0, jitterMs: 0, roundTripMs: 0 };

  add(quality: Quality): void {
    this.count += 1;
    for (const key of keys) this.#sum[key] += quality[key];
  }

  get value(): Quality {
    const { mos, loss, jitterMs, roundTripMs } = this.#sum;
    const { count } = this;
    return { mos: mos / count, loss: loss / count, jitterMs: jitterMs / count, roundTripMs: roundTripMs / count };
  }
}

const keys = ['mos', 'loss', 'jitterMs', 'roundTripMs'] as const;
