import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDecoder } from 'libopus-wasm';
import { BufferSource, EncodedPacketSink, Input, OGG } from 'mediabunny';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { decoderFor, Speech } from './speech.ts';
import { Mixer } from './mixer.ts';
import { kept, StreamFile } from './stream-file.ts';
import { Timeline } from './timeline.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-waiting-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const failed = (error: unknown): void => {
  throw error;
};
/** The frame of Opus that is silence. */
const silence = Buffer.from([0xf8, 0xff, 0xfe]);

it('what a disk cannot take in time is left out of a file, and what comes later is in it', async () => {
  const file = StreamFile.ofAudio(join(folder, 'a.webm'), kept['opus']!, failed);
  const large = Buffer.concat([silence, Buffer.alloc(100_000)]);
  let added = 0;
  // The disk has no turn in between.
  while (added < 1_000 && file.add(large, true, added * 20, 20)) added++;
  expect(added).toBeGreaterThan(50);
  expect(added).toBeLessThan(200);
  await expect.poll(() => file.add(silence, true, 20_000, 20)).toBe(true);
  await file.close();
  expect(readFileSync(join(folder, 'a.webm')).length).toBeGreaterThan(added * 100_000);
});

it('a mix for which the disk has no time goes on later, as long as it was', async () => {
  const from = 1_795_000_000_000;
  const path = join(folder, 'a.ogg');
  const mixer = await Mixer.open(path, 'together', new Timeline(from), failed);
  const now = from + 90_000;
  mixer.tick(now);
  await mixer.close(now);
  const bytes = readFileSync(path);
  // Where the last page of Ogg ends, in samples (RFC 7845 §4).
  const granule = bytes.readBigInt64LE(bytes.lastIndexOf('OggS') + 6);
  expect(Math.abs(Number(granule) / 48_000 - 90)).toBeLessThan(0.1);
}, 60_000);

it('only what is said is heard', async () => {
  let heard = 0;
  const speech = new Speech((await decoderFor('PCMU'))!, () => heard++);
  speech.add(Buffer.alloc(160, 0xff), 0, false);
  expect(heard).toBe(0);
  speech.add(Buffer.alloc(160, 0x10), 20, false);
  speech.add(Buffer.alloc(160, 0x10), 40, false);
  expect(heard).toBe(2);
  speech.close();
});

/** How loud each channel of a file is in each second. */
async function loudness(path: string): Promise<readonly (readonly [left: number, right: number])[]> {
  const input = new Input({ source: new BufferSource(readFileSync(path)), formats: [OGG] });
  const track = await input.getPrimaryAudioTrack();
  const decoder = await createDecoder({ channels: 2, sampleRate: 48_000 });
  const seconds: [number, number][] = [];
  for await (const { data, timestamp } of new EncodedPacketSink(track!).packets()) {
    const second = (seconds[Math.floor(timestamp)] ??= [0, 0]);
    for (const [at, sample] of decoder.decodeFloat(data).entries()) second[at % 2]! += Math.abs(sample);
  }
  decoder.free();
  return seconds;
}

/** For most of a second. */
const say = (speech: Speech | undefined, second: number, packet: Buffer): void => {
  for (let n = 0; n < 45; n++) speech?.add(packet, second * 1_000 + n * 20, false);
};

it('whoever is heard first is on the left, whoever was there first, and again after they came back', async () => {
  const from = 1_795_000_000_000;
  const path = join(folder, 'a.ogg');
  const mixer = await Mixer.open(path, 'sides', new Timeline(from), failed);
  const loud = Buffer.from(Array.from({ length: 160 }, (_, n) => (Math.floor(n / 8) % 2 === 0 ? 0x10 : 0x90)));
  const [anna, bo] = [await mixer.hear('anna', 'PCMU'), await mixer.hear('bo', 'PCMU')];
  say(anna, 0, Buffer.alloc(160, 0xff));
  say(bo, 0, loud);
  say(anna, 1, loud);
  mixer.tick(from + 2_200);
  mixer.forget(bo!, from + 2_000);
  const back = await mixer.hear('bo~2', 'PCMU');
  say(back, 2, loud);
  say(anna, 3, loud);
  await mixer.close(from + 4_000);
  const sides = (await loudness(path))
    .slice(0, 4)
    .map(([left, right]) => (left > 10 * right ? 'left' : right > 10 * left ? 'right' : 'both'));
  expect(sides).toEqual(['left', 'right', 'left', 'right']);
});
