/** What makes packets of 20 ms of mixed sound: 960 samples of one channel. */
import { createEncoder } from 'libopus-wasm';
import type { OpusEncoderHandle } from 'libopus-wasm';
import { compand } from './compand.ts';
import type { Law } from './compand.ts';
import { Decimator } from './decimator.ts';
import type { MixedCodec } from './messages.ts';

export interface Encoder {
  /** The bytes are the caller's to keep. */
  encode(samples: Float32Array): Uint8Array;
  close(): void;
}

/** Bits per second: speech of several at once. */
const bitrate = 32_000;

export async function encoderFor(codec: MixedCodec): Promise<Encoder> {
  if (codec === 'opus')
    return new Opus(await createEncoder({ channels: 1, sampleRate: 48_000, bitrate, fec: true, packetLossPercent: 5 }));
  return new Companded(codec === 'pcmu' ? 'mu' : 'a');
}

class Opus implements Encoder {
  readonly #handle: OpusEncoderHandle;

  constructor(handle: OpusEncoderHandle) {
    this.#handle = handle;
  }

  encode(samples: Float32Array): Uint8Array {
    // A copy: what it hands out is written over by the next.
    return this.#handle.encodeFloat(samples).slice();
  }

  close(): void {
    this.#handle.free();
  }
}

/** G.711: 8,000 samples a second. */
class Companded implements Encoder {
  readonly #law: Law;
  readonly #decimator = new Decimator();

  constructor(law: Law) {
    this.#law = law;
  }

  encode(samples: Float32Array): Uint8Array {
    return Uint8Array.from(this.#decimator.take(samples), (sample) => compand(sample, this.#law));
  }

  close(): void {
    // Nothing is held.
  }
}
