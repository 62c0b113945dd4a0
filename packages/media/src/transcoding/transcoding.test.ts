import { createDecoder, createEncoder } from 'libopus-wasm';
import { describe, expect, it } from 'vitest';
import { compand } from '../mixing/compand.ts';
import { aLaw, muLaw } from '../recorder/g711.ts';
import { G722Decoder, G722Encoder } from './g722.ts';
import type { Frame, SpokenCodec } from './messages.ts';
import { Transcoding } from './transcoding.ts';

const hertz = 440;
/** 20 ms of a tone, the nth of them. */
const tone = (n: number, rate: number): Int16Array =>
  Int16Array.from({ length: rate / 50 }, (_, at) => 8_000 * Math.sin((2 * Math.PI * hertz * (n * (rate / 50) + at)) / rate));

/** How strong the tone is, 1 for as strong as it was made. */
function strength(samples: Int16Array, rate: number): number {
  let [sine, cosine] = [0, 0];
  for (const [n, sample] of samples.entries()) {
    sine += sample * Math.sin((2 * Math.PI * hertz * n) / rate);
    cosine += sample * Math.cos((2 * Math.PI * hertz * n) / rate);
  }
  return (2 * Math.hypot(sine, cosine)) / samples.length / 8_000;
}

const joined = (parts: readonly Int16Array[]): Int16Array => Int16Array.from(parts.flatMap((part) => [...part]));
const law = (samples: Int16Array, name: 'mu' | 'a'): Uint8Array =>
  Uint8Array.from(samples, (sample) => compand(sample / 32_768, name));

async function encoderOf(codec: SpokenCodec): Promise<(n: number) => Uint8Array> {
  if (codec === 'pcmu' || codec === 'pcma') return (n) => law(tone(n, 8_000), codec === 'pcmu' ? 'mu' : 'a');
  const g722 = new G722Encoder();
  if (codec === 'g722') return (n) => g722.encode(tone(n, 16_000));
  const opus = await createEncoder({ channels: 1, sampleRate: 48_000 });
  return (n) => opus.encode(tone(n, 48_000)).slice();
}

async function decoded(codec: SpokenCodec, payloads: readonly Uint8Array[]): Promise<{ samples: Int16Array; rate: number }> {
  if (codec === 'pcmu' || codec === 'pcma') {
    const table = codec === 'pcmu' ? muLaw : aLaw;
    return { samples: joined(payloads.map((bytes) => Int16Array.from(bytes, (byte) => table[byte]!))), rate: 8_000 };
  }
  const g722 = new G722Decoder();
  if (codec === 'g722') return { samples: joined(payloads.map((bytes) => g722.decode(bytes))), rate: 16_000 };
  const opus = await createDecoder({ channels: 1, sampleRate: 48_000 });
  return { samples: joined(payloads.map((bytes) => opus.decode(bytes).slice())), rate: 48_000 };
}

const ticksOf = (codec: SpokenCodec): number => (codec === 'opus' ? 960 : 160);
const codecs = ['opus', 'g722', 'pcmu', 'pcma'] as const;

async function recoding(from: SpokenCodec, to: SpokenCodec) {
  const frames: Omit<Frame, 'stream'>[] = [];
  const one = await Transcoding.open(from, to, (frame) => frames.push(frame));
  const encode = await encoderOf(from);
  /** The nth packet, whose timestamps go over their end. */
  const packet = (n: number) => ({
    sequence: (65_530 + n) & 0xffff,
    timestamp: (2 ** 32 - 1_000 + n * ticksOf(from)) >>> 0,
    payload: encode(n),
  });
  return { one, frames, packet };
}

describe('what is said in one codec', () => {
  it.each(codecs.flatMap((from) => codecs.filter((to) => to !== from).map((to) => [from, to] as const)))(
    'is told in another: %s as %s, frame by frame',
    async (from, to) => {
      const { one, frames, packet } = await recoding(from, to);
      for (let n = 0; n < 50; n++) one.receive(packet(n), n * 20);
      expect(frames.map(({ at }) => at)).toEqual(Array.from({ length: 50 }, (_, n) => n * ticksOf(to)));
      expect(frames.map(({ isFirst }) => isFirst)).toEqual(Array.from({ length: 50 }, (_, n) => n === 0));
      const { samples, rate } = await decoded(
        to,
        frames.map(({ payload }) => payload),
      );
      expect(strength(samples.subarray(rate / 5), rate)).toBeCloseTo(1, 0);
      expect(strength(samples.subarray(rate / 5), rate)).toBeGreaterThan(0.8);
      one.close();
    },
  );

  it('is put into order, waited for no longer than a moment, and told without what is missing', async () => {
    const { one, frames, packet } = await recoding('pcmu', 'pcma');
    const [p0, p1, p2, p3, p4, p5] = Array.from({ length: 6 }, (_, n) => packet(n));
    one.receive(p0!, 0);
    one.receive(p2!, 20);
    one.receive(p1!, 30);
    one.receive(p1!, 31);
    expect(frames.map(({ at }) => at)).toEqual([0, 160, 320]);
    one.receive(p4!, 80);
    one.receive(p5!, 100);
    one.tick(110);
    expect(frames).toHaveLength(3);
    one.tick(121);
    expect(frames.map(({ at, isFirst }) => [at, isFirst]).slice(3)).toEqual([
      [640, true],
      [800, false],
    ]);
    one.receive(p3!, 130);
    expect(frames).toHaveLength(5);
  });

  it('is guessed by what follows it, where Opus says it once more', async () => {
    const { one, frames, packet } = await recoding('opus', 'pcmu');
    for (let n = 0; n < 20; n++) if (n !== 10) one.receive(packet(n), n * 20);
    one.tick(2_000);
    for (let n = 20; n < 30; n++) one.receive(packet(n), n * 20);
    expect(frames.map(({ at }) => at)).toEqual(Array.from({ length: 30 }, (_, n) => n * 160));
  });

  it('is not waited for where its number was that of a key', async () => {
    const { one, frames, packet } = await recoding('pcmu', 'opus');
    for (let n = 0; n < 10; n++) one.receive(n === 4 ? { ...packet(n), payload: new Uint8Array() } : packet(n), n * 20);
    expect(frames.map(({ at }) => at / 960)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
  });

  it('may have other frames: three of 30 ms are four and a half of 20 ms', async () => {
    const { one, frames } = await recoding('pcmu', 'g722');
    for (let n = 0; n < 3; n++)
      one.receive({ sequence: n, timestamp: n * 240, payload: new Uint8Array(240).fill(0x55) }, n * 30);
    expect(frames.map(({ at }) => at)).toEqual([0, 160, 320, 480]);
    expect(frames.map(({ payload }) => payload.length)).toEqual([160, 160, 160, 160]);
  });

  it.each(codecs)('bears what is no %s, and goes on', async (from) => {
    const to = from === 'opus' ? 'pcmu' : 'opus';
    const { one, frames, packet } = await recoding(from, to);
    for (let n = 0; n < 200; n++) {
      const payload = Uint8Array.from({ length: (n * 37) % 300 }, (_, at) => (at * n * 31) & 0xff);
      one.receive({ sequence: n, timestamp: n * ticksOf(from), payload }, n * 20);
    }
    const before = frames.length;
    one.receive({ ...packet(0), sequence: 200, timestamp: 200 * ticksOf(from) }, 4_000);
    one.receive({ ...packet(1), sequence: 201, timestamp: 201 * ticksOf(from) }, 4_020);
    expect(frames.length).toBeGreaterThan(before);
  });
});
