/** Music of the host's own for telephones that are held: read once, played round and round. */
import { Decimator } from '../mixing/decimator.ts';
import { GreetingError } from '../ivr/greeting-error.ts';
import { samplesOf } from '../ivr/greeting.ts';
import { frameSamples, rate } from './music.ts';

/** Hertz. */
const readRate = 48_000;
export const holdMusicMostMs = 600_000;

/** 8,000 samples a second, a whole number of frames. WAV, and Opus in Ogg or WebM. @throws GreetingError */
export async function readHoldMusic(bytes: Uint8Array): Promise<Int16Array> {
  const samples = await samplesOf(bytes, (holdMusicMostMs * readRate) / 1_000);
  const frames = Math.floor(samples.length / (readRate / rate) / frameSamples);
  // What is shorter than a second is no music.
  if (frames * frameSamples < rate) throw new GreetingError('refused');
  const round = new Decimator().take(samples.subarray(0, (frames * frameSamples * readRate) / rate));
  return Int16Array.from(round, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32_767));
}
