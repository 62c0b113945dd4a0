/** What microphones of phones hear. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a WAV file with 16 bits begins, before so many bytes. */
export function wavHead(bytes: number, rate: number, channels: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + bytes, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * channels * 2, 28);
  head.writeUInt16LE(channels * 2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(bytes, 40);
  return head;
}

/** A minute of a tone, as WAV with 16 bits. */
export function toneFile(
  into: string,
  hertz: number,
  { rate, channels }: { readonly rate: number; readonly channels: number },
): string {
  const sample = (n: number): number => 10_000 * Math.sin((2 * Math.PI * hertz * Math.floor(n / channels)) / rate);
  const samples = Int16Array.from({ length: 60 * rate * channels }, (_, n) => sample(n));
  const head = wavHead(samples.byteLength, rate, channels);
  const path = join(into, 'tone.wav');
  writeFileSync(path, Buffer.concat([head, Buffer.from(samples.buffer)]));
  return path;
}
