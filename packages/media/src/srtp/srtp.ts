/** Secure RTP (RFC 3711): what one side sends under its key, and what it takes of the other one. */
import { sessionKeys } from './keys.ts';
import type { SessionKeys } from './keys.ts';
import { Protection } from './protection.ts';
import type { MasterKey } from './suites.ts';
import { Window } from './window.ts';

/** Sources that one side has at once: more are none that anybody means. */
const sourcesMost = 64;
/** RFC 3711 §9.2: no key serves for more packets. */
const indexMost = 2 ** 48 - 1;
const controlIndexMost = 2 ** 31 - 1;
const controlHeader = 8;

/** As derived from a master key, or as a standard's own vectors give them. */
export interface Keys {
  readonly rtp: SessionKeys;
  readonly rtcp: SessionKeys;
}

function derivedFrom(master: MasterKey): Keys {
  return { rtp: sessionKeys(master, 'rtp'), rtcp: sessionKeys(master, 'rtcp') };
}

/** Bytes of an RTP packet that stay in the clear: header, contributing sources, header extension; 0 where it is none. */
function clearOf(packet: Buffer): number {
  if (packet.length < 12 || packet[0]! >> 6 !== 2) return 0;
  const sources = 12 + (packet[0]! & 0x0f) * 4;
  if ((packet[0]! & 0x10) === 0) return sources <= packet.length ? sources : 0;
  if (sources + 4 > packet.length) return 0;
  const extended = sources + 4 + packet.readUInt16BE(sources + 2) * 4;
  return extended <= packet.length ? extended : 0;
}

export class SrtpSender {
  readonly #rtp: Protection;
  readonly #rtcp: Protection;
  readonly #sources = new Map<number, Window>();
  #control = 0;

  constructor({ suite, ...master }: MasterKey, keys: Keys = derivedFrom({ suite, ...master })) {
    this.#rtp = new Protection(suite, keys.rtp, suite.tagLength);
    this.#rtcp = new Protection(suite, keys.rtcp, suite.controlTagLength);
  }

  /** Undefined for what is no packet, or has a number that was used: nothing is encrypted twice under one number. */
  rtp(packet: Buffer): Buffer | undefined {
    const clear = clearOf(packet);
    if (clear === 0) return undefined;
    const ssrc = packet.readUInt32BE(8);
    const known = this.#sources.get(ssrc);
    const source = known ?? new Window();
    if (known === undefined) keep(this.#sources, ssrc, source);
    const index = source.indexOf(packet.readUInt16BE(2));
    if (source.has(index) || index > indexMost) return undefined;
    source.add(index);
    return this.#rtp.sealRtp(packet, clear, ssrc, index);
  }

  rtcp(packet: Buffer): Buffer | undefined {
    if (packet.length < controlHeader || this.#control > controlIndexMost) return undefined;
    return this.#rtcp.sealRtcp(packet, controlHeader, packet.readUInt32BE(4), this.#control++);
  }
}

/** What became of a packet: its bytes, or why it is not taken. */
export type Opened = Buffer | 'malformed' | 'forged' | 'replayed';

export class SrtpReceiver {
  readonly #rtp: Protection;
  readonly #rtcp: Protection;
  /** Of those of whom something genuine came. */
  readonly #sources = new Map<number, Window>();
  readonly #control = new Map<number, Window>();

  constructor({ suite, ...master }: MasterKey, keys: Keys = derivedFrom({ suite, ...master })) {
    this.#rtp = new Protection(suite, keys.rtp, suite.tagLength);
    this.#rtcp = new Protection(suite, keys.rtcp, suite.controlTagLength);
  }

  rtp(packet: Buffer): Opened {
    const clear = clearOf(packet);
    if (clear === 0) return 'malformed';
    const ssrc = packet.readUInt32BE(8);
    const known = this.#sources.get(ssrc);
    const source = known ?? new Window();
    const index = source.indexOf(packet.readUInt16BE(2));
    if (source.has(index)) return 'replayed';
    const opened = this.#rtp.openRtp(packet, clear, ssrc, index);
    if (opened === undefined) return 'forged';
    if (known === undefined) keep(this.#sources, ssrc, source);
    source.add(index);
    return opened;
  }

  rtcp(packet: Buffer): Opened {
    const { length } = packet;
    if (length < controlHeader + this.#rtcp.tagLength + 4 || packet[0]! >> 6 !== 2) return 'malformed';
    const word = packet.readUInt32BE(this.#rtcp.isTagLast ? length - this.#rtcp.tagLength - 4 : length - 4);
    // What is not encrypted (E is 0) was not agreed on.
    if (word < 0x8000_0000) return 'malformed';
    const index = word - 0x8000_0000;
    const ssrc = packet.readUInt32BE(4);
    const known = this.#control.get(ssrc);
    const source = known ?? new Window();
    if (source.has(index)) return 'replayed';
    const opened = this.#rtcp.openRtcp(packet, controlHeader, ssrc, index);
    if (opened === undefined) return 'forged';
    if (known === undefined) keep(this.#control, ssrc, source);
    source.add(index);
    return opened;
  }
}

/** The oldest one makes room; sources of ours are never used again, and whoever has the other side's key may repeat itself. */
function keep(sources: Map<number, Window>, ssrc: number, source: Window): void {
  if (sources.size >= sourcesMost) for (const first of [...sources.keys()].slice(0, 1)) sources.delete(first);
  sources.set(ssrc, source);
}
