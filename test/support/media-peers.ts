/** People in a session who are no browsers: they publish made packets, and say of what they get what a browser would say. */
import { isRtcp, RtpPacket } from '../../packages/media/src/rtp/packet.ts';
import { readRtcp, receiverReport, senderReport } from '../../packages/media/src/rtp/rtcp.ts';
import { Unwrapped } from '../../packages/media/src/rtp/sequence.ts';
import { ntpOf } from '../../packages/media/src/rtp/time.ts';
import { ArrivalLog } from '../../packages/media/src/rtp/transport-feedback.ts';
import { IncomingStream } from '../../packages/media/src/router/incoming.ts';
import { WebRtcTransport } from '../../packages/media/src/transport/webrtc.ts';
import type { TransportState, WebRtcOptions } from '../../packages/media/src/transport/webrtc.ts';
import { publishing, readAnswer, readOffer, receiving, video } from './media-descriptions.ts';

/** Bytes of a packet. */
const size = 1_200;
const packetsPerPicture = 8;
const ownSsrc = 1;
const reportMs = 1_000;

/** Header of one video packet, with extensions of one byte each (RFC 8285 §4.2) and the numbers of VP8 (RFC 7741 §4.2). */
function template(ssrc: number): Buffer {
  const bytes = Buffer.alloc(size, 0x55);
  bytes.set([0x90, video.payloadType]);
  bytes.writeUInt32BE(ssrc, 8);
  // Two words: transport-wide sequence number (id 3), mid (id 4).
  bytes.set([0xbe, 0xde, 0, 2, 0x31, 0, 0, 0x40, 0x30, 0, 0, 0], 12);
  return bytes;
}
const [wideAt, payloadAt] = [17, 24];

export class MediaPublisher {
  readonly #transport: WebRtcTransport;
  readonly #ssrc: number;
  readonly #packet: Buffer;
  #sequence = 0;
  #wide = 0;
  #picture = 0;
  #timestamp = 0;
  #isKeyNext = true;
  #reported = 0;

  constructor(ssrc: number, options: WebRtcOptions) {
    this.#ssrc = ssrc;
    this.#packet = template(ssrc);
    this.#transport = WebRtcTransport.offering(options, {
      onPacket: (bytes) => this.#hear(bytes),
      onState: () => {},
    });
  }

  get offer(): string {
    return publishing(this.#ssrc, this.#transport.local);
  }

  connect(answer: string): void {
    this.#transport.connect(readAnswer(answer));
  }

  get state(): TransportState {
    return this.#transport.state;
  }

  /** The next packets. False where there is no way (yet). */
  send(packets: number, now: number): boolean {
    if (this.#transport.state !== 'connected') return false;
    for (let n = 0; n < packets; n++) this.#sendOne(now);
    if (now - this.#reported < reportMs) return true;
    this.#reported = now;
    const { seconds, fraction } = ntpOf(now);
    const sender = { ssrc: this.#ssrc, ntpSeconds: seconds, ntpFraction: fraction, timestamp: this.#timestamp };
    return this.#transport.send(senderReport({ ...sender, packets: this.#sequence, octets: 0 }));
  }

  /** Whatever it is, over the connection. */
  sendAsItIs(bytes: Buffer): boolean {
    return this.#transport.send(bytes);
  }

  close(): void {
    this.#transport.close();
  }

  #sendOne(now: number): void {
    const bytes = this.#packet;
    const first = this.#sequence % packetsPerPicture === 0;
    if (first) {
      this.#picture = (this.#picture + 1) & 0x7fff;
      this.#timestamp = Math.round(now * 90) % 2 ** 32;
    }
    const key = first && this.#isKeyNext;
    if (key) this.#isKeyNext = false;
    const last = (this.#sequence + 1) % packetsPerPicture === 0;
    bytes[1] = video.payloadType | (last ? 0x80 : 0);
    bytes.writeUInt16BE(this.#sequence & 0xffff, 2);
    bytes.writeUInt32BE(this.#timestamp, 4);
    bytes.writeUInt16BE(this.#wide, wideAt);
    bytes.set(
      [first ? 0x90 : 0x80, 0xc0, 0x80 | (this.#picture >> 8), this.#picture & 0xff, this.#picture & 0xff, key ? 0 : 1],
      payloadAt,
    );
    this.#wide = (this.#wide + 1) & 0xffff;
    this.#sequence = (this.#sequence + 1) % 2 ** 32;
    this.#transport.send(bytes);
  }

  #hear(bytes: Buffer): void {
    if (!isRtcp(bytes)) return;
    for (const one of readRtcp(bytes)) if (one.type === 'pli' || one.type === 'fir') this.#isKeyNext = true;
  }
}

export interface Got {
  /** Sources of which something came. */
  readonly sources: number;
  readonly packets: number;
  /** Numbers that were left out between the first and the last one. */
  readonly lost: number;
}

class Source {
  readonly stream: IncomingStream;
  readonly #unwrapped = new Unwrapped();
  #first: number | undefined;
  #last = 0;
  #packets = 0;

  constructor(ssrc: number) {
    this.stream = new IncomingStream(ssrc, video.clockRate, 0, false);
  }

  count(packet: RtpPacket, now: number): void {
    this.stream.receive(packet, now);
    const number = this.#unwrapped.of(packet.sequence);
    this.#first ??= number;
    if (number > this.#last) this.#last = number;
    this.#packets++;
  }

  /** Since the last call. */
  take(): { readonly packets: number; readonly lost: number } {
    const packets = this.#packets;
    const lost = this.#first === undefined ? 0 : this.#last - this.#first + 1 - packets;
    this.#packets = 0;
    this.#first = packets === 0 ? undefined : this.#last + 1;
    return { packets, lost };
  }
}

export class MediaReceiver {
  readonly #transport: WebRtcTransport;
  readonly #arrivals = new ArrivalLog();
  readonly #sources = new Map<number, Source>();
  readonly #packet = new RtpPacket();
  readonly #clock: () => number;
  readonly #payloadTypes: ReadonlySet<number>;
  readonly #wide: number;
  readonly #answer: string;
  #reported = 0;

  constructor(offer: string, options: WebRtcOptions, clock: () => number) {
    const { transport, wide, payloadTypes } = readOffer(offer);
    this.#clock = clock;
    this.#wide = wide;
    this.#payloadTypes = payloadTypes;
    this.#transport = WebRtcTransport.answering(transport, options, {
      onPacket: (bytes) => this.#receive(bytes),
      onState: () => {},
    });
    this.#answer = receiving(offer, this.#transport.local);
  }

  get answer(): string {
    return this.#answer;
  }

  get state(): TransportState {
    return this.#transport.state;
  }

  /** To be called every 50 ms: says what arrived. */
  tick(): void {
    const now = this.#clock();
    const [media] = this.#sources.keys();
    if (media === undefined) return;
    const feedback = this.#arrivals.take(ownSsrc, media);
    if (feedback !== undefined) this.#transport.send(feedback);
    if (now - this.#reported < reportMs) return;
    this.#reported = now;
    const reports = [...this.#sources.values()].flatMap(({ stream }) => stream.report(now) ?? []);
    this.#transport.send(receiverReport(ownSsrc, reports.slice(0, 31)));
  }

  /** What came since the last call. */
  take(): Got {
    const all = [...this.#sources.values()].map((source) => source.take());
    return {
      sources: all.filter(({ packets }) => packets > 0).length,
      packets: all.reduce((sum, { packets }) => sum + packets, 0),
      lost: all.reduce((sum, { lost }) => sum + lost, 0),
    };
  }

  close(): void {
    this.#transport.close();
  }

  #receive(bytes: Buffer): void {
    const packet = this.#packet;
    if (isRtcp(bytes) || !packet.read(bytes)) return;
    const now = this.#clock();
    const wide = packet.extensionAt(this.#wide);
    if (wide !== 0) this.#arrivals.add(bytes.readUInt16BE(wide), now);
    if (!this.#payloadTypes.has(packet.payloadType)) return;
    let source = this.#sources.get(packet.ssrc);
    if (source === undefined) {
      source = new Source(packet.ssrc);
      this.#sources.set(packet.ssrc, source);
    }
    source.count(packet, now);
  }
}
