/**
 * One direction of a bridge: packets as they came, under one source with numbers that go on (RFC 3550 §7.1, a translator that makes one
 * source of several), and the reports that belong to them. Keys are put between them.
 */
import type { Instant, Milliseconds } from '@offhook/core';
import { IncomingStream } from '../router/incoming.ts';
import { mark, rewrite, RtpPacket, withoutExtensions } from '../rtp/packet.ts';
import type { Rtcp } from '../rtp/rtcp.ts';
import { receiverReport, senderReport, sourceDescription } from '../rtp/rtcp.ts';
import { ahead } from '../rtp/sequence.ts';
import { ntpOf } from '../rtp/time.ts';
import { Window } from '../srtp/window.ts';
import { eventOf, KeyPress } from './keys.ts';
import type { Way } from './sound.ts';

const reportMs: Milliseconds = 1_000;
const cname = 'phone';
/** Keys that wait for one another. */
const pressesMost = 64;
/** Another source is taken once nothing came of the one before for so long. */
const successorMs: Milliseconds = 200;

export interface RelayDeps {
  readonly random: (below: number) => number;
  /** Towards whom it goes; the bytes are not used afterwards. */
  readonly send: (bytes: Buffer) => boolean;
  readonly sendControl: (bytes: Buffer) => void;
  /** To whom it comes from. */
  readonly sendBack: (bytes: Buffer) => void;
  /** A key was pressed there. */
  readonly pressed: (digit: string) => void;
}

export class Relay {
  /** Under which the sound goes on. */
  readonly ssrc: number;
  readonly #deps: RelayDeps;
  readonly #packet = new RtpPacket();
  #from: Way | undefined;
  #to: Way | undefined;
  #isOpen = true;
  /** No number is ever sent twice: it would be encrypted by the same key stream (RFC 3711 §9.1). */
  readonly #sent = new Window();
  /** Something else was put in after this one, counted on beyond 65,535: what is older than that comes too late. */
  #floor: number | undefined;
  #stream: IncomingStream | undefined;
  #sequence: { readonly offset: number; last: number };
  #timestamp: { readonly offset: number; last: number; at: Instant };
  /** Of a key that comes in: when it began, there and as it goes on. */
  #key: { readonly began: number; readonly timestamp: number } | undefined;
  readonly #presses: KeyPress[] = [];
  #packets = 0;
  #octets = 0;
  #reported: Instant = 0;

  constructor(deps: RelayDeps) {
    this.#deps = deps;
    this.ssrc = 1 + deps.random(0xffff_fffe);
    this.#sequence = { offset: 0, last: deps.random(0x1_0000) };
    this.#timestamp = { offset: 0, last: deps.random(2 ** 32), at: 0 };
  }

  /** What comes, and as what it goes on; undefined: nothing does. */
  use(from: Way | undefined, to: Way | undefined): void {
    if (from?.codec !== this.#from?.codec) this.#stream = undefined;
    this.#from = from;
    this.#to = to;
  }

  /** Whether the other side is to be sent anything. */
  open(isOpen: boolean): void {
    this.#isOpen = isOpen;
  }

  /** RTP; the bytes are ours. */
  receive(bytes: Buffer, now: Instant): void {
    const [packet, from] = [this.#packet, this.#from];
    if (!packet.read(bytes) || from === undefined) return;
    const isKey = packet.payloadType === from.keys?.payloadType;
    const isOther = !isKey && packet.payloadType !== from.theirs.payloadType;
    // What is not passed on is no loss, of one who speaks.
    if (isOther && packet.ssrc !== this.#stream?.ssrc) return;
    const stream = this.#streamOf(packet, now);
    const beginnings = stream?.beginnings ?? 0;
    if (stream === undefined || !stream.receive(packet, now)) return;
    if (stream.beginnings > beginnings && beginnings > 0) this.#begin(packet, now);
    if (isOther) this.#closeUp();
    else if (isKey) this.#passKey(packet, now);
    else this.#pass(packet, now);
  }

  hear(one: Rtcp, now: Instant): void {
    if (one.type === 'sr' && one.sender.ssrc === this.#stream?.ssrc) this.#stream.hear(one.sender, now);
  }

  /** Presses a key for the other side. */
  press(digit: string): void {
    const event = eventOf(digit);
    if (event !== undefined && this.#to?.keys !== undefined && this.#presses.length < pressesMost)
      this.#presses.push(new KeyPress(event));
  }

  /** To be called every 20 ms. */
  tick(now: Instant): void {
    this.#tickKey(now);
    if (now - this.#reported < reportMs) return;
    this.#reported = now;
    const report = this.#stream?.report(now);
    if (report !== undefined)
      this.#deps.sendBack(Buffer.concat([receiverReport(this.ssrc, [report]), sourceDescription(this.ssrc, cname)]));
    if (this.#packets > 0) this.#tellTime(now);
  }

  /** Another source goes on where the one before has ended; undefined as long as that speaks. */
  #streamOf(packet: RtpPacket, now: Instant): IncomingStream | undefined {
    const { ssrc } = packet;
    if (this.#stream?.ssrc === ssrc) return this.#stream;
    if (this.#stream?.isActive(now, successorMs) === true) return undefined;
    this.#begin(packet, now);
    this.#key = undefined;
    return (this.#stream = new IncomingStream(ssrc, this.#from?.codec.clockRate ?? 8_000, 0, false));
  }

  /** What comes from now on follows what was sent last, whatever its numbers are. */
  #begin({ sequence, timestamp }: RtpPacket, now: Instant): void {
    const { last } = this.#sequence;
    this.#sequence = { offset: last + 1 - sequence, last };
    this.#timestamp = { ...this.#timestamp, offset: this.#next(now) - timestamp };
    this.#floor = this.#packets === 0 ? undefined : this.#sent.indexOf(last & 0xffff);
  }

  /** The timestamp of now, after what was sent last. */
  #next(now: Instant): number {
    const rate = this.#to?.codec.clockRate ?? 8_000;
    const passed = this.#timestamp.at === 0 ? 20 : now - this.#timestamp.at;
    return (this.#timestamp.last + Math.round((passed * rate) / 1_000)) >>> 0;
  }

  #pass(packet: RtpPacket, now: Instant): void {
    const to = this.#to;
    // A key that is being pressed takes the place of what is said (RFC 4733 §2.6.1.1).
    if (to === undefined) return;
    if (this.#presses.length > 0 || !this.#isOpen) return this.#closeUp();
    this.#transmit(packet, to.theirs.payloadType, (packet.timestamp + this.#timestamp.offset) >>> 0, now);
  }

  /** What is left out is no loss. */
  #closeUp(): void {
    this.#sequence = { offset: this.#sequence.offset - 1, last: this.#sequence.last };
  }

  #passKey(packet: RtpPacket, now: Instant): void {
    const { bytes, payloadStart, payloadLength, timestamp } = packet;
    if (payloadLength < 4) return;
    // What is said of a key before this one comes too late.
    if (this.#key !== undefined && ((timestamp - this.#key.began) | 0) < 0) return this.#closeUp();
    if (this.#key?.began !== timestamp) {
      this.#key = { began: timestamp, timestamp: this.#next(now) };
      const digit = '0123456789*#ABCD'[bytes[payloadStart] ?? 16];
      if (digit !== undefined) this.#deps.pressed(digit);
    }
    const [from, to] = [this.#from?.keys, this.#to?.keys];
    if (from === undefined || to === undefined) return;
    if (!this.#isOpen) return this.#closeUp();
    if (from.clockRate !== to.clockRate) {
      const duration = (bytes.readUInt16BE(payloadStart + 2) * to.clockRate) / from.clockRate;
      bytes.writeUInt16BE(Math.min(65_535, Math.round(duration)), payloadStart + 2);
    }
    this.#transmit(packet, to.payloadType, this.#key.timestamp, now);
  }

  /** Header extensions have the ids of one side alone. */
  #transmit(packet: RtpPacket, payloadType: number, timestamp: number, now: Instant): void {
    const sequence = (packet.sequence + this.#sequence.offset) & 0xffff;
    if (!this.#isNew(sequence)) return;
    const bytes = packet.isExtended ? withoutExtensions(packet) : packet.bytes;
    rewrite(bytes, payloadType, sequence, timestamp, this.ssrc);
    if (ahead(sequence, this.#sequence.last & 0xffff) > 0) {
      this.#sequence.last = sequence;
      this.#timestamp.last = timestamp;
      this.#timestamp.at = now;
    }
    this.#count(packet.payloadLength);
    this.#deps.send(bytes);
  }

  #isNew(sequence: number): boolean {
    const index = this.#sent.indexOf(sequence);
    if ((this.#floor !== undefined && index <= this.#floor) || this.#sent.has(index)) return false;
    this.#sent.add(index);
    return true;
  }

  #tickKey(now: Instant): void {
    const [press] = this.#presses;
    const keys = this.#to?.keys;
    if (press === undefined) return;
    if (keys === undefined || !this.#isOpen) return void this.#presses.splice(0);
    press.timestamp ??= this.#next(now);
    for (const { payload, isFirst } of press.tick(keys.clockRate)) {
      const bytes = Buffer.alloc(12 + payload.length);
      bytes[0] = 0x80;
      this.#sequence = { offset: this.#sequence.offset + 1, last: (this.#sequence.last + 1) & 0xffff };
      this.#isNew(this.#sequence.last);
      this.#floor = this.#sent.indexOf(this.#sequence.last);
      rewrite(bytes, keys.payloadType, this.#sequence.last, press.timestamp, this.ssrc);
      mark(bytes, isFirst);
      payload.copy(bytes, 12);
      this.#count(payload.length);
      this.#deps.send(bytes);
    }
    if (press.isOver) this.#presses.shift();
  }

  #count(octets: number): void {
    this.#packets = (this.#packets + 1) >>> 0;
    this.#octets = (this.#octets + octets) >>> 0;
  }

  #tellTime(now: Instant): void {
    const { seconds, fraction } = ntpOf(now);
    const [ssrc, packets, octets] = [this.ssrc, this.#packets, this.#octets];
    const info = { ssrc, ntpSeconds: seconds, ntpFraction: fraction, timestamp: this.#next(now), packets, octets };
    this.#deps.sendControl(Buffer.concat([senderReport(info), sourceDescription(ssrc, cname)]));
  }
}
