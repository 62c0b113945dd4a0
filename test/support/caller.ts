/** Somebody at a telephone who is no browser: says a tone, or nothing, presses keys, and hears what is said to them. */
import { KeyPress } from '../../packages/media/src/bridge/keys.ts';
import { encoderFor } from '../../packages/media/src/mixing/encoders.ts';
import { decoderFor } from '../../packages/media/src/recorder/speech.ts';
import { isRtcp, RtpPacket } from '../../packages/media/src/rtp/packet.ts';
import { WebRtcTransport } from '../../packages/media/src/transport/webrtc.ts';
import { joined } from './spoken.ts';
import type { Heard } from './spoken.ts';

const rate = 48_000;
const frameSamples = 960;

/** How much there is of a tone, from 0 to about half of its amplitude (Goertzel). */
export function amount(samples: Float32Array, hertz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hertz) / rate);
  let [last, before] = [0, 0];
  for (const sample of samples) [last, before] = [sample + factor * last - before, last];
  return Math.sqrt(last * last + before * before - factor * last * before) / samples.length;
}

/** What says and hears something in a codec, 20 ms of 48,000 samples a second at a time. */
export interface Voice {
  readonly payloadType: number;
  /** Of the timestamps. */
  readonly clockRate: number;
  encode(samples: Float32Array): Uint8Array;
  decode(payload: Uint8Array): Float32Array;
}

async function voice(codec: 'opus' | 'pcmu', payloadType: number, clockRate: number): Promise<Voice> {
  const [encoder, decoder] = await Promise.all([encoderFor(codec), decoderFor(codec)]);
  if (decoder === undefined) throw new Error(`no decoder for ${codec}`);
  return { payloadType, clockRate, encode: (samples) => encoder.encode(samples), decode: (payload) => decoder.decode(payload) };
}

/** By the names that codecs have in descriptions. */
export const voices: Readonly<Record<string, () => Promise<Voice>>> = {
  opus: () => voice('opus', 111, 48_000),
  PCMU: () => voice('pcmu', 0, 8_000),
};

/** A caller with a microphone that makes a tone, or is still. */
export class Caller {
  readonly transport: WebRtcTransport;
  readonly #voice: Voice;
  readonly #packet = new RtpPacket();
  /** Of each 20 ms. */
  readonly heard: Float32Array[] = [];
  hertz: number | undefined;
  #frame = 0;
  #sequence = 0;

  constructor(port: number, voice: Voice) {
    this.#voice = voice;
    this.transport = WebRtcTransport.offering({ port }, { onPacket: (bytes) => this.#hear(bytes), onState: () => undefined });
  }

  /** All that was heard. */
  get all(): Heard {
    return { samples: joined(this.heard), rate };
  }

  /** Whether a tone was heard for 100 ms, whenever that was. */
  hasHeard(hertz: number): boolean {
    return this.heard.some((_, at) => this.#amount(hertz, at - 4, at + 1) > 0.05);
  }

  /** How much of a tone there was in the last that was heard. */
  last(hertz: number): number {
    return this.#amount(hertz, this.heard.length - 5, this.heard.length);
  }

  #amount(hertz: number, from: number, to: number): number {
    const samples = Float32Array.from(this.heard.slice(Math.max(0, from), to).flatMap((frame) => [...frame]));
    return samples.length === 0 ? 0 : amount(samples, hertz);
  }

  speak(): void {
    const { hertz } = this;
    const from = this.#frame * frameSamples;
    const samples = Float32Array.from({ length: frameSamples }, (_, n) =>
      hertz === undefined ? 0 : 0.3 * Math.sin((2 * Math.PI * hertz * (from + n)) / rate),
    );
    this.#send(this.#voice.payloadType, this.#now, this.#voice.encode(samples));
    this.#frame++;
  }

  /** In the time of the stream. */
  get #now(): number {
    return this.#frame * (this.#voice.clockRate / 50);
  }

  press(event: number): void {
    const key = new KeyPress(event);
    while (!key.isOver) for (const { payload } of key.tick(8_000)) this.#send(126, this.#now, payload);
  }

  #send(payloadType: number, timestamp: number, payload: Uint8Array): void {
    const bytes = Buffer.alloc(12 + payload.length);
    bytes.set([0x80, payloadType]);
    bytes.writeUInt16BE(this.#sequence++, 2);
    bytes.writeUInt32BE(timestamp, 4);
    bytes.writeUInt32BE(77, 8);
    bytes.set(payload, 12);
    this.transport.send(bytes);
  }

  #hear(bytes: Buffer): void {
    if (isRtcp(bytes) || !this.#packet.read(bytes)) return;
    const { payloadStart, payloadEnd } = this.#packet;
    this.heard.push(this.#voice.decode(bytes.subarray(payloadStart, payloadEnd)).slice());
  }
}
