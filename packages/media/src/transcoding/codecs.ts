/** Codecs at the rates at which telephones have them: what one side says in, and what the other one reads. */
import { createDecoder, createEncoder } from 'libopus-wasm';
import type { OpusDecoderHandle, OpusEncoderHandle } from 'libopus-wasm';
import { compand } from '../mixing/compand.ts';
import { aLaw, muLaw } from '../recorder/g711.ts';
import { opusDuration } from '../recorder/opus-head.ts';
import { G722Decoder, G722Encoder } from './g722.ts';
import { Doubler, Halver } from './halves.ts';
import type { SpokenCodec } from './messages.ts';

/** Samples a second. */
export type Rate = 8_000 | 16_000;

export interface Decoder {
  /** What is no packet is silence, or nothing. */
  decode(payload: Uint8Array): Int16Array;
  /** What was in the packets before this one, which were lost: so many samples; nothing where nobody knows. */
  conceal(next: Uint8Array, samples: number): Int16Array;
  close(): void;
}

export interface Encoder {
  /** 20 ms. The bytes are the caller's to keep. */
  encode(samples: Int16Array): Uint8Array;
  close(): void;
}

export const frameMs = 20;

/** Opus has all rates: it takes that of the other side. */
export function rateOf(codec: SpokenCodec, other: SpokenCodec): Rate {
  return codec === 'g722' || (codec === 'opus' && other === 'g722') ? 16_000 : 8_000;
}

export async function decoderAt(codec: SpokenCodec, rate: Rate): Promise<Decoder> {
  switch (codec) {
    case 'opus':
      return new Opus(await createDecoder({ channels: 1, sampleRate: rate }), rate);
    case 'g722':
      return new Plain(new G722Decoder());
    case 'pcmu':
      return new Plain({ decode: (bytes) => Int16Array.from(bytes, (byte) => muLaw[byte]!) });
    case 'pcma':
      return new Plain({ decode: (bytes) => Int16Array.from(bytes, (byte) => aLaw[byte]!) });
  }
}

export async function encoderAt(codec: SpokenCodec, rate: Rate): Promise<Encoder> {
  switch (codec) {
    case 'opus':
      return new OpusOf(
        await createEncoder({ ...speech, channels: 1, sampleRate: rate, bitrate: rate === 8_000 ? 20_000 : 28_000 }),
      );
    case 'g722': {
      const encoder = new G722Encoder();
      return { encode: (samples) => encoder.encode(samples), close };
    }
    case 'pcmu':
    case 'pcma': {
      const law = codec === 'pcmu' ? 'mu' : 'a';
      return { encode: (samples) => Uint8Array.from(samples, (sample) => compand(sample / 32_768, law)), close };
    }
  }
}

/** From one rate to another; as they are where both are the same. */
export function between(from: Rate, to: Rate): (samples: Int16Array) => Int16Array {
  if (from === to) return (samples) => samples;
  const filter = from < to ? new Doubler() : new Halver();
  return (samples) => filter.take(samples);
}

/** Of a telephone: more would not be heard. */
const speech = { application: 2048, complexity: 5, fec: true, packetLossPercent: 5, signal: 3001 } as const;

function close(): void {
  // Nothing is held.
}

class Plain implements Decoder {
  readonly #codec: { decode(bytes: Uint8Array): Int16Array };

  constructor(codec: { decode(bytes: Uint8Array): Int16Array }) {
    this.#codec = codec;
  }

  decode(payload: Uint8Array): Int16Array {
    return this.#codec.decode(payload);
  }

  conceal(): Int16Array {
    return new Int16Array();
  }

  close(): void {
    close();
  }
}

class Opus implements Decoder {
  readonly #handle: OpusDecoderHandle;
  readonly #perMs: number;

  constructor(handle: OpusDecoderHandle, rate: Rate) {
    this.#handle = handle;
    this.#perMs = rate / 1_000;
  }

  decode(payload: Uint8Array): Int16Array {
    const duration = opusDuration(payload);
    if (duration === 0) return new Int16Array();
    try {
      // A copy: what it hands out is written over by the next.
      return this.#handle.decode(payload).slice();
    } catch {
      return new Int16Array(duration * this.#perMs);
    }
  }

  conceal(next: Uint8Array, samples: number): Int16Array {
    // In whole frames of 2.5 ms. The last of what is missing may be in the next packet once more (RFC 6716 §2.1.7).
    const repeated = Math.min(samples, opusDuration(next) * this.#perMs);
    const guessed = samples - repeated;
    const frame = 2.5 * this.#perMs;
    if (repeated % frame !== 0 || guessed % frame !== 0) return new Int16Array();
    const found = new Int16Array(samples);
    try {
      if (guessed > 0) found.set(this.#handle.decodePacketLoss(guessed));
      if (repeated > 0) found.set(this.#handle.decode(next, { decodeFec: true, frameSize: repeated }), guessed);
    } catch {
      return new Int16Array();
    }
    return found;
  }

  close(): void {
    this.#handle.free();
  }
}

class OpusOf implements Encoder {
  readonly #handle: OpusEncoderHandle;

  constructor(handle: OpusEncoderHandle) {
    this.#handle = handle;
  }

  encode(samples: Int16Array): Uint8Array {
    return this.#handle.encode(samples).slice();
  }

  close(): void {
    this.#handle.free();
  }
}
