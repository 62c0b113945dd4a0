/** What is played to somebody: files and tones, as packets of Opus of 20 ms each. */
import type { Milliseconds } from '@offhook/core';
import { createEncoder } from 'libopus-wasm';
import { readFile } from 'node:fs/promises';
import { opusDuration } from '../recorder/opus-head.ts';
import { readOggOpus } from './ogg.ts';

export type Sound =
  /** A file of Ogg with one channel of Opus in packets of 20 ms, as recordings and greetings are. */
  | { readonly file: string }
  /** Several frequencies at once; none: silence. */
  | { readonly hertz: readonly number[]; readonly ms: Milliseconds };

export const frameMs: Milliseconds = 20;
const frameSamples = 960;
const rate = 48_000;
/** All frequencies of a tone together: as loud as somebody who speaks up, not louder. */
const amplitude = 0.25;
/** A tone that begins or ends at once clicks. */
const fadeMs: Milliseconds = 5;

const tones = new Map<string, Promise<readonly Uint8Array[]>>();

/** Rejects where a file is none that can be played. */
export async function packetsOf(sounds: readonly Sound[]): Promise<readonly Uint8Array[]> {
  return (await Promise.all(sounds.map((sound) => ('file' in sound ? ofFile(sound.file) : ofTone(sound))))).flat();
}

async function ofFile(path: string): Promise<readonly Uint8Array[]> {
  const packets = readOggOpus(await readFile(path))?.packets.filter((packet) => opusDuration(packet) === frameMs);
  if (packets === undefined || packets.length === 0) throw new Error(`nothing to play in ${path}`);
  return packets;
}

function ofTone({ hertz, ms }: Extract<Sound, { ms: Milliseconds }>): Promise<readonly Uint8Array[]> {
  const key = `${hertz.join('+')} ${ms}`;
  const known = tones.get(key) ?? encoded(hertz, ms);
  tones.set(key, known);
  return known;
}

async function encoded(hertz: readonly number[], ms: Milliseconds): Promise<readonly Uint8Array[]> {
  const encoder = await createEncoder({ channels: 1, sampleRate: rate, bitrate: 32_000 });
  const length = (ms * rate) / 1_000;
  const fade = (fadeMs * rate) / 1_000;
  const sample = (at: number): number => {
    const loudness = (amplitude / Math.max(1, hertz.length)) * Math.min(1, at / fade, Math.max(0, length - at) / fade);
    return hertz.reduce((sum, one) => sum + loudness * Math.sin((2 * Math.PI * one * at) / rate), 0);
  };
  try {
    return Array.from({ length: Math.ceil(ms / frameMs) }, (_, frame) => {
      const samples = Float32Array.from({ length: frameSamples }, (_one, n) => sample(frame * frameSamples + n));
      // A copy: what it hands out is written over by the next.
      return encoder.encodeFloat(samples).slice();
    });
  } finally {
    encoder.free();
  }
}
