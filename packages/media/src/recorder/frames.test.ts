import { describe, expect, it } from 'vitest';
import { FrameMaker } from './frames.ts';
import { keyframeReaders } from './keyframe.ts';

const bytes = (...all: number[]): Buffer => Buffer.from(all);
/** Of VP8: a payload with which a picture begins, and one with which it goes on. */
const first = (byte: number): Buffer => bytes(0x10, byte);
const more = (byte: number): Buffer => bytes(0x00, byte);
/** What comes of packets, all of one picture unless said otherwise; the last one ends it. */
function made(codec: string, payloads: readonly Buffer[]): number[] | undefined {
  const maker = new FrameMaker(codec);
  const found = payloads.map((payload, at) => maker.add({ bytes: payload, timestamp: 1, marker: at === payloads.length - 1 }));
  const last = found.at(-1);
  return last && [...last.bytes];
}

/** The bits of a number (ITU-T H.264 §9.1). */
function golomb(value: number): string {
  const bits = (value + 1).toString(2);
  return '0'.repeat(bits.length - 1) + bits;
}

describe('pictures', () => {
  it('of VP8 (RFC 7741 §4.2)', () => {
    expect(
      made('VP8', [bytes(0x90, 0xe0, 0x81, 2, 3, 0x20, 7, 8), bytes(0x80, 0xe0, 0x81, 2, 3, 0x20, 9), bytes(0x00, 10)]),
    ).toEqual([7, 8, 9, 10]);
  });

  it('of VP9, in flexible mode and with its structure (RFC 9628 §4.2)', () => {
    // I, B, V: picture id of 15 bits; one layer with its size, and a group of one picture with one reference.
    const one = bytes(0x8a, 0x80, 1, 0x18, 0, 64, 0, 48, 1, 0x04, 0, 7);
    // I, P, F, E: two references.
    expect(made('VP9', [one, bytes(0xd4, 0x80, 1, 0x03, 0x04, 8)])).toEqual([7, 8]);
  });

  it('of AV1, whose units get their sizes, without delimiters (AV1 specification §5.3)', () => {
    // Two units: a temporal delimiter with its length, and a sequence header that goes on in the next packet.
    const one = bytes(0x68, 1, 0x12, 0x08, 1);
    const second = bytes(0x90, 2);
    expect(made('AV1', [one, second])).toEqual([0x0a, 2, 1, 2]);
  });

  it('of H.264, alone, together and in pieces (RFC 6184 §5)', () => {
    const together = bytes(24, 0, 2, 0x67, 1, 0, 1, 0x68);
    const pieces = [bytes(28, 0x85, 1), bytes(28, 0x05, 2), bytes(28, 0x45, 3)];
    expect(made('H264', [together, ...pieces, bytes(0x41, 9)])).toEqual(
      [
        [0, 0, 0, 2, 0x67, 1],
        [0, 0, 0, 1, 0x68],
        [0, 0, 0, 4, 5, 1, 2, 3],
        [0, 0, 0, 2, 0x41, 9],
      ].flat(),
    );
  });

  it.each([
    ['VP8', bytes(0x80)],
    ['VP9', bytes(0x8a, 0x80)],
    ['AV1', bytes(0x10)],
    ['AV1', bytes(0x20, 0x7f, 1)],
    ['H264', bytes(24, 0, 9, 1)],
    ['H264', bytes(30, 1)],
  ])('of %s are none where a payload cannot be read', (codec, payload) => {
    expect(made(codec, [payload])).toBeUndefined();
  });

  it('are left out where a part is missing, up to the next one that begins', () => {
    const maker = new FrameMaker('VP8');
    expect(maker.add({ bytes: first(1), timestamp: 1, marker: false })).toBeUndefined();
    maker.gap();
    expect(maker.add({ bytes: more(2), timestamp: 1, marker: true })).toBeUndefined();
    maker.gap();
    expect(maker.add({ bytes: first(3), timestamp: 2, marker: true })).toMatchObject({ timestamp: 2 });
    // The last packet of one is missing, and nobody has said so.
    expect(maker.add({ bytes: first(4), timestamp: 3, marker: false })).toBeUndefined();
    expect([...maker.add({ bytes: first(5), timestamp: 4, marker: true })!.bytes]).toEqual([5]);
  });
});

describe('a whole picture', () => {
  it('says how large it is', () => {
    const vp8 = bytes(0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02);
    expect(keyframeReaders['vp8']?.(vp8)).toEqual({ width: 1_280, height: 720, codec: 'vp8' });
    expect(keyframeReaders['vp8']?.(bytes(0x11, ...vp8.subarray(1)))).toBeUndefined();
    // Frame marker 2, profile 0, key, shown; sync code; color space 0, range 0; 320 × 180.
    const vp9 = bytes(0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xf0, 0x0b, 0x30);
    expect(keyframeReaders['vp9']?.(vp9)).toMatchObject({ width: 320, height: 180 });
    expect(keyframeReaders['vp9']?.(bytes(0x86))).toBeUndefined();
  });

  it.each([
    [0, 0],
    [0, 720],
    [1_280, 0],
  ])('is none where it says that it measures %i × %i', (width, height) => {
    const frame = bytes(0x10, 0, 0, 0x9d, 0x01, 0x2a, width & 0xff, width >> 8, height & 0xff, height >> 8);
    expect(keyframeReaders['vp8']?.(frame)).toBeUndefined();
  });

  it.each([
    // 320 × 240 without cropping, and with all of its width, or more than its height, cropped away (ITU-T H.264 §7.4.2.1.1).
    ['', { width: 320, height: 240 }],
    [`1${golomb(0)}${golomb(160)}${golomb(0)}${golomb(0)}`, undefined],
    [`1${golomb(0)}${golomb(0)}${golomb(0)}${golomb(500)}`, undefined],
    [`1${golomb(0)}${golomb(0)}${golomb(0)}${golomb(4)}`, { width: 320, height: 232 }],
  ])('of H.264 is one where something is left of it (%s)', (cropping, size) => {
    const set = `${golomb(0)}${golomb(0)}${golomb(2)}${golomb(1)}0${golomb(19)}${golomb(14)}11${cropping === '' ? '0' : cropping}01`;
    const packed = set.padEnd(Math.ceil(set.length / 8) * 8, '0').match(/.{8}/gu) ?? [];
    const sequence = bytes(0x67, 0x42, 0xe0, 0x1f, ...packed.map((byte) => Number.parseInt(byte, 2)));
    const frame = bytes(0, 0, 0, sequence.length, ...sequence, 0, 0, 0, 2, 0x68, 1);
    const found = keyframeReaders['h264']?.(frame);
    expect(found && { width: found.width, height: found.height }).toEqual(size);
  });

  it.each(['vp8', 'vp9', 'av1', 'h264'])('of %s is none where it is cut off', (codec) => {
    for (const frame of [bytes(), bytes(0x82), bytes(0x0a, 1), bytes(0, 0, 0, 2, 0x67), bytes(0, 0, 0, 9, 0x67, 1, 2)])
      expect(keyframeReaders[codec]?.(frame)).toBeUndefined();
  });
});
