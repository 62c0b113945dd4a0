/**
 * What somebody hears of a session as one sound, in one stream: a call that takes part, which has room for no more (RFC 7667 §3.4). Of
 * themselves they hear nothing.
 */
import type { Instant, Milliseconds } from '@offhook/core';
import type { Producer } from '../router/producer.ts';
import { senderReport, sourceDescription } from '../rtp/rtcp.ts';
import { ntpOf } from '../rtp/time.ts';
import type { StreamRef } from '../subscribe-side.ts';
import type { MixedCodec } from './messages.ts';
import type { Mixer } from './mixer.ts';
import type { MixTaps } from './taps.ts';

const reportMs: Milliseconds = 1_000;
const cname = 'offhook';

export interface EarDeps {
  readonly mixer: Mixer;
  readonly taps: MixTaps;
  readonly clock: () => Instant;
  readonly random: (below: number) => number;
  readonly find: (stream: StreamRef) => Producer | undefined;
  readonly send: (bytes: Buffer) => void;
}

export class Ear {
  /** Of the one stream. */
  readonly ssrc: number;
  readonly #deps: EarDeps;
  #codec: MixedCodec | undefined;
  #payloadType = 0;
  #listener: number | undefined;
  #wanted: readonly StreamRef[] = [];
  #producers: readonly Producer[] = [];
  #sequence: number;
  #timestamp: number;
  /** The last that was sent. */
  #frame: number | undefined;
  #packets = 0;
  #octets = 0;
  #reported: Instant = 0;

  constructor(deps: EarDeps) {
    this.#deps = deps;
    this.ssrc = 1 + deps.random(0xffff_fffe);
    this.#sequence = deps.random(0x1_0000);
    this.#timestamp = deps.random(2 ** 32);
  }

  /** What is heard by this ear, to be kept. */
  get producers(): readonly Producer[] {
    return this.#producers;
  }

  /** How it is sent from now on. */
  use(codec: MixedCodec, payloadType: number): void {
    this.#payloadType = payloadType;
    if (codec === this.#codec) return;
    const { mixer, clock } = this.#deps;
    if (this.#listener !== undefined) mixer.forget(this.#listener);
    this.#codec = codec;
    this.#frame = undefined;
    this.#listener = mixer.listen(codec, clock(), (payload, frame) => this.#send(payload, frame));
    this.update();
  }

  want(streams: readonly StreamRef[]): void {
    this.#wanted = streams;
    this.update();
  }

  /** Looks again which of the wanted streams are there. Pictures are not heard. */
  update(): void {
    const { find, mixer, taps } = this.#deps;
    this.#producers = this.#wanted
      .flatMap((stream) => find(stream) ?? [])
      .filter(({ published }) => published.kind === 'audio');
    if (this.#listener !== undefined)
      mixer.hear(
        this.#listener,
        this.#producers.map((producer) => taps.numberOf(producer)),
      );
  }

  tick(now: Instant): void {
    if (this.#packets === 0 || now - this.#reported < reportMs) return;
    this.#reported = now;
    const { seconds, fraction } = ntpOf(now);
    const [packets, octets, timestamp] = [this.#packets >>> 0, this.#octets >>> 0, this.#timestamp];
    const info = { ssrc: this.ssrc, ntpSeconds: seconds, ntpFraction: fraction, timestamp, packets, octets };
    this.#deps.send(Buffer.concat([senderReport(info), sourceDescription(this.ssrc, cname)]));
  }

  close(): void {
    if (this.#listener !== undefined) this.#deps.mixer.forget(this.#listener);
    this.#listener = undefined;
    this.#producers = [];
  }

  #send(payload: Uint8Array, frame: number): void {
    // Time goes on over what was never mixed.
    const samples = this.#codec === 'opus' ? 960 : 160;
    this.#timestamp = (this.#timestamp + (frame - (this.#frame ?? frame - 1)) * samples) >>> 0;
    this.#frame = frame;
    const bytes = Buffer.allocUnsafe(12 + payload.length);
    bytes[0] = 0x80;
    // The first packet of what is said (RFC 3551 §4.1).
    bytes[1] = this.#payloadType | (this.#packets === 0 ? 0x80 : 0);
    bytes.writeUInt16BE(this.#sequence, 2);
    bytes.writeUInt32BE(this.#timestamp, 4);
    bytes.writeUInt32BE(this.ssrc, 8);
    bytes.set(payload, 12);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#packets++;
    this.#octets += payload.length;
    this.#deps.send(bytes);
  }
}
