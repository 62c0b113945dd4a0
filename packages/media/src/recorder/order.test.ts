import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketBatch, readBatch } from './packet-batch.ts';
import { opusDuration } from './opus-head.ts';
import { Reorder } from './reorder.ts';
import { Ring } from './ring.ts';
import { Placement, Timeline } from './timeline.ts';

const start = 1_795_000_000_000;

const ordered = (): { readonly reorder: Reorder<number>; readonly out: string[] } => {
  const out: string[] = [];
  return { reorder: new Reorder<number>((item, afterGap) => out.push(`${afterGap ? '…' : ''}${item}`)), out };
};

describe('packets', () => {
  it('come out in their order, whatever that was in which they came, and each once', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 50 }, (_, n) => n),
          { minLength: 50 },
        ),
        fc.nat(65_535),
        (order, from) => {
          const { reorder, out } = ordered();
          reorder.add(from, -1, start);
          for (const n of order) for (let twice = 0; twice < 2; twice++) reorder.add((from + 1 + n) & 0xffff, n, start);
          expect(out.slice(1)).toEqual(Array.from({ length: 50 }, (_, n) => String(n)));
        },
      ),
    );
  });

  it('wait for what is missing as long as it may come', () => {
    const { reorder, out } = ordered();
    for (const n of [65_535, 1, 2]) reorder.add(n, n, start);
    reorder.tick(start + 999);
    expect(out).toEqual(['65535']);
    reorder.tick(start + 1_000);
    expect(out).toEqual(['65535', '…1', '2']);
    // Too late.
    reorder.add(0, 0, start + 1_001);
    reorder.add(4, 4, start + 1_001);
    reorder.end();
    expect(out.slice(3)).toEqual(['…4']);
  });

  it('are handed over all at once', () => {
    const batch = new PacketBatch();
    expect(batch.take()).toBeUndefined();
    const large = Buffer.alloc(70_000, 7);
    batch.add(3, Buffer.from('one'), start);
    batch.add(9, large, start + 0.5);
    const found: [number, string | number, number][] = [];
    readBatch(batch.take()!, (stream, packet, at) =>
      found.push([stream, packet.length > 10 ? packet.length : packet.toString(), at]),
    );
    expect(found).toEqual([
      [3, 'one', start],
      [9, 70_000, start + 0.5],
    ]);
    expect(batch.take()).toBeUndefined();
  });
});

describe('the time of a recording', () => {
  it('stands still while it is paused', () => {
    const timeline = new Timeline(start);
    timeline.pause(start + 1_000);
    timeline.pause(start + 1_500);
    expect(timeline.at(start + 9_000)).toBe(1_000);
    timeline.resume(start + 9_000);
    timeline.resume(start + 9_500);
    expect(timeline.at(start + 10_000)).toBe(2_000);
  });

  it('has what is sent at the place of its timestamp, however late it comes', () => {
    const placement = new Placement(new Timeline(start), 48_000);
    expect(placement.place(0xffff_fe20, start + 500)).toBe(500);
    expect(placement.place(0, start + 900)).toBe(510);
    // Nothing was sent for two minutes: silence.
    expect(placement.place(48_000 * 120, start + 120_600)).toBe(120_510);
  });

  it('has what begins anew where it comes', () => {
    const placement = new Placement(new Timeline(start), 8_000);
    placement.place(1_000, start);
    expect(placement.place(4_000_000, start + 40)).toBe(40);
    placement.reset();
    expect(placement.place(4_008_000, start + 50)).toBe(50);
  });
});

describe('sound that waits to be mixed', () => {
  it('is added up at its place, also around the end of the ring', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1 << 20 }), (frames) => {
        const ring = new Ring();
        const at = frames * 960;
        ring.take(at - 960, 960, new Float32Array(960), 1, 0);
        ring.write(at + 100, Float32Array.of(0.5, 0.25));
        const out = new Float32Array(1_920).fill(0.125);
        ring.take(at, 960, out, 2, 1);
        ring.clear(at, 960);
        expect([out[200], out[201], out[203], out[205]]).toEqual([0.125, 0.625, 0.375, 0.125]);
        const later = new Float32Array(960);
        ring.take(at + (1 << 18), 960, later, 1, 0);
        expect(later.every((sample) => sample === 0)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('is lost where it comes too late', () => {
    const ring = new Ring();
    ring.take(0, 960, new Float32Array(960), 1, 0);
    ring.write(958, Float32Array.of(1, 1, 0.5));
    const out = new Float32Array(960);
    ring.take(960, 960, out, 1, 0);
    expect([...out.subarray(0, 2)]).toEqual([0.5, 0]);
  });
});

it.each([
  [[], 0],
  [[0x78], 20],
  [[0x08], 20],
  [[0x18], 60],
  [[0xe1], 5],
  [[0xfb, 0x03], 60],
  [[0x60], 10],
])('an Opus packet that begins with %j lasts %d ms (RFC 6716 §3.1)', (head, duration) => {
  expect(opusDuration(Uint8Array.from(head))).toBe(duration);
});
