import { createDecoder, createEncoder } from 'libopus-wasm';
import { describe, expect, it } from 'vitest';
import { RtpPacket } from '../rtp/packet.ts';
import { aLaw, muLaw } from '../recorder/g711.ts';
import { compand } from './compand.ts';
import { Decimator } from './decimator.ts';
import { Mixdown } from './mixdown.ts';

const t0 = 1_000_000;

function tone(hertz: number, from: number, samples: number, rate = 48_000): Float32Array {
  return Float32Array.from({ length: samples }, (_, n) => 0.3 * Math.sin((2 * Math.PI * hertz * (from + n)) / rate));
}

/** How much there is of a tone, from 0 to about 0.15 (Goertzel). */
function amount(samples: Float32Array, hertz: number, rate = 48_000): number {
  const factor = 2 * Math.cos((2 * Math.PI * hertz) / rate);
  let [last, before] = [0, 0];
  for (const sample of samples) [last, before] = [sample + factor * last - before, last];
  return Math.sqrt(last * last + before * before - factor * last * before) / samples.length;
}

function rtp(sequence: number, timestamp: number, payload: Uint8Array): RtpPacket {
  const bytes = Buffer.alloc(12 + payload.length);
  bytes[0] = 0x80;
  bytes.writeUInt16BE(sequence, 2);
  bytes.writeUInt32BE(timestamp, 4);
  bytes.set(payload, 12);
  const packet = new RtpPacket();
  if (!packet.read(bytes)) throw new Error('no packet');
  return packet;
}

const companded = (hertz: number, frame: number): Uint8Array =>
  Uint8Array.from(tone(hertz, frame * 160, 160, 8_000), (sample) => compand(sample, 'mu'));

const expanded = (payloads: readonly Uint8Array[]): Float32Array =>
  Float32Array.from(payloads.flatMap((payload) => Array.from(payload, (byte) => muLaw[byte]! / 32_768)));

/** Three speak for two seconds, each a tone; the listeners hear them in G.711. */
async function listen(hears: Readonly<Record<number, readonly number[]>>, lost: (frame: number) => boolean = () => false) {
  const heard = new Map<number, Uint8Array[]>();
  const mixdown = new Mixdown(t0, (listener, payload) => heard.set(listener, [...(heard.get(listener) ?? []), payload]));
  const hertz = [0, 400, 1_000, 1_700];
  for (const stream of [1, 2, 3]) await mixdown.add(stream, 'PCMU', 8_000);
  for (const [listener, streams] of Object.entries(hears)) {
    await mixdown.listen(Number(listener), 'pcmu');
    mixdown.hear(Number(listener), streams);
  }
  for (let frame = 0; frame < 100; frame++) {
    const now = t0 + frame * 20;
    for (const stream of [1, 2, 3])
      if (!lost(frame)) mixdown.receive(stream, rtp(frame, frame * 160, companded(hertz[stream]!, frame)), now);
    mixdown.tick(now);
  }
  const of = (listener: number): readonly number[] => {
    const samples = expanded(heard.get(listener) ?? []).subarray(4_000);
    return hertz.slice(1).map((one) => amount(samples, one, 8_000));
  };
  return { of, count: (listener: number): number => heard.get(listener)?.length ?? 0 };
}

const isLoud = ({ payload }: { readonly payload: Uint8Array }): boolean => amount(expanded([payload]), 400, 8_000) > 0.01;

describe('what is heard of several', () => {
  it('is those whom one is to hear, and nobody else', async () => {
    const { of, count } = await listen({ 11: [2, 3], 12: [1], 13: [] });
    expect(count(11)).toBeGreaterThan(90);
    for (const at of [1, 2]) expect(of(11)[at]).toBeGreaterThan(0.1);
    expect(of(11)[0]).toBeLessThan(0.01);
    expect(of(12)[0]).toBeGreaterThan(0.1);
    for (const at of [1, 2]) expect(of(12)[at]).toBeLessThan(0.01);
    for (const one of of(13)) expect(one).toBeLessThan(0.001);
  });

  it('is the five who are loudest, of those whom one is to hear', async () => {
    const hertz = [400, 700, 1_000, 1_300, 1_700, 2_100, 2_500];
    // Each is a quarter quieter than the one before.
    const loudness = hertz.map((_, n) => 0.75 ** n);
    const heard = new Map<number, Uint8Array[]>();
    const mixdown = new Mixdown(t0, (listener, payload) => heard.set(listener, [...(heard.get(listener) ?? []), payload]));
    for (const stream of hertz.keys()) await mixdown.add(stream, 'PCMU', 8_000);
    for (const listener of [11, 12]) await mixdown.listen(listener, 'pcmu');
    mixdown.hear(11, [...hertz.keys()]);
    mixdown.hear(12, [1, 2, 3, 4, 5, 6]);
    for (let frame = 0; frame < 100; frame++) {
      for (const [stream, one] of hertz.entries()) {
        const samples = tone(one, frame * 160, 160, 8_000).map((sample) => sample * loudness[stream]!);
        mixdown.receive(
          stream,
          rtp(
            frame,
            frame * 160,
            Uint8Array.from(samples, (sample) => compand(sample, 'mu')),
          ),
          t0 + frame * 20,
        );
      }
      mixdown.tick(t0 + frame * 20);
    }
    const of = (listener: number): readonly boolean[] => {
      const samples = expanded(heard.get(listener) ?? []).subarray(4_000);
      return hertz.map((one, n) => amount(samples, one, 8_000) > 0.1 * loudness[n]!);
    };
    expect(of(11)).toEqual([true, true, true, true, true, false, false]);
    expect(of(12)).toEqual([false, true, true, true, true, true, false]);
  });

  it('goes on where packets are lost', async () => {
    const { of } = await listen({ 11: [1, 2] }, (frame) => frame % 10 === 0);
    for (const at of [0, 1]) expect(of(11)[at]).toBeGreaterThan(0.08);
  });

  it('is in Opus for those who speak it', async () => {
    const [encoder, decoder] = [
      await createEncoder({ channels: 1, sampleRate: 48_000 }),
      await createDecoder({ channels: 1, sampleRate: 48_000 }),
    ];
    const heard: Float32Array[] = [];
    const mixdown = new Mixdown(t0, (_, payload) => heard.push(decoder.decodeFloat(payload).slice()));
    await mixdown.add(1, 'opus', 48_000);
    await mixdown.listen(11, 'opus');
    mixdown.hear(11, [1]);
    for (let frame = 0; frame < 100; frame++) {
      const payload = encoder.encodeFloat(tone(1_000, frame * 960, 960)).slice();
      mixdown.receive(1, rtp(frame, frame * 960, payload), t0 + frame * 20);
      mixdown.tick(t0 + frame * 20);
    }
    const late = heard.slice(40);
    expect(late.length).toBeGreaterThan(40);
    for (const frame of late) expect(amount(frame, 1_000)).toBeGreaterThan(0.08);
  });

  it('is nothing of long ago after a pause in which nothing was mixed, and says how much is missing', async () => {
    const heard: { readonly payload: Uint8Array; readonly frame: number; readonly at: number }[] = [];
    let now = t0;
    const mixdown = new Mixdown(t0, (_, payload, frame) => heard.push({ payload, frame, at: now }));
    await mixdown.add(1, 'PCMU', 8_000);
    await mixdown.listen(11, 'pcmu');
    mixdown.hear(11, [1]);
    // A tone for two seconds, of which the second goes by without a tick.
    for (let frame = 0; frame < 500; frame++) {
      now = t0 + frame * 20;
      if (frame < 100) mixdown.receive(1, rtp(frame, frame * 160, companded(400, frame)), now);
      if (frame < 50 || frame >= 100) mixdown.tick(now);
    }
    expect(heard.filter((one) => one.at < t0 + 1_000 && isLoud(one)).length).toBeGreaterThan(30);
    expect(heard.filter((one) => one.at > t0 + 2_200 && isLoud(one))).toEqual([]);
    const gaps = heard.slice(1).map(({ frame }, n) => frame - heard[n]!.frame);
    expect(gaps.filter((gap) => gap > 1)).toHaveLength(1);
    expect(heard.at(-1)!.frame).toBeGreaterThan(490 - 5);
  });

  it('does not come ever later when the clock of a speaker runs fast, or is lost when it runs slow', async () => {
    for (const drift of [1.01, 0.99]) {
      const heard: Uint8Array[] = [];
      const mixdown = new Mixdown(t0, (_, payload) => heard.push(payload));
      await mixdown.add(1, 'PCMU', 8_000);
      await mixdown.listen(11, 'pcmu');
      mixdown.hear(11, [1]);
      for (let frame = 0; frame < 2_000; frame++) {
        // It says that 20 ms have passed, and they were more, or fewer.
        mixdown.receive(1, rtp(frame & 0xffff, frame * 160, companded(400, frame)), t0 + frame * 20 * drift);
        mixdown.tick(t0 + frame * 20 * drift);
      }
      const silent = heard.slice(10).filter((payload) => expanded([payload]).every((sample) => Math.abs(sample) < 0.001));
      expect(silent.length).toBeLessThan(heard.length * 0.05);
    }
  });
});

/** How loud a tone comes through. */
const through = (hertz: number): number => {
  const decimator = new Decimator();
  const frames = Array.from({ length: 20 }, (_, n) => decimator.take(tone(hertz, n * 960, 960)));
  const samples = Float32Array.from(frames.slice(2).flatMap((frame) => [...frame]));
  return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
};

describe('the codecs of telephones', () => {
  it.each([
    ['mu', muLaw],
    ['a', aLaw],
  ] as const)('writes what stands for the nearest value: %s-law', (law, table) => {
    for (let sample = -32_000; sample <= 32_000; sample += 97) {
      const value = table[compand(sample / 32_768, law)]!;
      expect(Math.abs(value - sample)).toBeLessThanOrEqual(Math.max(16, Math.abs(sample) * 0.04));
    }
  });

  it('carries speech, and nothing that 8,000 samples a second cannot', () => {
    for (const hertz of [300, 1_000, 2_500]) expect(through(hertz)).toBeCloseTo(0.3 / Math.SQRT2, 2);
    for (const hertz of [5_000, 8_000, 12_000]) expect(through(hertz)).toBeLessThan(0.003);
  });
});
