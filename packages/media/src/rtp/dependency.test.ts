import { describe, expect, it } from 'vitest';
import { DependencyDescriptor } from './dependency.ts';
import { dependency, rtp } from './packets.fixture.ts';
import type { DependencyMade } from './packets.fixture.ts';
import { RtpPacket } from './packet.ts';

const layers = [3, 3] as const;

function read(descriptor: DependencyDescriptor, made: DependencyMade): DependencyDescriptor | undefined {
  const bytes = dependency(made, layers);
  return descriptor.read(bytes, 0, bytes.length) ? descriptor : undefined;
}

describe('the dependency descriptor of AV1', () => {
  it('says by its templates of which layers a packet is (§A.8.2)', () => {
    const descriptor = new DependencyDescriptor(8);
    const key = { isBegin: true, isEnd: true, spatial: 0, temporal: 0, isPredicted: false, risesTo: 2 };
    expect(read(descriptor, { key: true, layers })).toMatchObject(key);
    expect(read(descriptor, { key: true, spatial: 2, begin: false })).toMatchObject({
      spatial: 2,
      isBegin: false,
      isPredicted: true,
    });
    expect(read(descriptor, { spatial: 1, temporal: 2, end: false })).toMatchObject({
      spatial: 1,
      temporal: 2,
      isEnd: false,
      isPredicted: true,
      risesTo: 0,
    });
    expect(read(descriptor, { temporal: 0 })).toMatchObject({ temporal: 0, isPredicted: true, risesTo: 2 });
  });

  it('is none before templates were named, and of templates that were not', () => {
    const descriptor = new DependencyDescriptor(8);
    expect(read(descriptor, { temporal: 1 })).toBeUndefined();
    expect(read(descriptor, { key: true, layers })).toBeDefined();
    const beyond = Buffer.from([0xc0 | 12, 0, 0]);
    expect(descriptor.read(beyond, 0, beyond.length)).toBe(false);
  });

  it('is none where it is cut off, and what it would have named holds no more', () => {
    const descriptor = new DependencyDescriptor(8);
    const whole = dependency({ key: true, layers });
    for (let length = 4; length < whole.length - 1; length++) {
      expect(read(descriptor, { key: true, layers })).toBeDefined();
      expect(descriptor.read(whole, 0, length)).toBe(false);
      expect(read(descriptor, { temporal: 1 })).toBeUndefined();
    }
  });

  it('is read as Chromium writes it, with what differs from its templates', () => {
    const descriptor = new DependencyDescriptor(8);
    const key =
      'c00001c0081485214eaaaaa8000600004000100002aa80a8000600004000100002a000a800060000400016d549241b5524906d54923157e0' +
      '01974ca864330e222396eca8655304224390eca87753013f00b3027f016704ff02cf1f80';
    for (const [hex, expected] of [
      [key, { spatial: 0, temporal: 0, isBegin: true, isEnd: true, isPredicted: false, risesTo: 2 }],
      ['c50002', { spatial: 1, temporal: 0, isBegin: true, isEnd: true, isPredicted: true, risesTo: 2 }],
      ['c300031a20100800', { spatial: 0, temporal: 2, isPredicted: true, risesTo: 0 }],
      ['8a000d', { spatial: 2, temporal: 0, isBegin: true, isEnd: false }],
      ['4a000d', { spatial: 2, isBegin: false, isEnd: true }],
      ['c700061a60282000', { spatial: 1, temporal: 1, isPredicted: true, risesTo: 2 }],
      ['c100161b40585048', { spatial: 0, temporal: 0, isPredicted: true, risesTo: 2 }],
    ] as const) {
      const bytes = Buffer.from(hex, 'hex');
      expect(descriptor.read(bytes, 0, bytes.length)).toBe(true);
      expect(descriptor).toMatchObject(expected);
    }
  });

  it('is found in a packet under its id', () => {
    const descriptor = new DependencyDescriptor(8);
    const packet = new RtpPacket();
    expect(packet.read(rtp({ extensions: { 8: dependency({ key: true, layers }) } }))).toBe(true);
    expect(descriptor.readPacket(packet)).toBe(true);
    expect(packet.read(rtp({ extensions: { 8: Buffer.from([1]) } }))).toBe(true);
    expect(descriptor.readPacket(packet)).toBe(false);
    expect(packet.read(rtp({}))).toBe(true);
    expect(descriptor.readPacket(packet)).toBe(false);
  });
});
