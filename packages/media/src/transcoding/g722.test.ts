import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { program } from '../../../../test/support/programs.ts';
import { G722Decoder, G722Encoder } from './g722.ts';
import { Doubler, Halver } from './halves.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-g722-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tone = (hertz: number, rate: number, seconds = 1): Int16Array =>
  Int16Array.from({ length: rate * seconds }, (_, n) => 8_000 * Math.sin((2 * Math.PI * hertz * n) / rate));

/** How strong a tone is, 1 for as strong as `tone` makes it. */
function strength(samples: Int16Array, hertz: number, rate: number): number {
  let [sine, cosine] = [0, 0];
  for (const [n, sample] of samples.entries()) {
    sine += sample * Math.sin((2 * Math.PI * hertz * n) / rate);
    cosine += sample * Math.cos((2 * Math.PI * hertz * n) / rate);
  }
  return (2 * Math.hypot(sine, cosine)) / samples.length / 8_000;
}

/** What ffmpeg makes of bytes of G.722. */
function decodedByFfmpeg(bytes: Uint8Array): Int16Array {
  const path = join(folder, 'sound.g722');
  writeFileSync(path, bytes);
  const args = ['-v', 'error', '-f', 'g722', '-i', path, '-f', 's16le', 'pipe:1'];
  const made = execFileSync(program('ffmpeg'), args);
  return new Int16Array(made.buffer.slice(made.byteOffset, made.byteOffset + made.length));
}

describe('G.722', () => {
  it.each([200, 1_000, 3_000, 5_500])('sounds as it did, with a tone of %i Hz, and is decoded as others decode it', (hertz) => {
    const bytes = new G722Encoder().encode(tone(hertz, 16_000));
    expect(bytes).toHaveLength(8_000);
    const samples = new G722Decoder().decode(bytes);
    expect(strength(samples, hertz, 16_000)).toBeCloseTo(1, 1);
    expect(Buffer.from(samples.buffer).equals(Buffer.from(decodedByFfmpeg(bytes).buffer))).toBe(true);
  });

  it('decodes what others encode', () => {
    const [raw, path] = [join(folder, 'raw'), join(folder, 'sound.g722')];
    writeFileSync(raw, Buffer.from(tone(440, 16_000).buffer));
    execFileSync(program('ffmpeg'), ['-v', 'error', '-f', 's16le', '-ar', '16000', '-i', raw, '-c:a', 'g722', path]);
    const bytes = readFileSync(path);
    const samples = new G722Decoder().decode(bytes);
    expect(strength(samples, 440, 16_000)).toBeCloseTo(1, 1);
    expect(Buffer.from(samples.buffer).equals(Buffer.from(decodedByFfmpeg(bytes).buffer))).toBe(true);
  });

  it('bears any bytes, and the loudest there is', () => {
    const bytes = Uint8Array.from({ length: 4_000 }, (_, n) => (n * 7_919) % 251);
    expect(new G722Decoder().decode(bytes)).toEqual(decodedByFfmpeg(bytes));
    const loud = Int16Array.from({ length: 3_200 }, (_, n) => (n % 20 < 10 ? 32_767 : -32_768));
    const encoded = new G722Encoder().encode(loud);
    expect(new G722Decoder().decode(encoded)).toEqual(decodedByFfmpeg(encoded));
  });
});

describe('twice or half as many samples a second', () => {
  it('are the same sound, without what the smaller number cannot carry', () => {
    const halves = (hertz: number): Int16Array => new Halver().take(tone(hertz, 16_000));
    expect(strength(halves(1_000), 1_000, 8_000)).toBeCloseTo(1, 1);
    // It would be heard at 3,000 Hz.
    expect(strength(halves(5_000), 3_000, 8_000)).toBeLessThan(0.01);
    const doubled = new Doubler().take(tone(1_000, 8_000));
    expect(doubled).toHaveLength(16_000);
    expect(strength(doubled, 1_000, 16_000)).toBeCloseTo(1, 1);
    expect(strength(doubled, 7_000, 16_000)).toBeLessThan(0.01);
  });
});
