/** What is recorded of those who send no pictures at all, or half of them: it ends their own files at most. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FrameMaker } from '../../packages/media/src/recorder/frames.ts';
import { keyframeReaders } from '../../packages/media/src/recorder/keyframe.ts';
import type { FromRecorder } from '../../packages/media/src/recorder/messages.ts';
import { Recording } from '../../packages/media/src/recorder/recording.ts';
import { RtpPacket } from '../../packages/media/src/rtp/packet.ts';
import { rtp } from '../../packages/media/src/rtp/packets.fixture.ts';
import { Chance } from '../sim/chance.ts';
import { bytes, damaged } from './media-noise.ts';

const nightly = process.env['OFFHOOK_NIGHTLY'] !== undefined;
const seed = Number(process.env['OFFHOOK_SEED'] ?? Date.now() % 1_000_000_000);

/** Payloads of whole pictures, as they are sent: of AV1 a sequence header, of H.264 two sets of parameters and a slice. */
const pictures: Readonly<Record<string, Buffer>> = {
  VP8: Buffer.from('101000009d012a0005d00200000000', 'hex'),
  VP9: Buffer.from('08824983420013f00b300000', 'hex'),
  AV1: Buffer.from('18080821e7fde0', 'hex'),
  H264: Buffer.from('1800086742e01fda0507c8000468ce3c800003658884', 'hex'),
};
/** Of no size at all. */
const nothing = Buffer.from('101000009d012a0000000000000000', 'hex');
const sounds = ['opus', 'PCMU', 'PCMA'];

function payload(chance: Chance, codec: string): Buffer {
  const right = pictures[codec] ?? Buffer.from([0xf8, 0xff, 0xfe]);
  if (codec === 'VP8' && chance.is(0.2)) return nothing;
  return chance.is(0.2) ? bytes(chance, 60) : damaged(chance, right);
}

test(`no picture has a size that none can have, whatever it is read of (seed ${seed})`, () => {
  const chance = new Chance(seed);
  for (const codec of Object.keys(pictures)) {
    const maker = new FrameMaker(codec);
    let whole = 0;
    for (let n = nightly ? 500_000 : 20_000; n > 0; n--) {
      if (chance.is(0.01)) maker.gap();
      const frame = maker.add({ bytes: payload(chance, codec), timestamp: chance.between(0, 3), marker: chance.is(0.7) });
      const key = frame && keyframeReaders[codec.toLowerCase()]?.(frame.bytes);
      if (key === undefined) continue;
      whole++;
      expect(Math.min(key.width, key.height)).toBeGreaterThanOrEqual(1);
      expect(Math.max(key.width, key.height)).toBeLessThanOrEqual(16_384);
    }
    expect([codec, whole > 100]).toEqual([codec, true]);
  }
});

test(`a recording goes on beside whatever is sent (seed ${seed})`, { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-noise-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const chance = new Chance(seed);
  const told: FromRecorder[] = [];
  const started = 1_795_000_000_000;
  const order = { recording: 'one', folder, part: 0, mix: 'together', streams: true, freeBytes: 0 } as const;
  const recording = await Recording.open(order, started, (message) => told.push(message));
  const opus = { name: 'opus', kind: 'audio', clockRate: 48_000 } as const;
  await recording.add({ stream: 0, participant: 'anna', mid: '0', codec: opus });
  const packet = new RtpPacket();
  const open = new Map<number, string>();
  let streams = 0;
  const rounds = nightly ? 10_000 : 500;
  const said = Buffer.from([0xf8, 0xff, 0xfe]);
  for (let n = 0; n < rounds; n++) {
    const now = started + n * 20;
    if (open.size < 8 || chance.is(0.05)) {
      const codec = chance.pick([...Object.keys(pictures), ...sounds]);
      const kind = sounds.includes(codec) ? 'audio' : 'video';
      const clockRate = kind === 'video' ? 90_000 : codec === 'opus' ? 48_000 : 8_000;
      open.set(++streams, codec);
      await recording.add({
        stream: streams,
        participant: `mallory${streams}`,
        mid: '0',
        codec: { name: codec, kind, clockRate },
      });
      const [oldest] = open.keys();
      if (open.size > 12 && oldest !== undefined && open.delete(oldest)) await recording.gone(oldest, now);
    }
    for (const [stream, codec] of open) {
      const sequence = (chance.is(0.9) ? n : chance.between(0, 0xffff)) & 0xffff;
      const made = rtp({
        sequence,
        timestamp: chance.is(0.9) ? n * 1_800 : chance.between(0, 2 ** 32 - 1),
        marker: chance.is(0.8),
        payload: payload(chance, codec),
      });
      if (packet.read(chance.is(0.9) ? made : damaged(chance, made))) recording.receive(stream, packet, now);
    }
    if (packet.read(rtp({ sequence: n & 0xffff, timestamp: n * 960, payload: said }))) recording.receive(0, packet, now);
    recording.tick(now);
    await new Promise(setImmediate);
  }
  await recording.close(started + rounds * 20 + 2_000);
  expect(told.filter(({ type }) => type === 'failed')).toEqual([]);
  const files = told.flatMap((message) => (message.type === 'file' ? message.file : []));
  expect(files.length).toBeGreaterThan(10);
  const { name } = files.find(({ participant }) => participant === 'anna')!;
  const kept = readFileSync(join(folder, name));
  let heard = 0;
  for (let at = kept.indexOf(said); at >= 0; at = kept.indexOf(said, at + said.length)) heard++;
  expect(heard).toBe(rounds);
});
