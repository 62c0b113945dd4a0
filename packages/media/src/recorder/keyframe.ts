/** Reads of pictures what the head of a file has to say: whether one needs no earlier one, how large it is, and how decoders are set up. Pure. */

export interface Keyframe {
  readonly width: number;
  readonly height: number;
  /** As in WebCodecs, e.g. `vp09.00.10.08`. */
  readonly codec: string;
  /** What decoders need before anything else: `avcC` of H.264. */
  readonly description?: Uint8Array;
}

/** undefined: it needs an earlier picture, or cannot be read. */
export type KeyframeReader = (frame: Uint8Array) => Keyframe | undefined;

/** What a picture measures in pixels each way: what says less or more cannot be decoded, nor kept. */
const pixelsMost = 16_384;

export const keyframeReaders: Readonly<Record<string, KeyframeReader>> = {
  vp8: measured(vp8),
  vp9: measured(vp9),
  av1: measured(av1),
  h264: measured(h264),
};

function measured(read: KeyframeReader): KeyframeReader {
  return (frame) => {
    const found = read(frame);
    if (found === undefined) return undefined;
    return [found.width, found.height].every((size) => size >= 1 && size <= pixelsMost) ? found : undefined;
  };
}

/** RFC 6386 §9.1. */
function vp8(frame: Uint8Array): Keyframe | undefined {
  if (frame.length < 10 || (frame[0]! & 0x01) !== 0 || frame[3] !== 0x9d || frame[4] !== 0x01 || frame[5] !== 0x2a)
    return undefined;
  const size = (at: number): number => (frame[at]! | (frame[at + 1]! << 8)) & 0x3fff;
  return { width: size(6), height: size(8), codec: 'vp8' };
}

/** VP9 bitstream specification §6.2, of profile 0. */
function vp9(frame: Uint8Array): Keyframe | undefined {
  const bits = new Bits(frame);
  if (bits.read(2) !== 2 || bits.read(2) !== 0 || bits.read(1) !== 0 || bits.read(1) !== 0) return undefined;
  bits.read(2);
  if (bits.read(24) !== 0x49_8342) return undefined;
  // Color space; sRGB is not of profile 0.
  bits.read(3);
  bits.read(1);
  const [width, height] = [bits.read(16) + 1, bits.read(16) + 1];
  return bits.isOver ? undefined : { width, height, codec: 'vp09.00.10.08' };
}

/** AV1 specification §5.5: a picture that needs no earlier one comes with a sequence header. */
function av1(frame: Uint8Array): Keyframe | undefined {
  for (let at = 0; at < frame.length;) {
    const header = frame[at]!;
    let start = at + ((header & 0x04) === 0 ? 1 : 2);
    let size = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = frame[start++] ?? 0;
      size += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) break;
    }
    if (((header >> 3) & 0x0f) === 1) return av1Sequence(frame.subarray(start, start + size));
    at = start + size;
  }
  return undefined;
}

function av1Sequence(header: Uint8Array): Keyframe | undefined {
  const bits = new Bits(header);
  bits.read(4);
  let level = 0;
  if (bits.read(1) === 1) level = bits.read(5);
  else {
    // With timing information, which no browser sends, what follows would be elsewhere.
    if (bits.read(1) === 1) return undefined;
    const delays = bits.read(1) === 1;
    const points = bits.read(5) + 1;
    for (let n = 0; n < points; n++) {
      bits.read(12);
      const one = bits.read(5);
      if (n === 0) level = one;
      if (one > 7) bits.read(1);
      if (delays && bits.read(1) === 1) bits.read(4);
    }
  }
  const [wide, high] = [bits.read(4) + 1, bits.read(4) + 1];
  const [width, height] = [bits.read(wide) + 1, bits.read(high) + 1];
  return bits.isOver ? undefined : { width, height, codec: `av01.0.${String(level).padStart(2, '0')}M.08` };
}

/** Units with their lengths: those of parameters say how to decode what follows (ISO 14496-15 §5.3.3). */
function h264(frame: Uint8Array): Keyframe | undefined {
  const units: Uint8Array[] = [];
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  for (let at = 0; at + 4 < frame.length;) {
    const end = at + 4 + view.getUint32(at);
    units.push(frame.subarray(at + 4, end));
    at = end;
  }
  const [sequence, picture] = [7, 8].map((type) => units.find((unit) => (unit[0]! & 0x1f) === type));
  if (sequence === undefined || picture === undefined) return undefined;
  // Their lengths have 16 bits.
  if (Math.max(sequence.length, picture.length) > 0xffff) return undefined;
  const size = h264Size(sequence);
  if (size === undefined) return undefined;
  const profile = [...sequence.subarray(1, 4)];
  const description = Uint8Array.from([1, ...profile, 0xff, 0xe1, ...sized(sequence), 1, ...sized(picture)]);
  return { ...size, codec: `avc1.${profile.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`, description };
}

/** Behind its length of 16 bits. */
function sized(unit: Uint8Array): number[] {
  return [unit.length >> 8, unit.length & 0xff, ...unit];
}

/** ITU-T H.264 §7.3.2.1.1, of the profiles without chroma formats, which are those that are forwarded. */
function h264Size(sequence: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  // Without the bytes that keep a start code from appearing (§7.4.1).
  const plain = sequence.filter((byte, at) => !(byte === 3 && at > 1 && sequence[at - 1] === 0 && sequence[at - 2] === 0));
  const bits = new Bits(plain.subarray(4));
  bits.golomb();
  bits.golomb();
  const order = bits.golomb();
  if (order === 0) bits.golomb();
  else if (order === 1) return undefined;
  bits.golomb();
  bits.read(1);
  const [columns, rows] = [bits.golomb() + 1, bits.golomb() + 1];
  const isFrames = bits.read(1) === 1;
  if (!isFrames) bits.read(1);
  bits.read(1);
  const cropped = bits.read(1) === 1;
  const [left, right, top, bottom] = cropped ? [bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()] : [0, 0, 0, 0];
  const unit = isFrames ? 2 : 4;
  if (bits.isOver) return undefined;
  return { width: columns * 16 - 2 * (left + right), height: rows * 16 * (isFrames ? 1 : 2) - unit * (top + bottom) };
}

/** Reads bits, the highest of each byte first. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** More was read than there is. */
  get isOver(): boolean {
    return this.#at > this.#bytes.length * 8;
  }

  read(count: number): number {
    let value = 0;
    for (let n = 0; n < count; n++, this.#at++)
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    return value;
  }

  /** ITU-T H.264 §9.1, unsigned. */
  golomb(): number {
    let zeros = 0;
    while (zeros < 32 && !this.isOver && this.read(1) === 0) zeros++;
    return 2 ** zeros - 1 + this.read(zeros);
  }
}
