/** Sends what was mixed or is played to somebody as one stream of 20 ms in a packet, and the reports that belong to it. */
import type { Instant, Milliseconds } from '@offhook/core';
import { senderReport, sourceDescription } from '../rtp/rtcp.ts';
import { ntpOf } from '../rtp/time.ts';
import type { MixedCodec } from './messages.ts';

const reportMs: Milliseconds = 1_000;
const cname = 'offhook';

export interface SoundSenderDeps {
  readonly random: (below: number) => number;
  readonly send: (bytes: Buffer) => void;
}

export class SoundSender {
  /** Of the one stream. */
  readonly ssrc: number;
  readonly #send: (bytes: Buffer) => void;
  #samples = 960;
  #payloadType = 0;
  #sequence: number;
  #timestamp: number;
  /** The last that was sent. */
  #frame: number | undefined;
  #packets = 0;
  #octets = 0;
  #reported: Instant = 0;

  constructor({ random, send }: SoundSenderDeps) {
    this.#send = send;
    this.ssrc = 1 + random(0xffff_fffe);
    this.#sequence = random(0x1_0000);
    this.#timestamp = random(2 ** 32);
  }

  /** How it is sent from now on. Frames are numbered anew. */
  use(codec: MixedCodec, payloadType: number): void {
    this.#payloadType = payloadType;
    const samples = codec === 'opus' ? 960 : 160;
    if (samples !== this.#samples) this.#frame = undefined;
    this.#samples = samples;
  }

  /** Frames are numbered; those that are missing were never mixed. */
  send(payload: Uint8Array, frame: number): void {
    // Time goes on over what was never mixed.
    this.#timestamp = (this.#timestamp + (frame - (this.#frame ?? frame - 1)) * this.#samples) >>> 0;
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
    this.#send(bytes);
  }

  /** To be called about every 20 ms. */
  tick(now: Instant): void {
    if (this.#packets === 0 || now - this.#reported < reportMs) return;
    this.#reported = now;
    const { seconds, fraction } = ntpOf(now);
    const [packets, octets, timestamp] = [this.#packets >>> 0, this.#octets >>> 0, this.#timestamp];
    const info = { ssrc: this.ssrc, ntpSeconds: seconds, ntpFraction: fraction, timestamp, packets, octets };
    this.#send(Buffer.concat([senderReport(info), sourceDescription(this.ssrc, cname)]));
  }
}
