/** A call that the server itself talks with: what a caller hears, which keys are heard of them, and what is recorded. */
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Ivr } from '../../packages/media/src/ivr/ivr.ts';
import type { IvrNews } from '../../packages/media/src/ivr/ivr.ts';
import { readOggOpus } from '../../packages/media/src/ivr/ogg.ts';
import { Mixer } from '../../packages/media/src/mixing/mixer.ts';
import { Recorder } from '../../packages/media/src/recorder/recorder.ts';
import { freePort } from '../browser/harness/ports.ts';
import { amount, Caller, voices } from '../support/caller.ts';
import { readAnswer, speaking } from '../support/media-descriptions.ts';

const clock = (): number => performance.timeOrigin + performance.now();
const within = { timeout: 20_000 };

let folder: string;
let ivr: Ivr;
let caller: Caller;
let news: IvrNews[];
let ticking: ReturnType<typeof setInterval>;

const types = (): string[] => news.map((one) => one.type);

async function connect(codec: string): Promise<void> {
  const [voice, port, peerPort] = await Promise.all([voices[codec]!(), freePort(), freePort()]);
  const [mixer, recorder] = [new Mixer(), new Recorder()];
  ivr = new Ivr({
    transport: { port },
    mixer,
    recorder,
    clock,
    random: (below) => randomInt(Math.min(below, 2 ** 47)),
    onNews: (one) => news.push(one),
  });
  caller = new Caller(peerPort, voice);
  caller.transport.connect(readAnswer(ivr.answer(speaking(codec, caller.transport.local))));
  ticking = setInterval(() => {
    const now = clock();
    caller.speak();
    ivr.tick(now);
    recorder.tick(now);
    mixer.tick(now);
  }, 20);
  await expect.poll(() => news, within).toContainEqual({ type: 'media', state: 'connected' });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-ivr-'));
  news = [];
});
afterEach(() => {
  clearInterval(ticking);
  ivr.close();
  caller.transport.close();
  rmSync(folder, { recursive: true, force: true });
});

const order = { recording: 'one', freeBytes: 0, silenceMs: 60_000, mostMs: 60_000 };

describe.each(['opus', 'PCMU'])('in %s', (codec) => {
  test('a caller hears what is played, and a recording has what they say', async () => {
    await connect(codec);
    void ivr.play(1, [{ hertz: [800], ms: 10_000 }]);
    await expect.poll(() => caller.last(800), within).toBeGreaterThan(0.05);
    void ivr.play(2, [{ hertz: [1_400], ms: 400 }]);
    await expect.poll(() => caller.last(1_400), within).toBeGreaterThan(0.05);
    await expect.poll(() => news, within).toContainEqual({ type: 'played', play: 2 });
    expect(news).not.toContainEqual({ type: 'played', play: 1 });

    await ivr.record({ ...order, folder });
    caller.hertz = 600;
    const path = join(folder, '1-0.ogg');
    await expect.poll(() => readOggOpus(readFileSync(path))?.durationMs ?? 0, within).toBeGreaterThan(2_000);
    caller.hertz = undefined;
    const { heardMs } = await ivr.recorded();
    expect(heardMs).toBeGreaterThan(1_000);
    const sound = readOggOpus(readFileSync(path))!;
    expect(sound.wholeBytes).toBe(readFileSync(path).length);
    const decoder = (await voices['opus']?.())!;
    const samples = Float32Array.from(sound.packets.flatMap((packet) => Array.from(decoder.decode(packet))));
    expect(samples.length / 48).toBeGreaterThan(sound.durationMs - 40);
    expect(amount(samples.subarray(24_000, 72_000), 600)).toBeGreaterThan(0.05);
  }, 60_000);
});

test('each key is heard once', async () => {
  await connect('opus');
  caller.press(1);
  caller.speak();
  caller.press(11);
  await expect.poll(() => news.flatMap((one) => (one.type === 'key' ? one.digit : [])), within).toEqual(['1', '#']);
});

test('a recording is over when nobody speaks, and says how little was heard', async () => {
  await connect('PCMU');
  await ivr.record({ ...order, folder, silenceMs: 800 });
  await expect.poll(() => news, within).toContainEqual({ type: 'recorded', why: 'silence' });
  expect((await ivr.recorded()).heardMs).toBe(0);
});

test('a recording is over at its limit, also while somebody speaks', async () => {
  await connect('PCMU');
  caller.hertz = 500;
  await ivr.record({ ...order, folder, mostMs: 700 });
  await expect.poll(() => news, within).toContainEqual({ type: 'recorded', why: 'limit' });
  expect(types().filter((type) => type === 'recorded')).toHaveLength(1);
});

test('an offer without a codec that is spoken here is not taken', async () => {
  await connect('PCMU');
  expect(() => ivr.answer(speaking('G722', caller.transport.local))).toThrow('nothing that could be heard');
});
