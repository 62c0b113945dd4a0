/** What one participant sends ends its own file at most: a recording is of everybody. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RtpPacket } from '../rtp/packet.ts';
import { rtp } from '../rtp/packets.fixture.ts';
import type { Made } from '../rtp/packets.fixture.ts';
import { isOfDisk } from './file.ts';
import type { FromRecorder } from './messages.ts';
import { Recording } from './recording.ts';
import { kept, StreamFile } from './stream-file.ts';

const from = 1_795_000_000_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-faults-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const order = (): Parameters<typeof Recording.open>[0] => ({
  recording: 'one',
  folder,
  part: 0,
  mix: undefined,
  streams: true,
  freeBytes: 0,
});

/** A whole picture of VP8 (RFC 6386 §9.1) behind its header in RTP. */
const picture = (width: number, height: number): Buffer => {
  const sizes = Buffer.alloc(4);
  sizes.writeUInt16LE(width, 0);
  sizes.writeUInt16LE(height, 2);
  return Buffer.concat([Buffer.from([0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a]), sizes, Buffer.alloc(20)]);
};

const received = (recording: Recording, stream: number, made: Made): void => {
  const packet = new RtpPacket();
  expect(packet.read(rtp(made))).toBe(true);
  recording.receive(stream, packet, from + (made.sequence ?? 0) * 20);
};

/** One sees, one speaks; how the recording has gone. */
async function recorded(first: Buffer): Promise<{ readonly told: readonly FromRecorder[]; readonly heard: number }> {
  const told: FromRecorder[] = [];
  const recording = await Recording.open(order(), from, (message) => told.push(message));
  const about = { participant: 'mallory', mid: '0', codec: { name: 'VP8', kind: 'video', clockRate: 90_000 } } as const;
  await recording.add({ ...about, stream: 1 });
  await recording.add({
    stream: 2,
    participant: 'anna',
    mid: '0',
    codec: { name: 'opus', kind: 'audio', clockRate: 48_000 },
  });
  received(recording, 1, { sequence: 0, marker: true, payload: first });
  for (let n = 0; n < 50; n++) {
    received(recording, 1, {
      sequence: n + 1,
      timestamp: (n + 1) * 1_800,
      marker: true,
      payload: Buffer.from([0x10, 1, 2, 3]),
    });
    received(recording, 2, { sequence: n, timestamp: n * 960, payload: Buffer.from([0xf8, 0xff, 0xfe]) });
    recording.tick(from + n * 20);
    await new Promise(setImmediate);
  }
  await recording.close(from + 2_000);
  const file = told.flatMap((message) =>
    message.type === 'file' && message.file.participant === 'anna' ? message.file.name : [],
  )[0];
  const bytes = readFileSync(join(folder, file!));
  let heard = 0;
  for (let at = bytes.indexOf('f8fffe', 0, 'hex'); at >= 0; at = bytes.indexOf('f8fffe', at + 3, 'hex')) heard++;
  return { told, heard };
}

it('goes on where a picture says that it has no size', async () => {
  for (const [width, height] of [
    [0, 0],
    [0, 720],
    [1_280, 0],
  ] as const) {
    const { told, heard } = await recorded(picture(width, height));
    expect(told.filter(({ type }) => type === 'failed')).toEqual([]);
    // No file begins with it.
    expect(told.filter((message) => message.type === 'file' && message.file.participant === 'mallory')).toEqual([]);
    expect(heard).toBe(50);
    rmSync(folder, { recursive: true });
  }
});

it('goes on where the file of one stream cannot', async () => {
  let failed = 0;
  // What no player knows.
  const file = StreamFile.ofVideo(join(folder, 'a.webm'), kept['vp8']!, { width: 0, height: 0, codec: 'vp8' }, () => failed++);
  expect(file.add(Buffer.alloc(20), true, 0, 0)).toBe(true);
  expect(file.add(Buffer.alloc(20), false, 20, 0)).toBe(true);
  await file.close();
  expect(failed).toBe(0);
});

it('tells faults of the disk from others', async () => {
  let fault: unknown;
  const file = StreamFile.ofVideo(
    join(folder, 'missing', 'a.webm'),
    kept['vp8']!,
    { width: 320, height: 240, codec: 'vp8' },
    (error) => (fault ??= error),
  );
  file.add(Buffer.alloc(20), true, 0, 0);
  await file.close();
  expect(fault).toMatchObject({ code: 'ENOENT' });
  expect(isOfDisk(fault)).toBe(true);
  expect(isOfDisk(new TypeError('no size'))).toBe(false);
});
