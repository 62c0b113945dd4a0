/** One medium of a publisher, in one encoding or several, and who gets it. Here every packet passes to every receiver. */
import type { Instant, Milliseconds } from '@offhook/core';
import { extensionIds } from '../negotiation/codecs.ts';
import type { Published } from '../negotiation/publish.ts';
import { DependencyDescriptor } from '../rtp/dependency.ts';
import type { LayerReader } from '../rtp/layers.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { wayOctets } from '../rtp/packet.ts';
import { KeyReader } from '../rtp/key-reader.ts';
import { Unpacked } from './unpacked.ts';
import { keyframeTests } from '../rtp/payload.ts';
import type { KeyframeTest } from '../rtp/payload.ts';
import { Vp8Descriptor } from '../rtp/vp8.ts';
import { Vp9Descriptor } from '../rtp/vp9.ts';
import type { IncomingStream } from './incoming.ts';
import { LayerRates } from './layer-rates.ts';
import type { LayerStep } from './layer-rates.ts';
import type { Consumer } from './consumer.ts';
import type { Measured } from './quality.ts';

const silence = 127;
/** Whoever is silent sends a packet every 400 ms at least (DTX, RFC 7587 §3.1.3); whoever sends none is silent as well. */
const levelMs: Milliseconds = 600;

export class Producer {
  readonly published: Published;
  /** Those of which packets came, from the smallest encoding. */
  streams: readonly IncomingStream[] = [];
  /** Of the last packet. */
  #level: number | undefined;
  readonly #consumers: Consumer[] = [];
  readonly #askPicture: (stream: IncomingStream, now: Instant) => void;
  readonly #isKeyframe: KeyframeTest | undefined;
  readonly #numbers: Vp8Descriptor | undefined;
  readonly #unpacked: Unpacked | undefined;
  readonly #keys: KeyReader = new KeyReader();
  readonly #reader: LayerReader | undefined;
  /** Of all layers, or of those of the smallest encoding. */
  readonly #rates = new LayerRates();
  /** Its layers are sizes of one picture, too (SVC). */
  readonly #isSvc: boolean;
  /** Something of it has said of which layer it is. */
  #isLayered: boolean;
  #closed = false;
  /** What had come when it was measured last, or when it began. */
  #measured: { readonly at: Instant; readonly octets: number } | undefined;

  constructor(published: Published, askPicture: (stream: IncomingStream, now: Instant) => void) {
    this.published = published;
    this.#askPicture = askPicture;
    const name = published.codec.name.toLowerCase();
    this.#isKeyframe = keyframeTests[name];
    this.#numbers = name === 'vp8' ? new Vp8Descriptor() : undefined;
    this.#isSvc = name !== 'vp8' && published.encodings.length === 1;
    this.#reader = this.#numbers ?? (this.#isSvc ? readerOf(name, published) : undefined);
    this.#isLayered = name === 'vp9' && this.#isSvc;
    this.#unpacked = published.red === undefined ? undefined : new Unpacked(published.source.payloadType);
  }

  get consumers(): readonly Consumer[] {
    return this.#consumers;
  }

  /** How many of its encodings anybody may be fed from, from the smallest. */
  get watched(): number {
    return this.#consumers.reduce((most, { watches }) => Math.max(most, watches), 0);
  }

  /** By which somebody gets more of a source with several layers (SVC); undefined where it is none. */
  layerSteps(now: Instant): readonly LayerStep[] | undefined {
    return this.#isSvc && this.#isLayered ? this.#rates.steps(now) : undefined;
  }

  /** The same of the smallest encoding, whose layers are rates of pictures alone; empty where it has none. */
  smallestSteps(now: Instant): readonly LayerStep[] {
    return !this.#isSvc && this.#isLayered ? this.#rates.steps(now) : none;
  }

  /** An encoding begins. */
  open(stream: IncomingStream, now: Instant): IncomingStream {
    this.#measured ??= { at: now, octets: 0 };
    this.streams = [...this.streams, stream].toSorted((a, b) => a.layer - b.layer);
    for (const consumer of this.#consumers) consumer.streamOpened(now);
    return stream;
  }

  /** What follows of the same encoding comes from another source. */
  end(stream: IncomingStream): void {
    this.streams = this.streams.filter((one) => one !== stream);
    for (const consumer of this.#consumers) if (consumer.stream.chosen === stream) consumer.stream.choose(undefined);
  }

  receive(stream: IncomingStream, packet: RtpPacket, now: Instant): void {
    const { bytes, payloadStart, payloadEnd } = packet;
    if (!stream.receive(packet, now)) return;
    const fresh = this.#isKeyframe === undefined || this.#isKeyframe(bytes, payloadStart, payloadEnd);
    if (this.published.kind === 'audio') this.#hear(packet);
    const reader = this.#reader;
    if (reader !== undefined) {
      const isRead = reader.readPacket(packet);
      this.#isLayered ||= this.#numbers === undefined ? isRead : this.#numbers.isLayered;
      if (this.#isLayered && !isRead) {
        // Padding, or nothing that can be told apart: to nobody.
        for (const consumer of this.#consumers) consumer.stream.leaveOut(stream, packet.sequence, now);
        return;
      }
      if (this.#isLayered && (this.#isSvc || stream === this.streams[0]))
        this.#rates.add(reader, bytes.length + wayOctets, now);
    }
    const layers = this.#isLayered ? reader : undefined;
    const wide = packet.extensionAt(extensionIds.transportSequence, 2);
    // Not by an iterator: this is done for every packet.
    for (let at = 0; at < this.#consumers.length; at++)
      this.#consumers[at]!.stream.forward(stream, packet, fresh, wide, this.#numbers, now, false, layers);
  }

  /** Redundant audio (RFC 2198): as it is to those who take it, unpacked to the others. False: it has no form. */
  receiveRed(stream: IncomingStream, packet: RtpPacket, now: Instant): boolean {
    const unpacked = this.#unpacked;
    if (unpacked?.read(packet) !== true) return false;
    const gap = stream.gapBefore(packet.sequence);
    if (!stream.receive(packet, now)) return true;
    this.#hear(packet);
    const wide = packet.extensionAt(extensionIds.transportSequence, 2);
    // What came before and was lost first, so that numbers go up.
    for (let ago = Math.min(gap, unpacked.count); ago >= 0; ago--)
      if (unpacked.take(ago)) this.#forwardUnpacked(stream, unpacked.packet, wide, now);
    for (const consumer of this.#consumers)
      if (consumer.stream.takesRed) consumer.stream.forward(stream, packet, true, wide, undefined, now, true);
    return true;
  }

  /** Of a key (RFC 4733), which nobody is sent: the one that was pressed, where that is news. */
  receiveKey(stream: IncomingStream, packet: RtpPacket, now: Instant): string | undefined {
    if (!stream.receive(packet, now)) return undefined;
    for (const consumer of this.#consumers) consumer.stream.blank(stream, packet.sequence, now);
    return this.#keys.read(packet, now);
  }

  #forwardUnpacked(stream: IncomingStream, packet: RtpPacket, wide: number, now: Instant): void {
    for (const consumer of this.#consumers)
      if (!consumer.stream.takesRed) consumer.stream.forward(stream, packet, true, wide, undefined, now);
  }

  /** A whole picture of this encoding is needed: by somebody who begins with it, or who has lost too much. */
  askPicture(stream: IncomingStream, now: Instant): void {
    if (this.published.kind === 'video' && !this.#closed) this.#askPicture(stream, now);
  }

  /**
   * From 0 (loudest) to 127 (silence) -dBov, as its last packet says (RFC 6464), unless that was long ago; undefined where the publisher does not
   * say it.
   */
  level(now: Instant): number | undefined {
    if (this.#level === undefined) return undefined;
    return this.streams.some((stream) => stream.isActive(now, levelMs)) ? this.#level : silence;
  }

  add(consumer: Consumer): void {
    this.#consumers.push(consumer);
  }

  remove(consumer: Consumer): void {
    const at = this.#consumers.indexOf(consumer);
    if (at !== -1) this.#consumers.splice(at, 1);
  }

  /** Its consumers hear of it. */
  close(): void {
    this.#closed = true;
    for (const consumer of this.#consumers.slice()) consumer.producerClosed();
  }

  /** How it has come in since the last call, each encoding that is sent; undefined where too little came to tell. */
  measure(now: Instant): { readonly bitrate: number; readonly encodings: readonly Measured[] } | undefined {
    const before = this.#measured;
    const octets = this.streams.reduce((sum, stream) => sum + stream.octets, 0);
    this.#measured = { at: now, octets };
    const encodings = this.streams.flatMap((stream): Measured[] => {
      const loss = stream.isActive(now) ? stream.loss() : undefined;
      return loss === undefined ? [] : [{ loss, jitterMs: stream.jitter, roundTripMs: undefined }];
    });
    if (encodings.length === 0 || before === undefined || now <= before.at) return undefined;
    // One that has ended meanwhile counts no more.
    return { bitrate: (Math.max(0, octets - before.octets) * 8_000) / (now - before.at), encodings };
  }

  #hear(packet: RtpPacket): void {
    const at = packet.extensionAt(extensionIds.audioLevel);
    if (at !== 0) this.#level = packet.bytes[at]! & 0x7f;
  }
}

const none: readonly LayerStep[] = [];

/** Of several sizes in one encoding; undefined where its packets do not say of which they are. */
function readerOf(codec: string, { extensions }: Published): LayerReader | undefined {
  if (codec === 'vp9') return new Vp9Descriptor();
  const { dependency } = extensionIds;
  return codec === 'av1' && extensions.includes(dependency) ? new DependencyDescriptor(dependency) : undefined;
}
