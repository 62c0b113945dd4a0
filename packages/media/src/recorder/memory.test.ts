/** However long a picture is in the making, what is kept of it has an end. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { RtpPacket } from '../rtp/packet.ts';
import { rtp } from '../rtp/packets.fixture.ts';
import { FrameMaker } from './frames.ts';
import { PacketBatch, readBatch } from './packet-batch.ts';
import { Timeline } from './timeline.ts';
import { VideoTrack } from './tracks.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const megabyte = 2 ** 20;

/** Megabytes of buffers that are in use. */
function used(): number {
  collect();
  return process.memoryUsage().arrayBuffers / megabyte;
}

/** Buffers are let go a little after their owners. */
async function keepsLess(megabytes: number, act: () => void): Promise<void> {
  const before = used();
  act();
  await expect.poll(() => used() - before).toBeLessThan(megabytes);
}

/** A picture of VP8 goes on (RFC 7741 §4.2). */
const more = Buffer.from([0x00, 1, 2, 3]);

const none = (): never => {
  throw new Error('no picture is complete');
};
/** A whole packet. */
const payload = (head: readonly number[]): Buffer => Buffer.concat([Buffer.from(head), Buffer.alloc(1_200)]);

it('of a picture without an end, all of small packets, a little is kept', async () => {
  const from = 1_795_000_000_000;
  const track = new VideoTrack(new Timeline(from), 90_000, 'VP8', none, none);
  const packet = new RtpPacket();
  const batch = new PacketBatch();
  await keepsLess(4, () => {
    // Each in a tick of its own.
    for (let n = 0; n < 2_000; n++) {
      batch.add(1, rtp({ sequence: n, payload: more }), from + n * 20);
      readBatch(batch.take()!, (_, bytes, arrived) => {
        expect(packet.read(bytes)).toBe(true);
        track.receive(packet, arrived);
      });
    }
  });
  // It is still there.
  track.tick(from);
});

it.each([
  ['large', 1_200, 8_000],
  ['small', 8, 100_000],
])('of a picture of too many %s packets nothing is kept, and the next one is whole', async (_, bytes, packets) => {
  const maker = new FrameMaker('VP8');
  await keepsLess(6, () => {
    for (let n = 0; n < packets; n++)
      maker.add({ bytes: Buffer.concat([more, Buffer.alloc(bytes)]), timestamp: 1, marker: false });
  });
  expect(maker.add({ bytes: more, timestamp: 1, marker: true })).toBeUndefined();
  expect(maker.add({ bytes: Buffer.from([0x10, 9]), timestamp: 2, marker: true })).toEqual({
    bytes: Buffer.from([9]),
    timestamp: 2,
  });
});

it('units that a packet of H.264 or AV1 begins and none ends are not kept without an end, either', async () => {
  for (const [codec, begins, goesOn] of [
    ['H264', [28, 0x85, 1], [28, 0x05, 2]],
    ['AV1', [0x50, 0x0a, 1], [0xd0, 2]],
  ] as const) {
    const maker = new FrameMaker(codec);
    await keepsLess(6, () => {
      maker.add({ bytes: payload(begins), timestamp: 1, marker: false });
      for (let n = 0; n < 8_000; n++) maker.add({ bytes: payload(goesOn), timestamp: 1, marker: false });
    });
    expect(maker.add({ bytes: payload(goesOn), timestamp: 1, marker: true })).toBeUndefined();
  }
});
