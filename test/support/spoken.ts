/** Which of the prompts of the server somebody has heard: by how loud it is from one moment to the next, which no codec changes much. */
import { readFile } from 'node:fs/promises';
import { decoderFor } from '../../packages/media/src/recorder/speech.ts';
import { readOggOpus } from '../../packages/media/src/ivr/ogg.ts';
import { promptTexts } from '../../packages/server/src/prompts/texts.ts';
import type { PromptName } from '../../packages/server/src/ports/prompts.ts';

const stepsPerSecond = 100;
/** Of so many steps the loudness is taken. */
const window = 4;
/** Of a prompt so long a piece is looked for at a time: on a busy machine there are holes between them. In steps. */
const [piece, apart] = [80, 40];
/** A piece that has come by a telephone is more like itself than this, others are hardly ever. */
const alike = 0.92;

export interface Heard {
  readonly samples: Float32Array;
  /** A second. */
  readonly rate: number;
}

const sounds = new URL('../../packages/server/src/prompts/sounds/', import.meta.url);
const known = new Map<PromptName, Float32Array>();

/** As it comes out of a decoder, 48,000 samples a second. */
export async function decoded(name: PromptName): Promise<Float32Array> {
  const packets = readOggOpus(await readFile(new URL(`${name}.ogg`, sounds)))?.packets ?? [];
  const decoder = await decoderFor('opus');
  if (decoder === undefined) throw new Error('no decoder for opus');
  return Float32Array.from(packets.flatMap((packet) => [...decoder.decode(packet)]));
}

/** To be called before `hears`: reads all of them. */
export async function readPrompts(): Promise<void> {
  for (const name of Object.keys(promptTexts) as PromptName[])
    if (!known.has(name)) known.set(name, loudness({ samples: await decoded(name), rate: 48_000 }));
}

/** Whether it was heard, but for some holes. */
export function hears(heard: Heard, name: PromptName): boolean {
  const found = piecesIn(heard, name);
  return found.filter((is) => is).length / found.length >= 0.6;
}

/** Whether it has begun. */
export function hearsBegin(heard: Heard, name: PromptName): boolean {
  return piecesIn(heard, name)
    .slice(0, 4)
    .some((is) => is);
}

/** Whether the last of it was heard. */
export function hearsEnd(heard: Heard, name: PromptName): boolean {
  return piecesIn(heard, name)
    .slice(-2)
    .some((is) => is);
}

/** Of each piece, whether it was heard anywhere. */
export function piecesIn(heard: Heard, name: PromptName): boolean[] {
  const all = loudness(heard);
  return piecesOf(name).map((one) => {
    for (let at = 0; at + one.length <= all.length; at++)
      if (correlation(all.subarray(at, at + one.length), one) > alike) return true;
    return false;
  });
}

function piecesOf(name: PromptName): Float32Array[] {
  const whole = known.get(name);
  if (whole === undefined) throw new Error('the prompts were not read');
  const count = Math.max(1, 1 + Math.floor((whole.length - piece) / apart));
  return Array.from({ length: count }, (_, n) => whole.subarray(n * apart, n * apart + piece));
}

function loudness({ samples, rate }: Heard): Float32Array {
  const step = rate / stepsPerSecond;
  const powers = new Float32Array(Math.floor(samples.length / step));
  for (let at = 0; at < powers.length * step; at++) powers[Math.floor(at / step)]! += samples[at]! ** 2;
  return powers.map((_, n) => {
    let sum = 0;
    for (let at = n; at < Math.min(n + window, powers.length); at++) sum += powers[at]!;
    return Math.sqrt(sum);
  });
}

/** What has come in pieces, as one. */
export function joined(frames: readonly ArrayLike<number>[]): Float32Array {
  const all = new Float32Array(frames.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const frame of frames) {
    all.set(frame, at);
    at += frame.length;
  }
  return all;
}

/** Pearson's. */
function correlation(some: Float32Array, others: Float32Array): number {
  const count = some.length;
  let [ofSome, ofOthers, squareOfSome, squareOfOthers, both] = [0, 0, 0, 0, 0];
  for (let n = 0; n < count; n++) {
    const [one, other] = [some[n]!, others[n]!];
    ofSome += one;
    ofOthers += other;
    squareOfSome += one * one;
    squareOfOthers += other * other;
    both += one * other;
  }
  const spread = (squareOfSome - ofSome ** 2 / count) * (squareOfOthers - ofOthers ** 2 / count);
  return spread > 0 ? (both - (ofSome * ofOthers) / count) / Math.sqrt(spread) : 0;
}
