/** What carries media, by what the settings say; nothing starts before somebody joins a session. */
import { availableParallelism } from 'node:os';
import { MediaPool } from './pool.ts';
import type { PoolOptions } from './pool.ts';

export interface MediaSettings {
  /** UDP port of the first worker. */
  readonly mediaPort: number;
  /** None: nobody takes part in sessions. */
  readonly mediaWorkers: number | undefined;
  readonly mediaAddresses: readonly string[];
  readonly mediaBitrate: number | undefined;
}

export function openMedia(
  settings: MediaSettings,
  rtpPorts: PoolOptions['rtpPorts'],
  { log, metrics }: Pick<PoolOptions, 'log' | 'metrics'>,
): MediaPool | undefined {
  const { mediaPort: port, mediaWorkers: workers = availableParallelism(), mediaAddresses: announced } = settings;
  const options = { port, workers, log, metrics, rtpPorts, bitrate: settings.mediaBitrate };
  return workers === 0 ? undefined : new MediaPool({ ...options, ...(announced.length > 0 && { announced }) });
}
