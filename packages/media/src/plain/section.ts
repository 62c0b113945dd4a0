/** One section of a leg of plain RTP: what comes by its ports, and the one stream that goes there. */
import type { Instant } from '@offhook/core';
import type { Dropped } from '../dropped.ts';
import { mixedIn } from '../mixing/messages.ts';
import type { MixedCodec } from '../mixing/messages.ts';
import type { PlainSection } from '../negotiation/plain.ts';
import { Consumer } from '../router/consumer.ts';
import type { Producer } from '../router/producer.ts';
import { Publisher } from '../router/publisher.ts';
import type { PublisherOptions } from '../router/publisher.ts';
import { Subscriber } from '../router/subscriber.ts';
import { isRtcp, RtpPacket, withoutExtensions } from '../rtp/packet.ts';
import { kindOf, readRtcp, receiverReport, sourceDescription } from '../rtp/rtcp.ts';
import type { StreamRef } from '../subscribe-side.ts';
import { UdpTransport } from '../transport/udp.ts';
import type { UdpDeps, UdpOptions } from '../transport/udp.ts';
import type { TransportState } from '../transport/webrtc.ts';

/** RFC 4585 §6.2.1. */
const nackFormat = 1;

/** By what a mix goes to the other side. */
export interface MixWay {
  readonly codec: MixedCodec;
  readonly payloadType: number;
  readonly send: (bytes: Buffer) => void;
}

export interface SectionDeps extends UdpDeps, PublisherOptions {
  readonly dropped?: Dropped | undefined;
  /** From which address the other side has said what it does; undefined: nobody knows. */
  readonly from?: string | undefined;
  readonly onState: (state: TransportState) => void;
  /** What was carried is published no more. */
  readonly onFree: () => void;
}

export class LegSection {
  readonly section: PlainSection;
  readonly publisher: Publisher | undefined;
  readonly subscriber: Subscriber | undefined;
  readonly #deps: SectionDeps;
  readonly #ssrc: number;
  readonly #cname: string;
  readonly #packet = new RtpPacket();
  /** No number of a source is ever encrypted twice, so that none is used again. */
  readonly #used = new Set<number>();
  #transport: UdpTransport | undefined;
  #carries: { readonly stream: StreamRef; readonly consumer: Consumer } | undefined;

  private constructor(section: PlainSection, deps: SectionDeps) {
    this.section = section;
    this.#deps = deps;
    this.#ssrc = this.#freeSsrc();
    this.#cname = String(deps.random(2 ** 32));
    if (section.published !== undefined) {
      this.publisher = new Publisher((bytes) => void this.#control(bytes), { ...deps, ssrc: this.#ssrc });
      this.publisher.publish([section.published]);
    }
    if (section.receives) this.subscriber = new Subscriber((bytes) => this.#transmit(bytes), this.#cname);
  }

  /** @throws NoPortError */
  static async open(options: UdpOptions, section: PlainSection, deps: SectionDeps): Promise<LegSection> {
    const opened = new LegSection(section, deps);
    opened.#transport = await UdpTransport.open(options, { ...section, from: deps.from }, deps, {
      onPacket: (bytes) => opened.#receive(bytes, deps.clock()),
      onState: deps.onState,
    });
    return opened;
  }

  get transport(): UdpTransport {
    if (this.#transport === undefined) throw new Error('used before it was opened');
    return this.#transport;
  }

  get carries(): StreamRef | undefined {
    return this.#carries?.stream;
  }

  get producer(): Producer | undefined {
    return this.#carries?.consumer.producer;
  }

  /** How a mix is sent there, if it can be. */
  get mixed(): MixWay | undefined {
    if (!this.section.receives) return undefined;
    for (const { ours, theirs } of this.section.shared) {
      const codec = mixedIn(ours.name);
      if (codec === undefined) continue;
      const send = (bytes: Buffer): void => {
        if (isRtcp(bytes)) this.transport.sendControl(bytes);
        else this.transport.send(bytes);
      };
      return { codec, payloadType: theirs.payloadType, send };
    }
    return undefined;
  }

  /** Whether the other side reads this codec. */
  takes({ published: { codec } }: Producer): boolean {
    return this.subscriber !== undefined && this.section.shared.some(({ ours }) => ours === codec);
  }

  carry(stream: StreamRef, producer: Producer): void {
    const { subscriber } = this;
    const { codec } = producer.published;
    const theirs = this.section.shared.find(({ ours }) => ours === codec)?.theirs;
    if (subscriber === undefined || theirs === undefined) throw new Error('it cannot be read there');
    const { random, clock } = this.#deps;
    const consumer = new Consumer(
      producer,
      {
        ssrc: this.#freeSsrc(),
        payloadType: theirs.payloadType,
        clockRate: codec.clockRate,
        sequence: random(0x1_0000),
        timestamp: random(2 ** 32),
        retransmission: undefined,
      },
      // Numbers of transport-wide feedback are for browsers.
      { isOpen: true, send: (bytes, _wide, now) => subscriber.send(bytes, 0, now) },
      () => {
        this.free();
        this.#deps.onFree();
      },
    );
    consumer.takesLayers = false;
    this.#carries = { stream, consumer };
    subscriber.add(consumer, clock());
  }

  /** Nothing goes there any more. */
  free(): void {
    if (this.#carries !== undefined) this.subscriber?.remove(this.#carries.consumer);
    this.#carries = undefined;
  }

  tick(now: Instant): void {
    const { subscriber, transport } = this;
    transport.tick(now);
    this.publisher?.tick(now);
    if (subscriber?.isOpen === false && transport.target !== undefined) subscriber.open(true, now);
    subscriber?.tick(now);
  }

  close(): void {
    this.free();
    this.publisher?.publish([]);
    this.#transport?.close();
  }

  #receive(bytes: Buffer, now: Instant): void {
    if (!isRtcp(bytes)) return this.publisher?.receive(bytes, now);
    this.publisher?.receive(bytes, now);
    this.subscriber?.receive(bytes, now);
    for (const one of readRtcp(bytes)) if (one.type === 'bye' && this.#isOfTheirs(one.ssrcs)) this.transport.ended();
  }

  #isOfTheirs(ssrcs: readonly number[]): boolean {
    if (this.publisher === undefined) return true;
    const streams = [...this.publisher.producers.values()].flatMap((producer) => producer.streams);
    return streams.some(({ ssrc }) => ssrcs.includes(ssrc));
  }

  #transmit(bytes: Buffer): boolean {
    return isRtcp(bytes) ? this.#control(bytes) : this.transport.send(this.#mapped(bytes));
  }

  /** Header extensions have the ids of browsers: those that the other side reads get its own, and without any the rest is left out. */
  #mapped(bytes: Buffer): Buffer {
    const packet = this.#packet;
    if (!packet.read(bytes) || !packet.isExtended) return bytes;
    const { towards } = this.section;
    if (!towards.some((id, ours) => id !== 0 && packet.extensionAt(ours) !== 0)) return withoutExtensions(packet);
    const copy = Buffer.from(bytes);
    packet.read(copy);
    packet.renumberExtensions(towards);
    return copy;
  }

  /** RTCP that begins with a report and names its sender (RFC 3550 §6.1), as not everybody takes less (RFC 5506). */
  #control(bytes: Buffer): boolean {
    const { type, format } = kindOf(bytes);
    if (type === 'sr') return this.transport.sendControl(bytes);
    // Asking for packets and pictures is for those who have said that they hear it (RFC 4585 §4.2).
    const feedback = this.section.published?.source.feedback ?? [];
    if (type === 'transport' && !(format === nackFormat && feedback.includes('nack'))) return false;
    if (type === 'payload' && !feedback.includes('nack pli')) return false;
    const name = sourceDescription(this.#ssrc, this.#cname);
    const all = type === 'rr' ? [bytes, name] : [receiverReport(this.#ssrc, []), name, bytes];
    return this.transport.sendControl(Buffer.concat(all));
  }

  #freeSsrc(): number {
    for (;;) {
      const ssrc = 1 + this.#deps.random(0xffff_fffe);
      if (this.#used.has(ssrc)) continue;
      this.#used.add(ssrc);
      return ssrc;
    }
  }
}
