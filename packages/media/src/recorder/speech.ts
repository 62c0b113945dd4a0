/** Decodes what somebody says, to one channel of 48,000 samples a second, at the place in time to which it belongs. */
import type { Milliseconds } from '@offhook/core';
import { createDecoder } from 'libopus-wasm';
import type { OpusDecoderHandle } from 'libopus-wasm';
import { aLaw, muLaw } from './g711.ts';
import { opusDuration } from './opus-head.ts';
import { Ring } from './ring.ts';

/** Samples of a millisecond. */
const perMs = 48;
/** A gap up to this long is filled with what may have been said; a longer one is silence. */
const concealedMs: Milliseconds = 60;
/** Less than this, 40 dB below what is loudest, is nothing that is said: what an open microphone sends in a still room. */
const audible = 0.01;

/** What makes sound of the packets of one source. */
interface Decoder {
  decode(packet: Uint8Array): Float32Array;
  /** What was in the packet before this one, which was lost, and in those before that; a stretch of so many samples in all. */
  conceal(next: Uint8Array, samples: number): Float32Array;
  close(): void;
}

/** undefined for a codec that is not mixed. */
export async function decoderFor(codec: string): Promise<Decoder | undefined> {
  switch (codec.toLowerCase()) {
    case 'opus':
      return new Opus(await createDecoder({ channels: 1, sampleRate: 48_000 }));
    case 'pcmu':
      return new Companded(muLaw);
    case 'pcma':
      return new Companded(aLaw);
    default:
      return undefined;
  }
}

export class Speech {
  readonly ring: Ring = new Ring();
  readonly #onHeard: (at: Milliseconds, ms: Milliseconds) => void;
  readonly #decoder: Decoder;
  /** Where the sound so far ends, in samples. */
  #end: number | undefined;

  /** `onHeard`: what lies there, so long, can be heard. */
  constructor(decoder: Decoder, onHeard: (at: Milliseconds, ms: Milliseconds) => void) {
    this.#decoder = decoder;
    this.#onHeard = onHeard;
  }

  /** `isAfterGap`: packets before this one are lost. */
  add(packet: Uint8Array, at: Milliseconds, isAfterGap: boolean): void {
    const start = Math.round(at * perMs);
    const missing = this.#end === undefined ? 0 : start - this.#end;
    if (isAfterGap && missing > 0 && missing <= concealedMs * perMs)
      this.ring.write(this.#end!, this.#decoder.conceal(packet, missing));
    const samples = this.#decoder.decode(packet);
    if (samples.some((sample) => Math.abs(sample) > audible)) this.#onHeard(at, samples.length / perMs);
    this.ring.write(start, samples);
    this.#end = start + samples.length;
  }

  close(): void {
    this.#decoder.close();
  }
}

class Opus implements Decoder {
  readonly #handle: OpusDecoderHandle;

  constructor(handle: OpusDecoderHandle) {
    this.#handle = handle;
  }

  decode(packet: Uint8Array): Float32Array {
    const duration = opusDuration(packet);
    // What is no packet is silence, as what is lost.
    if (duration === 0) return new Float32Array();
    try {
      return this.#handle.decodeFloat(packet);
    } catch {
      return new Float32Array(duration * perMs);
    }
  }

  conceal(next: Uint8Array, samples: number): Float32Array {
    // In whole frames of 2.5 ms. The last of what is missing may be in the next packet once more (RFC 6716 §2.1.7).
    const repeated = Math.min(samples, opusDuration(next) * perMs);
    const guessed = samples - repeated;
    const frame = 2.5 * perMs;
    if (repeated % frame !== 0 || guessed % frame !== 0) return new Float32Array();
    const found = new Float32Array(samples);
    try {
      if (guessed > 0) found.set(this.#handle.decodePacketLossFloat(guessed));
      if (repeated > 0) found.set(this.#handle.decodeFloat(next, { decodeFec: true, frameSize: repeated }), guessed);
    } catch {
      return new Float32Array();
    }
    return found;
  }

  close(): void {
    this.#handle.free();
  }
}

/** G.711: 8,000 samples a second, one a byte. */
class Companded implements Decoder {
  readonly #table: Int16Array;
  #last = 0;

  constructor(table: Int16Array) {
    this.#table = table;
  }

  decode(packet: Uint8Array): Float32Array {
    const found = new Float32Array(packet.length * 6);
    for (const [n, byte] of packet.entries()) {
      const next = this.#table[byte]! / 32_768;
      // On a line from one sample to the next.
      for (let step = 0; step < 6; step++) found[n * 6 + step] = this.#last + ((next - this.#last) * (step + 1)) / 6;
      this.#last = next;
    }
    return found;
  }

  conceal(): Float32Array {
    return new Float32Array();
  }

  close(): void {
    this.#last = 0;
  }
}
