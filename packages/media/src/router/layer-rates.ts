/**
 * What the layers of a source cost (SVC), and the steps by which somebody gets more of them: first all temporal layers of the smallest
 * picture, then one spatial layer after the other.
 */
import type { Instant, Milliseconds } from '@offhook/core';
import type { LayeredPacket } from '../rtp/layers.ts';

/** TID and SID have three bits. */
const most = 8;
const windowMs: Milliseconds = 500;
/** A camera that is off sends nothing. */
const silentMs: Milliseconds = 2_000;

export interface LayerStep {
  readonly spatial: number;
  readonly temporal: number;
  /** Bits per second, with all layers that are below it. */
  readonly bitrate: number;
}

export class LayerRates {
  readonly #octets = new Float64Array(most * most);
  #since: Instant | undefined;
  #heard: Instant = Number.NEGATIVE_INFINITY;
  #steps: readonly LayerStep[] = [];

  add({ spatial, temporal }: LayeredPacket, octets: number, now: Instant): void {
    this.#since ??= now;
    this.#heard = now;
    const at = spatial * most + temporal;
    this.#octets[at] = this.#octets[at]! + octets;
  }

  /** Of late; empty before anything is known, and once nothing comes any more. */
  steps(now: Instant): readonly LayerStep[] {
    if (now - this.#heard > silentMs) return [];
    const span = now - (this.#since ?? now);
    if (span < windowMs) return this.#steps;
    this.#steps = stepsOf(this.#octets, span);
    this.#octets.fill(0);
    this.#since = undefined;
    return this.#steps;
  }
}

function stepsOf(octets: Float64Array, span: Milliseconds): readonly LayerStep[] {
  const used = [...octets.keys()].filter((at) => octets[at]! > 0);
  if (used.length === 0) return [];
  const spatialMost = Math.max(...used.map((at) => Math.floor(at / most)));
  const temporalMost = Math.max(...used.map((at) => at % most));
  const step = (spatial: number, temporal: number): LayerStep => {
    const within = used.filter((at) => Math.floor(at / most) <= spatial && at % most <= temporal);
    return { spatial, temporal, bitrate: (within.reduce((sum, at) => sum + octets[at]!, 0) * 8_000) / span };
  };
  return [
    ...Array.from({ length: temporalMost + 1 }, (_, temporal) => step(0, temporal)),
    ...Array.from({ length: spatialMost }, (_, below) => step(below + 1, temporalMost)),
  ];
}
