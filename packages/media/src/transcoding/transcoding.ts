/**
 * One direction of a call in another codec: each packet is decoded as it comes, put together to frames of 20 ms, and encoded. It has no clock
 * of its own, so that it adds no delay but where packets come in disorder: who hears it has to even out what the network does anyway.
 */
import type { Instant, Milliseconds } from '@offhook/core';
import { Reorder } from '../recorder/reorder.ts';
import { between, decoderAt, encoderAt, frameMs, rateOf } from './codecs.ts';
import type { Decoder, Encoder, Rate } from './codecs.ts';
import type { Frame, Said, SpokenCodec } from './messages.ts';

/** How long a packet that is missing is waited for. */
const patienceMs: Milliseconds = 40;
/** A gap up to this long is filled with what may have been said; what is behind a longer one begins anew. */
const concealedMs: Milliseconds = 60;
/** More samples than any packet has are nothing that is said. */
const packetMost: Milliseconds = 240;

type Payload = Pick<Said, 'timestamp' | 'payload'>;

/** Ticks of the clock of RTP (RFC 3551 §4.5.2 for G.722, RFC 7587 §4.1 for Opus). */
function clockOf(codec: SpokenCodec): number {
  return codec === 'opus' ? 48_000 : 8_000;
}

export class Transcoding {
  readonly #decoder: Decoder;
  readonly #encoder: Encoder;
  readonly #convert: (samples: Int16Array) => Int16Array;
  readonly #rates: { readonly from: Rate; readonly to: Rate };
  readonly #clocks: { readonly from: number; readonly to: number };
  readonly #emit: (frame: Omit<Frame, 'stream'>) => void;
  readonly #reorder = new Reorder<Payload>((said, isAfterGap) => this.#take(said, isAfterGap), patienceMs);
  /** The first timestamp. */
  #origin: number | undefined;
  /** Where what was decoded ends, in samples of its rate. */
  #end = 0;
  /** What does not fill a frame yet, and where it begins, in samples of the other rate. */
  #waiting = new Int16Array(0);
  #start = 0;
  #isFirst = true;

  private constructor(
    decoder: Decoder,
    encoder: Encoder,
    [from, to]: readonly [SpokenCodec, SpokenCodec],
    emit: (frame: Omit<Frame, 'stream'>) => void,
  ) {
    this.#decoder = decoder;
    this.#encoder = encoder;
    this.#rates = { from: rateOf(from, to), to: rateOf(to, from) };
    this.#clocks = { from: clockOf(from), to: clockOf(to) };
    this.#convert = between(this.#rates.from, this.#rates.to);
    this.#emit = emit;
  }

  static async open(from: SpokenCodec, to: SpokenCodec, emit: (frame: Omit<Frame, 'stream'>) => void): Promise<Transcoding> {
    const decoder = await decoderAt(from, rateOf(from, to));
    return new Transcoding(decoder, await encoderAt(to, rateOf(to, from)), [from, to], emit);
  }

  receive({ sequence, timestamp, payload }: Omit<Said, 'stream'>, now: Instant): void {
    if (sequence === undefined) this.#take({ timestamp, payload }, false);
    else this.#reorder.add(sequence, { timestamp, payload }, now);
  }

  /** To be called now and then. */
  tick(now: Instant): void {
    this.#reorder.tick(now);
  }

  close(): void {
    this.#decoder.close();
    this.#encoder.close();
  }

  #take({ timestamp, payload }: Payload, isAfterGap: boolean): void {
    // A key, or what was not said to us, had this number.
    if (payload.length === 0) return;
    const { from } = this.#rates;
    this.#origin ??= timestamp;
    // From here on, whatever the clock of RTP began with, and over its end (a call is shorter than half of its round).
    const at = Math.round((((timestamp - this.#origin) | 0) * from) / this.#clocks.from);
    const missing = at - this.#end;
    if (missing > 0 && missing <= (concealedMs * from) / 1_000 && isAfterGap)
      this.#put(this.#decoder.conceal(payload, missing));
    const samples = this.#decoder.decode(payload);
    if (samples.length === 0 || samples.length > (packetMost * from) / 1_000) return;
    if (at !== this.#end) this.#begin(at);
    this.#put(samples);
  }

  /** What was before ends, with silence to the end of its frame. */
  #begin(at: number): void {
    const { from, to } = this.#rates;
    const frame = this.#frameSamples;
    if (this.#waiting.length > 0) this.#put(new Int16Array(((frame - this.#waiting.length) * from) / to));
    this.#end = at;
    this.#start = Math.round((at * to) / from);
    this.#waiting = new Int16Array(0);
    this.#isFirst = true;
  }

  #put(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.#end += samples.length;
    const converted = this.#convert(samples);
    const all = new Int16Array(this.#waiting.length + converted.length);
    all.set(this.#waiting);
    all.set(converted, this.#waiting.length);
    const frame = this.#frameSamples;
    let used = 0;
    for (; used + frame <= all.length; used += frame) {
      const at = Math.round((this.#start * this.#clocks.to) / this.#rates.to) >>> 0;
      this.#emit({ at, payload: this.#encoder.encode(all.subarray(used, used + frame)), isFirst: this.#isFirst });
      this.#start += frame;
      this.#isFirst = false;
    }
    this.#waiting = all.slice(used);
  }

  get #frameSamples(): number {
    return (this.#rates.to * frameMs) / 1_000;
  }
}
