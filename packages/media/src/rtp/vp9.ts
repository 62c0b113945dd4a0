/**
 * The payload descriptor of VP9 (RFC 9628 §4.2), read in place: which layers a packet is of, and what may be left out without it.
 *
 *     |I|P|L|F|B|E|V|Z|
 *     |M| picture id  |   where I; 15 bits where M
 *     | TID |U| SID |D|   where L
 *     |   TL0PICIDX   |   where L and not F
 *     |  P_DIFF     |N|   where F and P, up to three
 *     | scalability structure |   where V
 *
 * One object reads every packet: nothing is allocated.
 */
import { temporalMost } from './layers.ts';
import type { LayerReader } from './layers.ts';
import type { RtpPacket } from './packet.ts';

export class Vp9Descriptor implements LayerReader {
  spatial = 0;
  temporal = 0;
  isBegin = false;
  isEnd = false;
  isPredicted = false;
  risesTo = 0;
  /** Of the whole descriptor; 0 where it is cut off. */
  length = 0;

  readPacket({ bytes, payloadStart, payloadEnd }: RtpPacket): boolean {
    return this.read(bytes, payloadStart, payloadEnd);
  }

  read(bytes: Buffer, from: number, end: number): boolean {
    this.length = 0;
    if (from >= end) return false;
    const first = bytes[from]!;
    const isFlexible = (first & 0x10) !== 0;
    this.isPredicted = (first & 0x40) !== 0;
    this.isBegin = (first & 0x08) !== 0;
    this.isEnd = (first & 0x04) !== 0;
    this.spatial = 0;
    this.temporal = 0;
    this.risesTo = 0;
    let at = from + 1;
    if ((first & 0x80) !== 0) at += at < end && (bytes[at]! & 0x80) !== 0 ? 2 : 1;
    if ((first & 0x20) !== 0) {
      if (at >= end) return false;
      const layers = bytes[at]!;
      this.temporal = layers >> 5;
      this.risesTo = (layers & 0x10) === 0 ? 0 : temporalMost;
      this.spatial = (layers >> 1) & 0x07;
      at += isFlexible ? 1 : 2;
    }
    if (isFlexible && this.isPredicted)
      for (let left = 3; left > 0; left--) {
        if (at >= end) return false;
        if ((bytes[at++]! & 0x01) === 0) break;
      }
    if ((first & 0x02) !== 0) at = afterStructure(bytes, at, end);
    if (at > end) return false;
    this.length = at - from;
    return true;
  }
}

/** Where what follows the scalability structure begins; beyond the end where it is cut off. */
function afterStructure(bytes: Buffer, from: number, end: number): number {
  if (from >= end) return end + 1;
  const first = bytes[from]!;
  let at = from + 1;
  if ((first & 0x10) !== 0) at += ((first >> 5) + 1) * 4;
  if ((first & 0x08) === 0) return at;
  if (at >= end) return end + 1;
  for (let pictures = bytes[at++]!; pictures > 0; pictures--) {
    if (at >= end) return end + 1;
    at += 1 + ((bytes[at]! >> 2) & 0x03);
  }
  return at;
}
