/**
 * One direction of a bridge: packets as they came, or in another codec where the sides share none, under one source with numbers that go on
 * (RFC 3550 §7.1, a translator that makes one source of several), and the reports that belong to them. Keys are put between them, and noise
 * where somebody has told of silence.
 */
import type { Instant, Milliseconds } from '@offhook/core';
import { IncomingStream } from '../router/incoming.ts';
import { mark, rewrite, RtpPacket, withoutExtensions } from '../rtp/packet.ts';
import type { Rtcp } from '../rtp/rtcp.ts';
import { receiverReport, senderReport, sourceDescription } from '../rtp/rtcp.ts';
import { ahead } from '../rtp/sequence.ts';
import { ntpOf } from '../rtp/time.ts';
import { Window } from '../srtp/window.ts';
import { spokenAs } from '../transcoding/messages.ts';
import type { Frame } from '../transcoding/messages.ts';
import type { Transcoder } from '../transcoding/transcoder.ts';
import { eventOf, KeyPress } from './keys.ts';
import { compand } from '../mixing/compand.ts';
import type { Music, MusicFrame } from './music.ts';
import { ComfortNoise, lawOf } from './noise.ts';
import type { Way } from './sound.ts';

const reportMs: Milliseconds = 1_000;
const cname = 'phone';
/** Keys that wait for one another. */
const pressesMost = 64;
/** Another source is taken once nothing came of the one before for so long. */
const successorMs: Milliseconds = 200;
const nothing = new Uint8Array();

export interface RelayDeps {
  readonly random: (below: number) => number;
  /** Towards whom it goes; the bytes are not used afterwards. */
  readonly send: (bytes: Buffer) => boolean;
  readonly sendControl: (bytes: Buffer) => void;
  /** To whom it comes from. */
  readonly sendBack: (bytes: Buffer) => void;
  /** A key was pressed there. */
  readonly pressed: (digit: string) => void;
  readonly transcoder: Transcoder;
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
  /** What goes on in another codec: its number, and its time; undefined until something of it goes. */
  #recoded: { readonly stream: number; offset: number | undefined } | undefined;
  #noise: ComfortNoise | undefined;
  /** In the place of what comes; `offset`: of its time. */
  #music: { readonly music: Music; offset: number | undefined } | undefined;
  #heardAt: Instant = 0;
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
    if (from?.codec !== this.#from?.codec || to?.codec !== this.#to?.codec) {
      this.#stream = undefined;
      this.#forget();
    }
    this.#from = from;
    this.#to = to;
  }

  /** Music is told in the place of what comes; undefined: no longer. */
  play(music: Music | undefined): void {
    // Neither what was said before it goes on, nor it itself afterwards.
    this.#forget();
    this.#stream = undefined;
    this.#music = music && { music, offset: undefined };
  }

  close(): void {
    this.#forget();
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
    this.#heardAt = now;
    if (this.#music !== undefined && !isKey) return this.#closeUp();
    const isNoise = packet.payloadType === from.noise?.payloadType;
    if (isNoise) this.#hush(packet, now);
    else if (!isOther) this.#noise = undefined;
    if (this.#isRecoded) this.#recode(packet, !isOther && !isKey);
    if (isOther) this.#closeUp();
    else if (isKey) this.#passKey(packet, now);
    else if (!this.#isRecoded) this.#pass(packet, now);
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
    this.#tickNoise(now);
    for (const frame of this.#music?.music.tick(now) ?? []) this.#sing(frame, now);
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
    this.#forget();
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

  get #isRecoded(): boolean {
    return this.#to !== undefined && this.#music === undefined && this.#from?.codec !== this.#to.codec;
  }

  /** What was said so far has nothing to do with what comes. */
  #forget(): void {
    if (this.#recoded !== undefined) this.#deps.transcoder.close(this.#recoded.stream);
    this.#recoded = undefined;
    this.#noise = undefined;
  }

  /** Each number is told of, so that nothing is waited for. */
  #recode({ sequence, timestamp, bytes, payloadStart, payloadEnd }: RtpPacket, isSound: boolean): void {
    const isSaid = isSound && this.#isOpen && this.#presses.length === 0;
    this.#say(sequence, timestamp, isSaid ? bytes.subarray(payloadStart, payloadEnd) : nothing);
  }

  #say(sequence: number | undefined, timestamp: number, payload: Uint8Array): void {
    const { transcoder } = this.#deps;
    const from = this.#music === undefined ? spokenAs(this.#from?.codec.name ?? '') : 'pcmu';
    const to = spokenAs(this.#to?.codec.name ?? '');
    if (from === undefined || to === undefined) return;
    this.#recoded ??= { stream: transcoder.open(from, to, (frame) => this.#told(frame)), offset: undefined };
    // A copy: of a part of something larger all would be handed over.
    transcoder.say({ stream: this.#recoded.stream, sequence, timestamp, payload: new Uint8Array(payload) }, this.#heardAt);
  }

  #told({ stream, at, payload, isFirst }: Frame): void {
    const [to, recoded] = [this.#to, this.#recoded];
    if (to === undefined || recoded?.stream !== stream || !this.#isOpen || this.#presses.length > 0) return;
    recoded.offset ??= this.#next(this.#heardAt) - at;
    const timestamp = (recoded.offset + at) >>> 0;
    this.#emit(payload, to.theirs.payloadType, timestamp, isFirst);
    this.#timestamp.last = timestamp;
    this.#timestamp.at = this.#heardAt;
  }

  /** Somebody is silent, and says how that sounds. */
  #hush({ bytes, payloadStart, payloadEnd, timestamp }: RtpPacket, now: Instant): void {
    const law = lawOf(this.#from?.codec.name);
    if (law !== undefined) this.#noise = new ComfortNoise(law, bytes.subarray(payloadStart, payloadEnd), timestamp, now);
  }

  #tickNoise(now: Instant): void {
    const [noise, to] = [this.#noise?.tick(now), this.#to];
    if (noise === undefined || to === undefined || !this.#isOpen || this.#presses.length > 0) return;
    if (this.#isRecoded) return this.#say(undefined, noise.timestamp, noise.payload);
    const timestamp = (noise.timestamp + this.#timestamp.offset) >>> 0;
    this.#emit(noise.payload, to.theirs.payloadType, timestamp, false);
    this.#timestamp.last = timestamp;
    this.#timestamp.at = now;
  }

  #sing({ n, samples }: MusicFrame, now: Instant): void {
    const [to, music] = [this.#to, this.#music];
    if (to === undefined || music === undefined || !this.#isOpen || this.#presses.length > 0) return;
    this.#heardAt = now;
    const law = lawOf(to.codec.name);
    const payload = Uint8Array.from(samples, (sample) => compand(sample / 32_768, law ?? 'mu'));
    if (law === undefined) return this.#say(undefined, n * samples.length, payload);
    music.offset ??= this.#next(now) - n * samples.length;
    const timestamp = (music.offset + n * samples.length) >>> 0;
    this.#emit(payload, to.theirs.payloadType, timestamp, false);
    this.#timestamp.last = timestamp;
    this.#timestamp.at = now;
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
    if (!this.#isRecoded) return this.#transmit(packet, to.payloadType, this.#key.timestamp, now);
    this.#emit(bytes.subarray(payloadStart, packet.payloadEnd), to.payloadType, this.#key.timestamp, packet.marker);
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
    for (const { payload, isFirst } of press.tick(keys.clockRate))
      this.#emit(payload, keys.payloadType, press.timestamp, isFirst);
    if (press.isOver) this.#presses.shift();
  }

  /** Something of ours, after what was sent last. */
  #emit(payload: Uint8Array, payloadType: number, timestamp: number, isMarked: boolean): void {
    const bytes = Buffer.alloc(12 + payload.length);
    bytes[0] = 0x80;
    this.#sequence = { offset: this.#sequence.offset + 1, last: (this.#sequence.last + 1) & 0xffff };
    this.#isNew(this.#sequence.last);
    this.#floor = this.#sent.indexOf(this.#sequence.last);
    rewrite(bytes, payloadType, this.#sequence.last, timestamp, this.ssrc);
    mark(bytes, isMarked);
    bytes.set(payload, 12);
    this.#count(payload.length);
    this.#deps.send(bytes);
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
