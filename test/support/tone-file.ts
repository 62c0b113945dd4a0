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

interface Form {
  readonly rate: number;
  readonly channels: number;
}

/** So many seconds of a tone, as WAV with 16 bits. */
export function tone(hertz: number, seconds: number, { rate, channels }: Form): Uint8Array<ArrayBuffer> {
  const sample = (n: number): number => 10_000 * Math.sin((2 * Math.PI * hertz * Math.floor(n / channels)) / rate);
  const samples = Int16Array.from({ length: seconds * rate * channels }, (_, n) => sample(n));
  const head = wavHead(samples.byteLength, rate, channels);
  return new Uint8Array(Buffer.concat([head, Buffer.from(samples.buffer)]));
}

/** A minute of it, in a file. */
export function toneFile(into: string, hertz: number, form: Form): string {
  const path = join(into, 'tone.wav');
  writeFileSync(path, tone(hertz, 60, form));
  return path;
}
