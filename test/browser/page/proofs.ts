/** What proves that people hear and see each other, or do not: decoded sound and pictures, nothing else. */
import { received } from './stats.ts';
import type { Received } from './stats.ts';
import { until } from './until.ts';

/**
 * Of the tone that a fake microphone makes, a second carries 0.2 (Chromium's beeps) or 0.01 (Firefox's hum); of the end of it
 * that lingers in the receiver's buffers after it has stopped, less than 0.0005.
 */
const heardEnergy = 0.003;
/** A microphone that is off sends digital silence, decoded to about 1e-9 a second. */
const silentEnergy = 1e-6;
const seenFrames = 5;
/** Longer than the pause between two beeps of Chromium's microphone, which is half a second. */
const nothingMs = 1_200;

interface Growth {
  readonly tracks: number;
  readonly energy: number;
  /** Seconds. */
  readonly played: number;
  readonly frames: number;
}

/** Sums up what has come in since it was made, over peer connections that come and go. */
class Meter {
  #before: ReadonlyMap<string, Received> | undefined;

  async read(kind: Received['kind']): Promise<Growth> {
    const now = await received();
    this.#before ??= now;
    const sum = { tracks: 0, energy: 0, played: 0, frames: 0 };
    for (const [id, track] of now) {
      if (track.kind !== kind) continue;
      sum.tracks += 1;
      const before = this.#before.get(id);
      for (const name of ['energy', 'played', 'frames'] as const) sum[name] += track[name] - (before?.[name] ?? 0);
    }
    return sum;
  }
}

export async function hears(state: () => unknown, patienceMs?: number): Promise<void> {
  const meter = new Meter();
  await until('sound', async () => (await meter.read('audio')).energy >= heardEnergy, state, patienceMs);
}

export async function sees(state: () => unknown, patienceMs?: number): Promise<void> {
  const meter = new Meter();
  await until('moving pictures', async () => (await meter.read('video')).frames >= seenFrames, state, patienceMs);
}

/** No sound comes, for longer than any pause of a fake microphone. */
export async function hearsNothing(state: () => unknown): Promise<void> {
  await stays('silence', 'audio', ({ energy }) => energy <= silentEnergy, state);
}

export async function seesNothing(state: () => unknown): Promise<void> {
  await stays('no pictures', 'video', ({ frames }) => frames === 0, state);
}

/** Nothing comes for a while, and while tracks are there, the receiver was at work all the time. */
async function stays(
  what: string,
  kind: Received['kind'],
  isNothing: (growth: Growth) => boolean,
  state: () => unknown,
): Promise<void> {
  let meter = new Meter();
  let since = performance.now();
  await until(
    what,
    async () => {
      const growth = await meter.read(kind);
      if (!isNothing(growth)) {
        meter = new Meter();
        since = performance.now();
      }
      const isLive = growth.tracks === 0 || kind === 'video' || growth.played >= nothingMs / 1000;
      return isLive && performance.now() - since >= nothingMs;
    },
    state,
  );
}

/** Between one picture of a fake camera and another a second later, colours differ by far more. */
const sameColour = 8;

/** The picture is the same for a while. */
export async function seesStill(player: HTMLVideoElement, state: () => unknown): Promise<void> {
  let first = pixels(player);
  let since = performance.now();
  await until(
    'a picture that stands still',
    () => {
      const now = pixels(player);
      if (now.some((value, index) => Math.abs(value - (first[index] ?? 0)) > sameColour)) {
        first = now;
        since = performance.now();
      }
      return performance.now() - since >= nothingMs;
    },
    state,
  );
}

function pixels(player: HTMLVideoElement): Uint8ClampedArray {
  const size = 8;
  const context = new OffscreenCanvas(size, size).getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.drawImage(player, 0, 0, size, size);
  return context.getImageData(0, 0, size, size).data;
}
