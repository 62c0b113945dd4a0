/**
 * Makes pictures of the packets of one video stream, which come in order: in the form in which files keep them. Pure.
 *
 * VP8: RFC 7741 §4. VP9: RFC 9628 §4. AV1: its RTP specification §4. H.264: RFC 6184 §5, kept as ISO 14496-15 §5.3 has it.
 */
import { vp8HeaderLength } from '../rtp/payload.ts';
import { Vp9Descriptor } from '../rtp/vp9.ts';

/** A packet as far as its payload goes. */
export interface Payload {
  readonly bytes: Buffer;
  readonly timestamp: number;
  /** The last one of its picture. */
  readonly marker: boolean;
}

export interface Frame {
  readonly bytes: Uint8Array;
  readonly timestamp: number;
}

/** What is left of a payload for the file; undefined: it cannot be read. */
type Strip = (payload: Buffer, before: Pieces) => boolean;

/** Of one picture; what has more is none. */
const bytesMost = 4_194_304;
const piecesMost = 8_192;

/** A picture in the making. */
class Pieces {
  readonly done: Buffer[] = [];
  /** One unit that goes on in the next packet. */
  open: Buffer[] = [];

  get count(): number {
    return this.done.length + this.open.length;
  }

  clear(): void {
    this.done.length = 0;
    this.open = [];
  }
}

export class FrameMaker {
  readonly #strip: Strip;
  readonly #pieces = new Pieces();
  #timestamp: number | undefined;
  /** Of the picture so far. */
  #bytes = 0;
  #isBroken = false;
  #isAfterGap = false;

  constructor(codec: string) {
    this.#strip = strips[codec.toLowerCase()] ?? whole;
  }

  /** What came before is missing, and with it a part of the picture that was in the making. */
  gap(): void {
    this.#timestamp = undefined;
    this.#isAfterGap = true;
  }

  /** The picture that is complete with this packet, if there is one. */
  add({ bytes, timestamp, marker }: Payload): Frame | undefined {
    const pieces = this.#pieces;
    if (this.#timestamp !== timestamp) {
      // Of a picture without its last packet nothing is kept.
      pieces.clear();
      this.#timestamp = timestamp;
      this.#bytes = 0;
      this.#isBroken = this.#isAfterGap && !startsPicture(bytes, this.#strip);
      this.#isAfterGap = false;
    }
    this.#bytes += bytes.length;
    this.#isBroken ||= this.#bytes > bytesMost || !this.#strip(bytes, pieces) || pieces.count > piecesMost;
    if (this.#isBroken) pieces.clear();
    if (!marker) return undefined;
    this.#timestamp = undefined;
    if (this.#isBroken || pieces.done.length === 0) return undefined;
    const frame = { bytes: Buffer.concat(pieces.done), timestamp };
    pieces.clear();
    return frame;
  }
}

const whole: Strip = (payload, { done }) => done.push(payload) > 0;

const vp8: Strip = (payload, { done }) => {
  const header = vp8HeaderLength(payload, 0, payload.length);
  return header > 0 && done.push(payload.subarray(header)) > 0;
};

const vp9Descriptor = new Vp9Descriptor();

const vp9: Strip = (payload, { done }) => {
  const isWhole = vp9Descriptor.read(payload, 0, payload.length) && vp9Descriptor.length < payload.length;
  return isWhole && done.push(payload.subarray(vp9Descriptor.length)) > 0;
};

const av1: Strip = (payload, pieces) => {
  const aggregation = payload[0];
  if (aggregation === undefined) return false;
  const goesOn = (aggregation & 0x80) !== 0;
  const isOpen = (aggregation & 0x40) !== 0;
  const count = (aggregation >> 4) & 0x03;
  if (goesOn !== pieces.open.length > 0) return false;
  for (let at = 1, index = 1; at < payload.length; index++) {
    let length = payload.length - at;
    if (index !== count) {
      const [value, size] = readLeb128(payload, at);
      at += size;
      if (size === 0 || value > payload.length - at) return false;
      length = value;
    }
    pieces.open.push(payload.subarray(at, at + length));
    at += length;
    if (at >= payload.length && isOpen) return true;
    const unit = withSize(Buffer.concat(pieces.open));
    pieces.open = [];
    if (unit !== undefined) pieces.done.push(unit);
  }
  return true;
};

const h264: Strip = (payload, { done, open }) => {
  const type = (payload[0] ?? 0) & 0x1f;
  if (type >= 1 && type <= 23) return done.push(withLength(payload)) > 0;
  if (type === 24) {
    for (let at = 1; at + 2 < payload.length;) {
      const end = at + 2 + payload.readUInt16BE(at);
      if (end > payload.length) return false;
      done.push(withLength(payload.subarray(at + 2, end)));
      at = end;
    }
    return true;
  }
  const fragment = payload[1];
  if (type !== 28 || fragment === undefined) return false;
  const isFirst = (fragment & 0x80) !== 0;
  if (isFirst !== (open.length === 0)) return false;
  if (isFirst) open.push(Buffer.from([(payload[0]! & 0xe0) | (fragment & 0x1f)]));
  open.push(payload.subarray(2));
  if ((fragment & 0x40) === 0) return true;
  return done.push(withLength(Buffer.concat(open.splice(0)))) > 0;
};

const strips: Readonly<Record<string, Strip>> = { vp8, vp9, av1, h264 };

/** Whether a picture may begin with this payload, as far as its header says. */
function startsPicture(payload: Buffer, strip: Strip): boolean {
  const first = payload[0] ?? 0;
  if (strip === vp8) return (first & 0x17) === 0x10;
  if (strip === vp9) return (first & 0x08) !== 0;
  if (strip === av1) return (first & 0x80) === 0;
  return (first & 0x1f) !== 28 || ((payload[1] ?? 0) & 0x80) !== 0;
}

/** AV1 specification §4.10.5; a size of 0 where it is cut off. */
function readLeb128(bytes: Buffer, from: number): readonly [value: number, size: number] {
  let value = 0;
  for (let n = 0; n < 4; n++) {
    const byte = bytes[from + n];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * n);
    if ((byte & 0x80) === 0) return [value, n + 1];
  }
  return [0, 0];
}

/** An OBU as files have it, with its size (AV1 specification §5.3); undefined for temporal delimiters, which files leave out. */
function withSize(unit: Buffer): Buffer | undefined {
  const header = unit[0];
  if (header === undefined || ((header >> 3) & 0x0f) === 2) return undefined;
  if ((header & 0x02) !== 0) return unit;
  const extended = (header & 0x04) === 0 ? 1 : 2;
  const size: number[] = [];
  let left = unit.length - extended;
  do {
    size.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    left >>>= 7;
  } while (left > 0);
  return Buffer.concat([Buffer.from([header | 0x02]), unit.subarray(1, extended), Buffer.from(size), unit.subarray(extended)]);
}

function withLength(unit: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(unit.length);
  return Buffer.concat([length, unit]);
}
