/** Records onto the disk of its first argument, which must be small, until it is full. Prints what happened as JSON. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Recorder, RecorderError } from '../../../packages/media/src/recorder/recorder.ts';
import { rtp } from '../../../packages/media/src/rtp/packets.fixture.ts';

export interface FullDiskRecording {
  /** Why the one that leaves so much free, and the one that fills the disk, have ended; and why no other one begins. */
  readonly reserved: string;
  readonly filled: string;
  readonly refused: string;
  /** Bytes that the second one has kept. */
  readonly kept: number;
}

const mebibyte = 1024 * 1024;
let now = 1_795_000_000_000;

/** Speaks G.711 until the recording ends by itself. Time is as fast as the disk. */
async function record(recorder: Recorder, folder: string, recording: string, freeBytes: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const order = { recording, folder: join(folder, recording), part: 0, streams: true, freeBytes };
  await recorder.open(order, now, { onFile: () => undefined, onFailed: resolve, onPicture: () => undefined });
  const stream = recorder.addStream(recording, 'anna', '0', { name: 'PCMU', kind: 'audio', clockRate: 8_000 });
  const faults: string[] = [];
  void promise.then((reason) => faults.push(reason));
  for (let sequence = 0; faults.length === 0; now += 625) {
    for (let n = 0; n < 5; n++, sequence++)
      recorder.packet(
        stream,
        rtp({ sequence: sequence & 0xffff, timestamp: sequence * 1_000, payload: Buffer.alloc(1_000, 7) }),
        now,
      );
    recorder.tick(now);
    do await new Promise((next) => setImmediate(next));
    while (recorder.behind > 0 && faults.length === 0);
  }
  await recorder.close(recording, now);
  return promise;
}

async function fillUp(folder: string): Promise<FullDiskRecording> {
  const recorder = new Recorder();
  const reserved = await record(recorder, folder, 'reserved', 6 * mebibyte);
  rmSync(join(folder, 'reserved'), { recursive: true });
  const filled = await record(recorder, folder, 'filled', 0);
  const refused = await record(recorder, folder, 'refused', mebibyte).catch((error: unknown) =>
    error instanceof RecorderError ? error.fault : String(error),
  );
  const files = readdirSync(join(folder, 'filled'));
  const kept = files.reduce((sum, name) => sum + statSync(join(folder, 'filled', name)).size, 0);
  return { reserved, filled, refused, kept };
}

const [, script, folder] = process.argv;
if (script === import.meta.filename && folder !== undefined) {
  console.log(JSON.stringify(await fillUp(folder)));
  // The thread waits for more.
  process.exit(0);
}
