/**
 * How what somebody sends and receives sounds: loss, jitter and round trip as they are measured, and what people would say of them (E-model).
 * Pictures may come in worse without anybody minding as much: sound alone counts where there is any.
 */
import { opinionScore, ratingFactor, ratingOf } from '@offhook/core';
import type { Milliseconds, StreamQuality } from '@offhook/core';

/** What was measured of one stream of late. */
export interface Measured {
  /** The part of the packets that was lost, 0 to 1. */
  readonly loss: number;
  readonly jitterMs: Milliseconds;
  /** Between this worker and the browser; undefined where it is not known. */
  readonly roundTripMs: Milliseconds | undefined;
}

/** Packets of 20 ms are filled before they are sent, and one is in the encoder. */
const packetMs: Milliseconds = 40;

/** Of several streams on one way; undefined where nothing is known of any. */
export function qualityOf(streams: readonly Measured[]): StreamQuality | undefined {
  if (streams.length === 0) return undefined;
  const mean = (pick: (one: Measured) => number): number => streams.reduce((sum, one) => sum + pick(one), 0) / streams.length;
  const loss = mean((one) => one.loss);
  const jitterMs = mean((one) => one.jitterMs);
  const roundTripMs = Math.max(0, ...streams.map((one) => one.roundTripMs ?? 0));
  // From mouth to ear it is the way to the worker and the one on; receivers wait for about twice the jitter.
  const mos = opinionScore(ratingFactor({ delayMs: roundTripMs + 2 * jitterMs + packetMs, loss }));
  return { mos, loss, jitterMs, roundTripMs, rating: ratingOf(mos) };
}
