/** The side of a participant that receives: one transport, what goes to it, and what the browser says of it. */
import type { Instant, Milliseconds } from '@offhook/core';
import { RtpPacket, wayOctets } from '../rtp/packet.ts';
import { Vp8Descriptor } from '../rtp/vp8.ts';
import { bye, readRtcp, senderReport, sourceDescription } from '../rtp/rtcp.ts';
import type { ReportBlock, Rtcp } from '../rtp/rtcp.ts';
import { middle, ntpOf } from '../rtp/time.ts';
import { readTransportFeedback } from '../rtp/transport-feedback.ts';
import { allocate } from './allocate.ts';
import { Bandwidth } from './bandwidth.ts';
import type { Consumer } from './consumer.ts';
import type { OutgoingStream, Sink } from './outgoing.ts';
import { Pacer } from './pacer.ts';
import { Prober } from './prober.ts';
import type { Measured } from './quality.ts';
import { SentPackets } from './sent.ts';

const reportMs: Milliseconds = 1_000;
const allocateMs: Milliseconds = 200;
/** An encoding of more than so many times of what the way carries of pictures is cut off, not followed until a smaller one begins. */
const cutShare = 1.5;
/** The estimate falls, if it falls below this share of what it was. */
const fallShare = 0.85;
/** What is sent again because it was lost is at most what the way carries, or so much of that at once. */
const repairBurstMs: Milliseconds = 600;
/** Pictures that wait for longer are a reason to try whether more gets through. */
const delayMs: Milliseconds = 60;
/**
 * What is asked for again sooner is on its way: whoever asked had not got it yet, or says by transport-wide feedback whether it was lost, too,
 * which is sooner than that it asks.
 */
const [repairMs, repairHeardMs]: readonly [Milliseconds, Milliseconds] = [10, 150];

export class Subscriber implements Sink {
  readonly bandwidth: Bandwidth = new Bandwidth();
  readonly #transmit: (bytes: Buffer) => boolean;
  readonly #cname: string;
  readonly #packet = new RtpPacket();
  readonly #numbers = new Vp8Descriptor();
  /** By source. */
  readonly #consumers = new Map<number, Consumer>();
  /** What has a transport-wide number. */
  readonly #sent = new SentPackets();
  readonly #pacer = new Pacer((one, now) => void this.#sendNow(one.bytes, one.wide, now, one.stream, one.sequence));
  /** What is sent right now was sent before. */
  #isAgain = false;
  readonly #prober = new Prober(this.bandwidth, (bytes, now) => this.#pad(bytes, now));
  /** What the browser has said of what it gets since it was last asked for, by source. */
  readonly #heard = new Map<number, Measured>();
  #missing: number | undefined;
  #padding = 0;
  /** Bytes that were sent again, less what may be by now. */
  #repaired = 0;
  #repairedAt: Instant = 0;
  /** Whether the browser sends transport-wide feedback. */
  #isHeard = false;
  #isOpen = false;
  #wide = 0;
  #reported: Instant = 0;
  #allocated: Instant = 0;
  /** The estimate by which it was last decided who gets what. */
  #shared = 0;
  /** Bits per second of what was decided. */
  #given = 0;

  constructor(transmit: (bytes: Buffer) => boolean, cname: string) {
    this.#transmit = transmit;
    this.#cname = cname;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get consumers(): ReadonlyMap<number, Consumer> {
    return this.#consumers;
  }

  add(consumer: Consumer, now: Instant): void {
    this.#consumers.set(consumer.stream.ssrc, consumer);
    if (this.#isOpen) consumer.update(now);
  }

  remove(consumer: Consumer): void {
    const { ssrc } = consumer.stream;
    if (!this.#consumers.delete(ssrc)) return;
    consumer.close();
    this.#transmit(bye([ssrc]));
  }

  send(bytes: Buffer, wide: number, now: Instant, stream?: OutgoingStream, sequence = 0): boolean {
    if (stream?.isPaced === true && this.#pacer.isPacing)
      return this.#pacer.offer({ bytes, wide, stream, sequence }, this.#isAgain, now);
    return this.#sendNow(bytes, wide, now, stream, sequence);
  }

  #sendNow(bytes: Buffer, wide: number, now: Instant, stream: OutgoingStream | undefined, sequence: number): boolean {
    this.#pacer.took(bytes.length + wayOctets);
    if (wide !== 0) {
      const number = (this.#wide + 1) & 0xffff;
      this.#wide = number;
      bytes[wide] = number >>> 8;
      bytes[wide + 1] = number;
      this.bandwidth.sent(number, bytes.length + wayOctets, now);
      this.#sent.add(number, stream, sequence);
    }
    stream?.left(sequence);
    return this.#transmit(bytes);
  }

  forget(stream: OutgoingStream): void {
    this.#pacer.forget(stream);
  }

  /** RTCP; receivers send nothing else. */
  receive(bytes: Buffer, now: Instant): void {
    for (const one of readRtcp(bytes)) this.#hear(one, now);
  }

  /** Whether there is a way: what is sent before is lost, and with it the picture with which something begins. */
  open(isOpen: boolean, now: Instant): void {
    this.#isOpen = isOpen;
    if (!isOpen) for (const { stream } of this.#consumers.values()) stream.choose(undefined);
    this.#allocated = now - allocateMs;
    this.tick(now);
  }

  /** To be called every 20 ms or so. */
  tick(now: Instant): void {
    if (!this.#isOpen) return;
    if (now - this.#allocated >= allocateMs) {
      this.#allocate(now);
    }
    this.#pacer.drain(now);
    this.#prober.tick(this.#missing, this.#pacer.delay > delayMs, now);
    this.#pace(now);
    if (now - this.#reported < reportMs) return;
    this.#reported = now;
    for (const { stream } of this.#consumers.values()) {
      const info = stream.info(now);
      if (info !== undefined) this.#transmit(Buffer.concat([senderReport(info), sourceDescription(stream.ssrc, this.#cname)]));
    }
  }

  /** What is spoken comes first; pictures share what is left. */
  #allocate(now: Instant): void {
    this.#allocated = now;
    const all = [...this.#consumers.values()];
    const spoken = all
      .filter(({ isVideo }) => !isVideo)
      .reduce((sum, { stream }) => sum + (stream.followed?.bitrate(now) ?? 0), 0);
    const videos = all.filter(({ isVideo }) => isVideo);
    const candidates = videos.map((consumer) => consumer.candidate(now));
    const { estimate } = this.bandwidth;
    const left = estimate - spoken;
    this.#shared = estimate;
    const { layers, missing } = allocate(candidates, left);
    this.#missing = missing;
    this.#given = candidates.reduce((sum, { bitrates }, at) => sum + (bitrates[Math.max(0, layers[at]!)] ?? 0), spoken);
    for (const [at, consumer] of videos.entries()) consumer.carry(layers[at]!, now, left * cutShare);
    for (const consumer of all) if (!consumer.isVideo) consumer.update(now);
  }

  /** How the sound arrives that goes to this receiver, as far as its browser has said since the last call. */
  heard(): readonly Measured[] {
    const sound = [...this.#heard].flatMap(([ssrc, measured]) =>
      this.#consumers.get(ssrc)?.isVideo === false ? [measured] : [],
    );
    this.#heard.clear();
    return sound;
  }

  /** RFC 3550 §6.4.1: the round trip is what is left of the time since our report without that for which it lay there. */
  #note({ ssrc, fractionLost, jitter, lastSr, delay }: ReportBlock, now: Instant): void {
    const consumer = this.#consumers.get(ssrc);
    if (consumer === undefined) return;
    const passed = (middle(ntpOf(now)) - lastSr - delay) | 0;
    this.#heard.set(ssrc, {
      loss: fractionLost / 256,
      jitterMs: (jitter / consumer.producer.published.codec.clockRate) * 1_000,
      roundTripMs: lastSr === 0 || passed < 0 ? undefined : passed / 65.536,
    });
  }

  /** What is lost to a full way is not to fill it once more. */
  #repair(stream: OutgoingStream, sequence: number, now: Instant, after: Milliseconds): void {
    const perMs = this.bandwidth.estimate / 8_000;
    this.#repaired = Math.max(0, this.#repaired - Math.max(0, now - this.#repairedAt) * perMs);
    this.#repairedAt = now;
    if (this.#repaired >= perMs * repairBurstMs || this.#pacer.repeats(stream, sequence)) return;
    this.#isAgain = true;
    this.#repaired += stream.repair(sequence, this.#packet, this.#numbers, now, after);
    this.#isAgain = false;
  }

  /** What is sent in any case does not wait for ever; and a try is made with what waits, before it is padded. */
  #pace(now: Instant): void {
    const { narrow } = this.bandwidth;
    this.#pacer.pace(narrow === undefined ? undefined : Math.max(narrow, this.#given, this.#prober.target ?? 0), now);
  }

  /** What is lost is known from this before anybody asks for it: the receiver of few pictures notices it with the next one. */
  #feedback(bytes: Buffer, now: Instant): void {
    this.#isHeard = true;
    const lost = this.bandwidth.feedback(readTransportFeedback(bytes), now);
    this.#pace(now);
    // What is too much is lost, until less is sent: that does not wait for its turn.
    if (this.bandwidth.estimate < this.#shared * fallShare) {
      this.#allocate(now);
      // That was of what is sent no more.
      this.#repaired = 0;
    }
    for (const wide of lost) {
      const stream = this.#sent.stream(wide);
      if (stream !== undefined) this.#repair(stream, this.#sent.sequence(wide), now, 0);
    }
  }

  /** Repeats what was sent of late, round about. */
  #pad(bytes: number, now: Instant): void {
    this.#padding += bytes;
    const streams = [...this.#consumers.values()].filter(({ isVideo }) => isVideo).map(({ stream }) => stream);
    for (let turn = 0; this.#padding > 0 && turn < 64; turn++) {
      const repeated = streams[turn % Math.max(1, streams.length)]?.repeatLate(turn, this.#packet, this.#numbers, now) ?? 0;
      if (repeated === 0) break;
      this.#padding -= repeated;
    }
    this.#padding = Math.min(this.#padding, 0);
  }

  #hear(one: Rtcp, now: Instant): void {
    switch (one.type) {
      case 'nack': {
        const stream = this.#consumers.get(one.ssrc)?.stream;
        const after = this.#isHeard ? repairHeardMs : repairMs;
        if (stream !== undefined) for (const sequence of one.sequences) this.#repair(stream, sequence, now, after);
        return;
      }
      case 'pli':
        return this.#consumers.get(one.ssrc)?.askPicture(now);
      case 'fir':
        for (const ssrc of one.ssrcs) this.#consumers.get(ssrc)?.askPicture(now);
        return;
      case 'transport':
        return this.#feedback(one.bytes, now);
      case 'remb':
        return this.bandwidth.limit(one.bitrate);
      // What of loss is said here, transport-wide feedback says better; people are told of it.
      case 'sr':
      case 'rr':
        for (const report of one.reports) this.#note(report, now);
        return;
      case 'bye':
        return;
      default:
        return one satisfies never;
    }
  }
}
