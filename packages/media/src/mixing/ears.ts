/** Those in a session who hear it as one sound. */
import type { Instant } from '@offhook/core';
import type { StreamRef } from '../subscribe-side.ts';
import { Ear } from './ear.ts';
import type { EarDeps } from './ear.ts';
import { MixTaps } from './taps.ts';

export type EarsDeps = Omit<EarDeps, 'taps' | 'send'>;

export class Ears {
  readonly #deps: EarsDeps;
  readonly #taps: MixTaps;
  readonly #ears = new Map<string, Ear>();

  constructor(deps: EarsDeps) {
    this.#deps = deps;
    this.#taps = new MixTaps(deps.mixer, deps.clock);
  }

  /** The one of a participant, opened where there is none. */
  of(participant: string, send: EarDeps['send']): Ear {
    const known = this.#ears.get(participant);
    if (known !== undefined) return known;
    const ear = new Ear({ ...this.#deps, send, taps: this.#taps });
    this.#ears.set(participant, ear);
    return ear;
  }

  has(participant: string): boolean {
    return this.#ears.has(participant);
  }

  /** Replaces what somebody hears; nothing where they have no ear. */
  want(participant: string, streams: readonly StreamRef[]): void {
    this.#ears.get(participant)?.want(streams);
    this.#keep();
  }

  /** Something is published that was not before, or no longer. */
  update(): void {
    for (const ear of this.#ears.values()) ear.update();
    this.#keep();
  }

  tick(now: Instant): void {
    for (const ear of this.#ears.values()) ear.tick(now);
  }

  close(participant: string): void {
    this.#ears.get(participant)?.close();
    this.#ears.delete(participant);
    this.#keep();
  }

  #keep(): void {
    this.#taps.keep(new Set([...this.#ears.values()].flatMap(({ producers }) => producers)));
  }
}
