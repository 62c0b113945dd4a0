import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { dataRoot } from './data.ts';

/** How long this disk takes to make 4 KB more of a file durable, in milliseconds, so many times. */
export function fsyncTimes(times: number): number[] {
  mkdirSync(dataRoot, { recursive: true });
  const file = join(dataRoot, `fsync-${process.pid}`);
  const page = Buffer.alloc(4096, 1);
  const descriptor = openSync(file, 'w');
  const taken = Array.from({ length: times }, () => {
    const started = performance.now();
    writeSync(descriptor, page);
    fdatasyncSync(descriptor);
    return performance.now() - started;
  });
  closeSync(descriptor);
  rmSync(file);
  return taken;
}
