/** What carries media, by what the settings say; nothing starts before somebody joins a session. */
import { readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { checkHoldMusic, GreetingError } from '@offhook/media';
import { MediaPool } from './pool.ts';
import type { PoolOptions } from './pool.ts';

export interface MediaSettings {
  /** UDP port of the first worker. */
  readonly mediaPort: number;
  /** None: nobody takes part in sessions. */
  readonly mediaWorkers: number | undefined;
  readonly mediaAddresses: readonly string[];
  readonly mediaBitrate: number | undefined;
  /** A file. */
  readonly holdMusic: string | undefined;
  readonly limits: { readonly recordingBytes: number };
}

/** Says to people what is wrong with the file of the setting. */
export class HoldMusicError extends Error {
  override readonly name = 'HoldMusicError';
}

/** Ten minutes of WAV with two channels, as CDs have it. */
const musicBytesMost = 120_000_000;

/** @throws HoldMusicError */
export async function openMedia(
  settings: MediaSettings,
  rtpPorts: PoolOptions['rtpPorts'],
  { log, metrics }: Pick<PoolOptions, 'log' | 'metrics'>,
): Promise<MediaPool | undefined> {
  const { mediaPort: port, mediaWorkers: workers = availableParallelism(), mediaAddresses: announced } = settings;
  const { recordingBytes } = settings.limits;
  const holdMusic = settings.holdMusic === undefined ? undefined : resolve(settings.holdMusic);
  if (holdMusic !== undefined) await checkMusic(holdMusic);
  const options = { port, workers, log, metrics, rtpPorts, bitrate: settings.mediaBitrate, holdMusic, recordingBytes };
  return workers === 0 ? undefined : new MediaPool({ ...options, ...(announced.length > 0 && { announced }) });
}

async function checkMusic(file: string): Promise<void> {
  const wrong = (what: string, cause: unknown): HoldMusicError =>
    new HoldMusicError(`The music for telephones that are held (holdMusic, --hold-music) ${what}: ${file}`, { cause });
  try {
    if ((await stat(file)).size > musicBytesMost) throw wrong(`has more than ${musicBytesMost / 1e6} MB`, undefined);
    await checkHoldMusic(await readFile(file));
  } catch (error) {
    if (error instanceof HoldMusicError) throw error;
    if (!(error instanceof GreetingError)) throw wrong('cannot be read', error);
    throw wrong(
      error.code === 'too_long'
        ? 'is longer than ten minutes'
        : 'is neither WAV nor Opus in Ogg or WebM, or is shorter than a second',
      error,
    );
  }
}
