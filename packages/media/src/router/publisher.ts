/**
 * The side of a participant that publishes: one transport, from which packets come, and what is said back to the browser: what was lost,
 * what arrived when, and that a whole picture is needed.
 */
import type { Instant, Milliseconds } from '@offhook/core';
import type { Published, PublishedEncoding } from '../negotiation/publish.ts';
import { extensionIds } from '../negotiation/codecs.ts';
import { isRtcp, RtpPacket } from '../rtp/packet.ts';
import { maximumBitrate, nack, pictureLoss, readRtcp, receiverReport } from '../rtp/rtcp.ts';
import { ArrivalLog } from '../rtp/transport-feedback.ts';
import { Dropping } from './dropping.ts';
import type { DroppingOptions } from './dropping.ts';
import { IncomingStream } from './incoming.ts';
import { Producer } from './producer.ts';

/** What a publisher's browser is told under: no source of ours is ever sent to it. */
const usualSsrc = 1;
/** Sources of one transport: what comes beyond them is dropped. */
const sourcesMost = 64;
/** How often a picture is asked for at most, per encoding. */
const pictureMs: Milliseconds = 500;
/** Chromium forgets what is asked of any of the encodings of a source so soon after it was asked (`kMinKeyframeSendIntervalMs` of libwebrtc). */
const deafMs: Milliseconds = 300;
const reportMs: Milliseconds = 1_000;
/** How often it is told what arrived when; libwebrtc does it as often. */
const feedbackMs: Milliseconds = 100;
/** Where any source is taken, the next one is once nothing came of the one before for so long. */
const successorMs: Milliseconds = 200;

/** What a packet says of where it belongs (RFC 8843 §9.2, RFC 8852 §3). */
interface Names {
  readonly mid: string;
  readonly rid: string | undefined;
  readonly repeats: boolean;
}

interface Route {
  readonly producer: Producer;
  readonly stream: IncomingStream;
  /** These are retransmissions of the stream's packets. */
  readonly repeats: boolean;
}

export interface PublisherCounters {
  /** Bytes that were no packet, sources that nobody announced, payload types that were not agreed on. */
  malformed: number;
  unknown: number;
  /** More than was allowed. */
  excess: number;
}

export interface PublisherOptions extends DroppingOptions {
  /** A key of a telephone was pressed. */
  readonly onKey?: ((digit: string) => void) | undefined;
  /** The source under which the publisher is told what came. */
  readonly ssrc?: number | undefined;
  /** Where it is counted what is dropped, together with that of others; absent: by itself. */
  readonly dropped?: PublisherCounters | undefined;
}

export class Publisher {
  readonly counters: PublisherCounters;
  readonly #send: (bytes: Buffer) => void;
  readonly #ssrc: number;
  readonly #onKey: PublisherOptions['onKey'];
  readonly #dropping: Dropping;
  readonly #packet = new RtpPacket();
  readonly #routes = new Map<number, Route>();
  /** What sources said of themselves: a browser that was heard says it no more, also when it uses a section again that was free. */
  readonly #names = new Map<number, Names>();
  readonly #producers = new Map<string, Producer>();
  readonly #arrivals = new ArrivalLog();
  /** When a picture was last asked for, and whether another one is needed. */
  readonly #pictures = new Map<IncomingStream, { readonly producer: Producer; asked: Instant; isNeeded: boolean }>();
  #roundTrip: Milliseconds = 100;
  #reported: Instant = 0;
  #toldAt: Instant = 0;

  constructor(send: (bytes: Buffer) => void, options: PublisherOptions) {
    this.counters = options.dropped ?? { malformed: 0, unknown: 0, excess: 0 };
    this.#send = send;
    this.#ssrc = options.ssrc ?? usualSsrc;
    this.#onKey = options.onKey;
    this.#dropping = new Dropping(options);
  }

  get producers(): ReadonlyMap<string, Producer> {
    return this.#producers;
  }

  /** What is published from now on; the producers that are new, and those that are no more. */
  publish(published: readonly Published[]): { readonly opened: readonly Producer[]; readonly closed: readonly Producer[] } {
    const mids = new Set(published.map(({ mid }) => mid));
    const closed = [...this.#producers.values()].filter(({ published: { mid } }) => !mids.has(mid));
    for (const producer of closed) this.#forget(producer);
    const opened: Producer[] = [];
    for (const one of published) {
      const before = this.#producers.get(one.mid);
      if (before !== undefined && sameSource(before.published, one)) continue;
      if (before !== undefined) {
        this.#forget(before);
        closed.push(before);
      }
      const producer = new Producer(one, (stream, now) => this.#askPicture(producer, stream, now));
      this.#producers.set(one.mid, producer);
      this.#dropping.open(producer);
      opened.push(producer);
    }
    return { opened, closed };
  }

  receive(bytes: Buffer, now: Instant): void {
    if (isRtcp(bytes)) return this.#receiveRtcp(bytes, now);
    const packet = this.#packet;
    if (!packet.read(bytes)) {
      this.counters.malformed++;
      return;
    }
    const route = this.#routes.get(packet.ssrc) ?? this.#routeOf(packet, now);
    if (route === undefined) {
      this.counters.unknown++;
      return;
    }
    const { producer, stream, repeats } = route;
    // Nor is its arrival told: to its browser it is lost, which makes it send less.
    if (!this.#dropping.takes(producer, bytes.length, now)) {
      this.counters.excess++;
      return;
    }
    packet.renumberExtensions(producer.published.extensions);
    const wide = packet.extensionAt(extensionIds.transportSequence, 2);
    if (wide !== 0) this.#arrivals.add(bytes.readUInt16BE(wide), now);
    if (repeats && !restore(packet, stream.ssrc, producer.published.source.payloadType)) return;
    const { source, red, keys } = producer.published;
    if (packet.payloadType === source.payloadType) producer.receive(stream, packet, now);
    else if (packet.payloadType === red) {
      if (!producer.receiveRed(stream, packet, now)) this.counters.malformed++;
    } else if (packet.payloadType === keys?.payloadType) {
      const digit = producer.receiveKey(stream, packet, now);
      if (digit !== undefined) this.#onKey?.(digit);
    } else this.counters.unknown++;
  }

  /** To be called every 20 ms or so: asks for what was lost, and tells what arrived. */
  tick(now: Instant): void {
    if (now - this.#toldAt >= feedbackMs) {
      this.#toldAt = now;
      const feedback = this.#arrivals.take(this.#ssrc, this.#routes.keys().next().value ?? 0);
      if (feedback !== undefined) this.#send(feedback);
    }
    this.#askPictures(now);
    for (const stream of this.#streams()) {
      const lost = stream.due(now, this.#roundTrip);
      if (lost.length > 0) this.#send(nack(this.#ssrc, stream.ssrc, lost));
    }
    if (now - this.#reported < reportMs) return;
    this.#reported = now;
    const reports = this.#streams().flatMap((stream) => stream.report(now) ?? []);
    if (reports.length > 0) this.#send(receiverReport(this.#ssrc, reports.slice(0, 31)));
    const most = this.#dropping.advice(now);
    const ssrcs = this.#limited();
    if (ssrcs.length > 0) this.#send(maximumBitrate(this.#ssrc, most, ssrcs));
  }

  #receiveRtcp(bytes: Buffer, now: Instant): void {
    for (const one of readRtcp(bytes)) if (one.type === 'sr') this.#routes.get(one.sender.ssrc)?.stream.hear(one.sender, now);
  }

  /** Sources of those who take advice (draft-alvestrand-rmcat-remb). */
  #limited(): readonly number[] {
    const able = [...this.#producers.values()].filter(({ published }) => published.source.feedback.includes('goog-remb'));
    return able.flatMap(({ streams }) => streams.map(({ ssrc }) => ssrc));
  }

  #streams(): readonly IncomingStream[] {
    return [...this.#producers.values()].flatMap(({ streams }) => streams);
  }

  /** A source that was not here before: announced by its number, or by the names of its section and its encoding (RFC 8843 §9.2). */
  #routeOf(packet: RtpPacket, now: Instant): Route | undefined {
    if (this.#routes.size >= sourcesMost) return this.#refused(packet, now);
    for (const producer of this.#producers.values()) {
      const { published } = producer;
      const said = namesIn(packet, published.extensions);
      const place = encodingOf(packet.ssrc, published, said ?? this.#names.get(packet.ssrc));
      if (place === undefined) continue;
      const { layer, repeats } = place;
      let known = producer.streams.find((stream) => stream.layer === layer);
      if (known !== undefined && published.encodings[layer]?.any === true) {
        if (known.isActive(now, successorMs)) return this.#refused(packet, now);
        this.#end(producer, known);
        known = undefined;
      }
      // A retransmission can only be of something that was here.
      if (repeats && known === undefined) return undefined;
      const stream =
        known ??
        producer.open(new IncomingStream(packet.ssrc, published.codec.clockRate, layer, published.kind === 'video'), now);
      if (!repeats && stream.ssrc !== packet.ssrc) return this.#refused(packet, now);
      const route = { producer, stream, repeats };
      this.#routes.set(packet.ssrc, route);
      if (said !== undefined) this.#learn(packet.ssrc, said);
      return route;
    }
    return this.#refused(packet, now);
  }

  #learn(ssrc: number, names: Names): void {
    const [oldest] = this.#names.keys();
    if (this.#names.size >= 2 * sourcesMost && oldest !== undefined) this.#names.delete(oldest);
    this.#names.set(ssrc, names);
  }

  #refused({ ssrc }: RtpPacket, now: Instant): undefined {
    this.#dropping.foreign(ssrc, now);
  }

  /** Another source goes on where this one has ended. */
  #end(producer: Producer, stream: IncomingStream): void {
    for (const [ssrc, route] of this.#routes) if (route.stream === stream) this.#routes.delete(ssrc);
    this.#pictures.delete(stream);
    producer.end(stream);
  }

  #forget(producer: Producer): void {
    this.#producers.delete(producer.published.mid);
    const ssrcs = [...this.#routes].flatMap(([ssrc, route]) => (route.producer === producer ? [ssrc] : []));
    for (const ssrc of ssrcs) this.#routes.delete(ssrc);
    this.#dropping.close(producer, ssrcs);
    for (const stream of producer.streams) this.#pictures.delete(stream);
    producer.close();
  }

  /** At once, or when it may be asked for again. */
  #askPicture(producer: Producer, stream: IncomingStream, now: Instant): void {
    const known = this.#pictures.get(stream);
    this.#pictures.set(stream, { producer, asked: known?.asked ?? now - pictureMs, isNeeded: true });
    this.#askPictures(now);
  }

  #askPictures(now: Instant): void {
    for (const [stream, picture] of this.#pictures) {
      if (!picture.isNeeded || now - picture.asked < pictureMs || this.#isDeaf(picture.producer, now)) continue;
      picture.asked = now;
      picture.isNeeded = false;
      this.#send(pictureLoss(this.#ssrc, stream.ssrc));
    }
  }

  #isDeaf(asked: Producer, now: Instant): boolean {
    return asked.streams.some((stream) => {
      const picture = this.#pictures.get(stream);
      return picture !== undefined && now - picture.asked < deafMs;
    });
  }
}

function sameSource(a: Published, b: Published): boolean {
  const same = (one: PublishedEncoding, at: number): boolean => {
    const other = b.encodings[at];
    return one.rid === other?.rid && one.ssrc === other?.ssrc;
  };
  return (
    a.codec === b.codec &&
    a.source.payloadType === b.source.payloadType &&
    a.red === b.red &&
    a.keys?.payloadType === b.keys?.payloadType &&
    a.encodings.length === b.encodings.length &&
    a.encodings.every(same)
  );
}

/** Its extensions still have the ids of the publisher. */
function namesIn(packet: RtpPacket, extensions: Uint8Array): Names | undefined {
  const text = (id: number): string | undefined => packet.extensionText(extensions.indexOf(id));
  const mid = text(extensionIds.mid);
  const repaired = text(extensionIds.repairedRid);
  return mid === undefined ? undefined : { mid, rid: repaired ?? text(extensionIds.rid), repeats: repaired !== undefined };
}

/** Which encoding of a section a source is. */
function encodingOf(
  ssrc: number,
  { mid, encodings }: Published,
  names: Names | undefined,
): { readonly layer: number; readonly repeats: boolean } | undefined {
  for (const [layer, { ssrc: announced, retransmissionSsrc, any }] of encodings.entries()) {
    if (ssrc === announced || any === true) return { layer, repeats: false };
    if (ssrc === retransmissionSsrc) return { layer, repeats: true };
  }
  if (names?.mid !== mid) return undefined;
  const layer = encodings.length === 1 && names.rid === undefined ? 0 : encodings.findIndex(({ rid }) => rid === names.rid);
  return layer === -1 ? undefined : { layer, repeats: names.repeats };
}

/** Makes of a retransmission the packet that was lost (RFC 4588 §4). False where it has none in it. */
function restore(packet: RtpPacket, ssrc: number, payloadType: number): boolean {
  const { bytes, payloadStart, payloadEnd } = packet;
  if (payloadEnd - payloadStart < 2) return false;
  const sequence = bytes.readUInt16BE(payloadStart);
  bytes.copyWithin(2, 0, payloadStart);
  const restored = bytes.subarray(2, payloadEnd);
  restored[0] = restored[0]! & ~0x20;
  restored[1] = (restored[1]! & 0x80) | payloadType;
  restored.writeUInt16BE(sequence, 2);
  restored.writeUInt32BE(ssrc, 8);
  return packet.read(restored);
}
