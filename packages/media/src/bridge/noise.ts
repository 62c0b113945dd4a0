/** What is heard while nobody speaks, of as much as a phone has told of it (RFC 3389), so that the line does not seem to be cut. */
import type { Instant } from '@offhook/core';
import { compand } from '../mixing/compand.ts';
import type { Law } from '../mixing/compand.ts';

const frameMs = 20;
const frameSamples = 160;

/** In what of noise G.711 is made; undefined for other codecs, which tell of silence by themselves. */
export function lawOf(codec: string | undefined): Law | undefined {
  return codec === 'PCMU' ? 'mu' : codec === 'PCMA' ? 'a' : undefined;
}

export class ComfortNoise {
  readonly #law: Law;
  /** The largest sample: of noise that is the same at all frequencies. */
  readonly #most: number;
  readonly #since: Instant;
  readonly #timestamp: number;
  #frames = 0;
  #chance: number;

  /** `payload`: of the packet that tells of it; `timestamp`: its. */
  constructor(law: Law, payload: Uint8Array, timestamp: number, now: Instant) {
    this.#law = law;
    const level = (payload[0] ?? 127) & 0x7f;
    this.#most = Math.sqrt(3) * 10 ** (-level / 20);
    this.#since = now;
    this.#timestamp = timestamp;
    this.#chance = timestamp | 1;
  }

  /** What is to be heard by now and was not made yet. Never more than has passed: what is said next does not come twice. */
  tick(now: Instant): { readonly timestamp: number; readonly payload: Buffer } | undefined {
    if (now - this.#since < (this.#frames + 1) * frameMs) return undefined;
    const timestamp = (this.#timestamp + this.#frames++ * frameSamples) >>> 0;
    const payload = Buffer.from(Uint8Array.from({ length: frameSamples }, () => compand(this.#most * this.#next(), this.#law)));
    return { timestamp, payload };
  }

  /** From -1 to 1 (xorshift). */
  #next(): number {
    let one = this.#chance;
    one ^= one << 13;
    one ^= one >>> 17;
    one ^= one << 5;
    this.#chance = one;
    return one / 2 ** 31;
  }
}
