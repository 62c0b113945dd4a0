/**
 * The payload descriptor of VP8 (RFC 7741 §4.2), read and rewritten in place: which picture a packet is of, and which temporal layer.
 *
 *     |X|R|N|S|R| PID |
 *     |I|L|T|K|  RSV  |   where X
 *     |M| picture id  |   where I; 15 bits where M
 *     |   TL0PICIDX   |   where L
 *     |TID|Y| KEYIDX  |   where T or K
 *
 * One object reads every packet: nothing is allocated.
 */
import type { LayerReader } from './layers.ts';
import type { RtpPacket } from './packet.ts';
import { vp8HeaderLength } from './payload.ts';

export class Vp8Descriptor implements LayerReader {
  /** 0 to 32,767; undefined where the payload has none, or a short one, which browsers do not send. */
  picture: number | undefined;
  /** The picture of the lowest temporal layer, 0 to 255. */
  base: number | undefined;
  /** Whether it says of which layer it is. */
  isLayered = false;
  readonly spatial = 0;
  temporal = 0;
  isBegin = false;
  /** The marker says so. */
  readonly isEnd = false;
  isPredicted = false;
  risesTo = 0;
  #pictureAt = 0;
  #baseAt = 0;

  readPacket({ bytes, payloadStart, payloadEnd }: RtpPacket): boolean {
    this.read(bytes, payloadStart, payloadEnd);
    return true;
  }

  read(bytes: Buffer, from: number, end: number): void {
    this.picture = undefined;
    this.base = undefined;
    this.isLayered = false;
    this.temporal = 0;
    this.risesTo = 0;
    this.isBegin = false;
    const length = vp8HeaderLength(bytes, from, end);
    if (length === 0) return;
    // The first partition begins with the header of the picture, whose lowest bit is P (§4.3).
    this.isBegin = (bytes[from]! & 0x17) === 0x10;
    this.isPredicted = from + length >= end || (bytes[from + length]! & 0x01) !== 0;
    if ((bytes[from]! & 0x80) !== 0) this.#readExtended(bytes, from + 1);
  }

  write(bytes: Buffer, picture: number, base: number): void {
    if (this.picture !== undefined) {
      bytes[this.#pictureAt] = 0x80 | ((picture >>> 8) & 0x7f);
      bytes[this.#pictureAt + 1] = picture;
    }
    if (this.base !== undefined) bytes[this.#baseAt] = base & 0xff;
  }

  #readExtended(bytes: Buffer, from: number): void {
    const flags = bytes[from]!;
    let at = from + 1;
    if ((flags & 0x80) !== 0) {
      if ((bytes[at]! & 0x80) === 0) return;
      this.#pictureAt = at;
      this.picture = bytes.readUInt16BE(at) & 0x7fff;
      at += 2;
    }
    if ((flags & 0x40) !== 0) {
      this.#baseAt = at;
      this.base = bytes[at++]!;
    }
    if ((flags & 0x20) === 0) return;
    const layer = bytes[at]!;
    this.isLayered = true;
    this.temporal = layer >> 6;
    // Y: it needs the lowest layer alone.
    this.risesTo = (layer & 0x20) === 0 ? 0 : this.temporal;
  }
}
