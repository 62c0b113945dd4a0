import { describe, expect, it } from 'vitest';
import { vp9 } from './packets.fixture.ts';
import { Vp9Descriptor } from './vp9.ts';

const descriptor = new Vp9Descriptor();

function read(...bytes: readonly number[]): Vp9Descriptor | undefined {
  return descriptor.read(Buffer.from(bytes), 0, bytes.length) ? descriptor : undefined;
}

describe('the payload descriptor of VP9', () => {
  it('has no layers where it names none (RFC 9628 §4.2)', () => {
    expect(read(0x0c, 7)).toMatchObject({ spatial: 0, temporal: 0, isBegin: true, isEnd: true, isPredicted: false, length: 1 });
    expect(read(0x40, 7)).toMatchObject({ isBegin: false, isEnd: false, isPredicted: true, length: 1 });
  });

  it('has a picture id of 7 or 15 bits', () => {
    expect(read(0x80, 0x7f, 7)?.length).toBe(2);
    expect(read(0x80, 0xff, 0xff, 7)?.length).toBe(3);
  });

  it('names its layers, and whether one may switch up', () => {
    expect(read(0x20, 0b010_1_001_1, 9, 7)).toMatchObject({ temporal: 2, risesTo: 7, spatial: 1, length: 3 });
    expect(read(0x30, 0b001_0_010_0, 7)).toMatchObject({ temporal: 1, risesTo: 0, spatial: 2, length: 2 });
  });

  it('has up to three references in flexible mode, if it has some', () => {
    expect(read(0x70, 0, 0x02, 7)?.length).toBe(3);
    expect(read(0x70, 0, 0x03, 0x05, 0x06, 7)?.length).toBe(5);
    expect(read(0x70, 0, 0x03, 0x05, 0x07, 7)?.length).toBe(5);
  });

  it('has a scalability structure: sizes of all layers, and which pictures follow', () => {
    // Two spatial layers with sizes; two pictures, one with a reference and one with two.
    const structure = [0b001_1_1_000, 1, 64, 0, 180, 2, 128, 1, 104, 2, 0b000_0_01_00, 1, 0b001_1_10_00, 1, 2];
    expect(read(0x0a, ...structure, 7)?.length).toBe(1 + structure.length);
    expect(read(0x0a, 0b000_0_0_000, 7)?.length).toBe(2);
  });

  it('is none where it is cut off', () => {
    expect(read()).toBeUndefined();
    expect(read(0x80)).toBeUndefined();
    expect(read(0x80, 0x81)).toBeUndefined();
    expect(read(0x20, 0)).toBeUndefined();
    expect(read(0x70, 0)).toBeUndefined();
    expect(read(0x70, 0, 0x03)).toBeUndefined();
    expect(read(0x0a)).toBeUndefined();
    expect(read(0x0a, 0b001_1_0_000, 1, 64)).toBeUndefined();
    expect(read(0x0a, 0b000_0_1_000, 9, 0x0c)).toBeUndefined();
  });

  it('is what the packets of these tests have', () => {
    const made = { spatial: 2, temporal: 1, begin: false, end: true, predicted: true, up: true };
    for (const flexible of [true, false]) {
      const bytes = vp9({ ...made, flexible });
      expect(descriptor.read(bytes, 0, bytes.length)).toBe(true);
      expect(descriptor).toMatchObject({ spatial: 2, temporal: 1, isBegin: false, isEnd: true, risesTo: 7 });
      expect(descriptor.length).toBe(bytes.length - 3);
    }
  });
});
