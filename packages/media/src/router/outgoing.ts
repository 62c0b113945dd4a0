/**
 * What one receiver gets of one producer: one source of its own, whichever encoding it is fed from. A change of encoding, which waits for
 * a picture that can be decoded alone, goes on in sequence numbers, timestamps and picture ids, so that no receiver notices it.
 *
 *                         choose(layer)                    keyframe of it
 *      follows layer a ───────────────────▶ waits for b ───────────────────▶ follows layer b
 *                        choose(a) takes it back; meanwhile a goes on
 */
import type { Instant, Milliseconds } from '@offhook/core';
import type { LayeredPacket } from '../rtp/layers.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { mark, rewrite } from '../rtp/packet.ts';
import type { Vp8Descriptor } from '../rtp/vp8.ts';
import type { SenderInfo } from '../rtp/rtcp.ts';
import { ahead } from '../rtp/sequence.ts';
import { ntpOf } from '../rtp/time.ts';
import { Closed } from './closed.ts';
import { gapMost } from './incoming.ts';
import type { IncomingStream } from './incoming.ts';
import { LayerFilter } from './layer-filter.ts';
import { remembered, Remembered } from './remembered.ts';

/** Where packets go: the transport of a receiver. */
export interface Sink {
  /**
   * Sends it, or keeps a copy of it that waits: the bytes may be changed afterwards. `wide`: where the transport-wide sequence number is
   * written; 0: nowhere. `stream` misses it under this number if it is lost; undefined: nobody does.
   */
  send(bytes: Buffer, wide: number, now: Instant, stream?: OutgoingStream, sequence?: number): boolean;
  /** What waits of it is not sent. Absent: nothing waits; else the stream is told of each packet once it has left. */
  forget?(stream: OutgoingStream): void;
}

export interface OutgoingOptions {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly clockRate: number;
  /** Of redundant audio; without, it gets what that has in it. */
  readonly red?: number | undefined;
  /** Source and payload type of retransmissions (RFC 4588), where there are any. */
  readonly retransmission: { readonly ssrc: number; readonly payloadType: number; readonly sequence: number } | undefined;
  /** The first sequence number, at random (RFC 3550 §5.1). */
  readonly sequence: number;
  readonly timestamp: number;
}

/** How often one packet is sent again because it was asked for. */
const repairsMost = 10;
/** Each time it takes so much longer until the next one: what was lost again and again is lost to a way that is full. */
const laterMs: Milliseconds = 20;

export class OutgoingStream {
  readonly ssrc: number;
  readonly #options: OutgoingOptions;
  readonly #sink: Sink;
  readonly #sent: Remembered | undefined;
  /** Of a source with several layers, once something of it came: which of them are sent. */
  #layers: { readonly filter: LayerFilter; readonly closed: Closed } | undefined;
  #aim = { spatial: Number.POSITIVE_INFINITY, temporal: Number.POSITIVE_INFINITY };
  #followed: IncomingStream | undefined;
  #chosen: IncomingStream | undefined;
  /** Added to numbers of the followed one. */
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #pictureOffset = 0;
  #baseOffset = 0;
  /** The first sequence number of the followed one that was sent, or the oldest that may still come: what is older belongs to nothing here. */
  #from = 0;
  /** The number under which it began here, with a whole picture: nothing from before is needed for it. */
  #begun = 0;
  /** Which of its beginnings is followed. */
  #beginning = 0;
  #lastSequence: number;
  /** The highest number that has left: what was to follow it, and is dropped while it waits, leaves no gap. */
  #lastLeft: number;
  #lastTimestamp: number;
  #lastPicture = 0;
  /** The number, by its source, of the last picture of which something was left out. */
  #leftOutPicture: number | undefined;
  #lastBase = 0;
  #lastAt: Instant = 0;
  #repeatSequence: number;
  /** Whether the payloads have numbers of pictures. */
  #pictured = false;
  #packets = 0;
  #octets = 0;

  constructor(options: OutgoingOptions, sink: Sink) {
    this.ssrc = options.ssrc;
    this.#options = options;
    this.#sink = sink;
    this.#lastSequence = (options.sequence - 1) & 0xffff;
    this.#lastLeft = this.#lastSequence;
    this.#lastTimestamp = options.timestamp;
    this.#repeatSequence = options.retransmission?.sequence ?? 0;
    this.#sent = options.retransmission === undefined ? undefined : new Remembered();
  }

  /** What it is fed from now, and will be after the next keyframe. */
  get followed(): IncomingStream | undefined {
    return this.#followed;
  }

  get chosen(): IncomingStream | undefined {
    return this.#chosen;
  }

  /** Whether it needs a keyframe of what was chosen. */
  get isWaiting(): boolean {
    return this.#chosen !== this.#followed && this.#chosen !== undefined;
  }

  /** The layers that are sent; undefined where nothing is, or it has none. */
  get filter(): LayerFilter | undefined {
    return this.#followed === undefined ? undefined : this.#layers?.filter;
  }

  /** The highest layers that are to be sent, of a source that has some. */
  aim(spatial: number, temporal: number): void {
    this.#aim = { spatial, temporal };
    if (this.#layers !== undefined) this.#aimed(this.#layers.filter);
  }

  /** Whether redundant audio is sent as it is. */
  get takesRed(): boolean {
    return this.#options.red !== undefined;
  }

  /** undefined: nothing is sent; what is sent afterwards begins with a keyframe. */
  choose(stream: IncomingStream | undefined): void {
    this.#chosen = stream;
    if (stream === undefined) this.#followed = undefined;
  }

  /** `fresh`: decoding may begin with this packet. `wide`: where it has a transport-wide number, or 0. `numbers`: those of VP8, if it is that. `isRed`: of a receiver that takes redundant audio. `layers`: of which it is, of a source with several. */
  forward(
    stream: IncomingStream,
    packet: RtpPacket,
    fresh: boolean,
    wide: number,
    numbers: Vp8Descriptor | undefined,
    now: Instant,
    isRed = false,
    layers?: LayeredPacket,
  ): void {
    if (!this.#isFollowed(stream)) {
      if (stream !== this.#chosen || !fresh) return;
      this.#follow(stream, packet, numbers, now);
    } else if (this.#isBefore(packet.sequence)) return;
    const { bytes } = packet;
    const closed = layers === undefined ? 0 : this.#close(packet, layers, numbers, now);
    if (closed === -1) return;
    const pictures = layers === undefined ? 0 : this.#layers!.closed.pictures;
    const sequence = (packet.sequence + this.#sequenceOffset - closed) & 0xffff;
    const timestamp = (packet.timestamp + this.#timestampOffset) >>> 0;
    rewrite(bytes, isRed ? this.#options.red! : this.#options.payloadType, sequence, timestamp, this.ssrc);
    const marker = packet.marker || (layers !== undefined && this.#layers!.filter.ends(layers));
    if (layers !== undefined) mark(bytes, marker);
    if (ahead(sequence, this.#lastSequence) > 0) {
      this.#lastSequence = sequence;
      this.#lastTimestamp = timestamp;
      // Numbers come again after 65,536 packets.
      if (ahead(sequence, this.#begun) > remembered) this.#begun = (sequence - remembered) & 0xffff;
      this.#lastAt = now;
    }
    const picture = ((numbers?.picture ?? 0) + this.#pictureOffset - pictures) & 0x7fff;
    const base = ((numbers?.base ?? 0) + this.#baseOffset) & 0xff;
    if (numbers !== undefined) {
      numbers.write(bytes, picture, base);
      this.#lastPicture = picture;
      this.#lastBase = base;
    }
    this.#sent?.remember(stream, packet.sequence, sequence, timestamp, picture, base, wide, marker);
    this.#packets++;
    this.#octets += packet.payloadLength;
    if (this.#sink.forget === undefined) this.left(sequence);
    this.#sink.send(bytes, wide, now, this, sequence);
  }

  /**
   * Sends again what a receiver has lost, where that can still be seen, and as often as one may ask for it: whoever asks over and over costs no
   * more. `after`: not before so long since the last time. Its bytes, 0 where nothing is sent.
   */
  repair(sequence: number, packet: RtpPacket, numbers: Vp8Descriptor, now: Instant, after: Milliseconds = 0): number {
    const sent = this.#sent;
    const slot = sequence % remembered;
    if (sent === undefined || sent.own[slot] !== sequence || !this.isCurrent(sequence)) return 0;
    const repairs = sent.repairs[slot]!;
    if (repairs >= repairsMost || now - sent.repairedAt[slot]! < Math.max(after, repairs * laterMs)) return 0;
    sent.repairs[slot] = repairs + 1;
    sent.repairedAt[slot] = now;
    return this.repeat(sequence, packet, numbers, now, this) ? packet.bytes.length : 0;
  }

  /**
   * Sends a packet again (RFC 4588 §4): as it was, with its sequence number before the payload. `missing`: whoever misses it. False where it is
   * not kept any more.
   */
  repeat(sequence: number, packet: RtpPacket, numbers: Vp8Descriptor, now: Instant, missing?: OutgoingStream): boolean {
    const { retransmission } = this.#options;
    const sent = this.#sent;
    const slot = sequence % remembered;
    if (sent === undefined || retransmission === undefined || sent.own[slot] !== sequence) return false;
    const original = sent.from[slot]?.kept(sent.source[slot]!);
    if (original === undefined || !packet.read(original)) return false;
    const { payloadStart, payloadEnd } = packet;
    const again = Buffer.allocUnsafe(payloadEnd + 2);
    original.copy(again, 0, 0, payloadStart);
    again.writeUInt16BE(sequence, payloadStart);
    original.copy(again, payloadStart + 2, payloadStart, payloadEnd);
    // Padding is not repeated.
    again[0] = again[0]! & ~0x20;
    this.#repeatSequence = (this.#repeatSequence + 1) & 0xffff;
    rewrite(again, retransmission.payloadType, this.#repeatSequence, sent.timestamp[slot]!, retransmission.ssrc);
    mark(again, sent.marker[slot] === 1);
    if (this.#pictured) {
      numbers.read(again, payloadStart + 2, again.length);
      numbers.write(again, sent.picture[slot]!, sent.base[slot]!);
    }
    return this.#sink.send(again, sent.wide[slot]!, now, missing, sequence);
  }

  /** Sends again what was sent so many packets ago; its bytes, 0 where there is nothing. */
  repeatLate(ago: number, packet: RtpPacket, numbers: Vp8Descriptor, now: Instant): number {
    const before = this.#packets;
    if (before === 0) return 0;
    return this.repeat((this.#lastSequence - (ago % Math.min(before, 32))) & 0xffff, packet, numbers, now)
      ? packet.bytes.length
      : 0;
  }

  /** Whether its packets may wait: those that are worth sending again. */
  get isPaced(): boolean {
    return this.#sent !== undefined;
  }

  /** Whether a packet that has waited is of what is still sent. */
  isCurrent(sequence: number): boolean {
    return !this.isLeft && ahead(sequence, this.#begun) >= 0;
  }

  /** The packet of this number is on its way. */
  left(sequence: number): void {
    if (ahead(sequence, this.#lastLeft) > 0) this.#lastLeft = sequence;
  }

  /** For a sender report (RFC 3550 §6.4.1); undefined before the first packet. */
  info(now: Instant): SenderInfo | undefined {
    if (this.#packets === 0) return undefined;
    const ntp = ntpOf(now);
    const since = Math.round(((now - this.#lastAt) / 1_000) * this.#options.clockRate);
    return {
      ssrc: this.ssrc,
      ntpSeconds: ntp.seconds,
      ntpFraction: ntp.fraction,
      timestamp: (this.#lastTimestamp + since) >>> 0,
      packets: this.#packets >>> 0,
      octets: this.#octets >>> 0,
    };
  }

  get packets(): number {
    return this.#packets;
  }

  /** Nothing of what was sent last goes on: it is cut off, or something smaller, which begins with a whole picture, is on its way. */
  get isLeft(): boolean {
    return this.#followed === undefined || (this.isWaiting && this.#chosen!.layer < this.#followed.layer);
  }

  #follow(stream: IncomingStream, packet: RtpPacket, numbers: Vp8Descriptor | undefined, now: Instant): void {
    this.#sink.forget?.(this);
    this.#lastSequence = this.#lastLeft;
    const next = (this.#lastSequence + 1) & 0xffff;
    this.#sequenceOffset = (next - packet.sequence) & 0xffff;
    this.#timestampOffset = (this.#continued(stream, packet.timestamp, now) - packet.timestamp) | 0;
    this.#from = packet.sequence;
    this.#begun = next;
    this.#beginning = stream.beginnings;
    this.#pictured = numbers !== undefined;
    this.#pictureOffset = this.#lastPicture + 1 - (numbers?.picture ?? 0);
    this.#baseOffset = this.#lastBase + 1 - (numbers?.base ?? 0);
    this.#followed = stream;
    this.#leftOutPicture = undefined;
    this.#layers?.filter.begin();
    this.#layers?.closed.begin();
  }

  /** One that begins anew, with other numbers, is followed no more, but as another one from a whole picture on. */
  #isFollowed(stream: IncomingStream): boolean {
    if (stream !== this.#followed) return false;
    if (stream.beginnings !== this.#beginning) this.#followed = undefined;
    return this.#followed !== undefined;
  }

  /** Whether it is older than what was sent first. That moves on, as numbers come again after 65,536 packets. */
  #isBefore(sequence: number): boolean {
    const further = ahead(sequence, this.#from);
    if (further > gapMost) this.#from = (sequence - gapMost) & 0xffff;
    return further < 0;
  }

  #aimed(filter: LayerFilter): void {
    filter.spatialMost = this.#aim.spatial;
    filter.temporalMost = this.#aim.temporal;
  }

  /** A packet of a source with layers is not sent: those after it close up. */
  leaveOut(stream: IncomingStream, sequence: number, now: Instant): void {
    const closed = this.#isFollowed(stream) ? this.#layers?.closed : undefined;
    if (closed === undefined || this.#isBefore(sequence)) return;
    if (!closed.isLate(sequence)) return closed.leaveOut(sequence);
    const less = closed.late(sequence);
    if (less !== -1) this.#fill((sequence + this.#sequenceOffset - less) & 0xffff, now);
  }

  /** Keeps the place of a packet that is not for receivers, so that they miss nothing. */
  blank(stream: IncomingStream, sequence: number, now: Instant): void {
    if (this.#isFollowed(stream) && !this.#isBefore(sequence)) this.#fill((sequence + this.#sequenceOffset) & 0xffff, now);
  }

  /** How much less the number of a packet is, as others were left out before it; -1: it is left out itself. */
  #close(packet: RtpPacket, layers: LayeredPacket, numbers: Vp8Descriptor | undefined, now: Instant): number {
    if (this.#layers === undefined) {
      this.#layers = { filter: new LayerFilter(), closed: new Closed() };
      this.#aimed(this.#layers.filter);
    }
    const { filter, closed } = this.#layers;
    const { sequence } = packet;
    if (closed.isLate(sequence)) {
      const less = closed.late(sequence);
      if (less === -1 || filter.passesLate(layers)) return less;
      this.#fill((sequence + this.#sequenceOffset - less) & 0xffff, now);
      return -1;
    }
    if (filter.passes(layers)) return closed.sent(sequence);
    closed.leaveOut(sequence, numbers?.picture !== this.#leftOutPicture);
    this.#leftOutPicture = numbers?.picture;
    return -1;
  }

  /** Sends nothing under a number that nothing else has: else its receiver would ask for it in vain (RFC 3550 §5.1: padding alone). */
  #fill(sequence: number, now: Instant): void {
    const nothing = Buffer.alloc(13);
    nothing[0] = 0xa0;
    nothing[12] = 1;
    // It may be the highest number of all, where only what is left out came after it.
    if (ahead(sequence, this.#lastSequence) > 0) this.#lastSequence = sequence;
    this.left(sequence);
    rewrite(nothing, this.#options.payloadType, sequence, this.#lastTimestamp, this.ssrc);
    this.#sink.send(nothing, 0, now);
  }

  /** The timestamp with which another stream goes on: as much later as it was captured later, where that is known. */
  #continued(stream: IncomingStream, timestamp: number, now: Instant): number {
    if (this.#packets === 0) return this.#lastTimestamp;
    const { clockRate } = this.#options;
    const before = this.#followed?.capturedAt((this.#lastTimestamp - this.#timestampOffset) >>> 0);
    const captured = stream.capturedAt(timestamp);
    const known = before === undefined || captured === undefined ? undefined : captured - before;
    const passed = now - this.#lastAt;
    const later = known !== undefined && known > 0 && known < passed + 1_000 ? known : passed;
    return (this.#lastTimestamp + Math.max(1, Math.round((later / 1_000) * clockRate))) >>> 0;
  }
}
