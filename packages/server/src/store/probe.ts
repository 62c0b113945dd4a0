import { serverLimits } from '@offhook/core';
import { statfs } from 'node:fs/promises';
import type { Clock, Store } from '../ports.ts';

/** How long a sign that the store works is believed. */
const trustStoreMs = 2_000;

/** Why nothing can be kept, if so; looked at every so often at most, however often one asks here. */
export function storeProbe(store: Store, folder: string | undefined, clock: Clock): () => Promise<string | undefined> {
  let askedAt = -Infinity;
  let answer = Promise.resolve<string | undefined>(undefined);
  const look = async (): Promise<string | undefined> => {
    // What is little may still do for one write, and not for the next.
    const free = folder === undefined ? Infinity : await freeBytes(folder);
    if (free < serverLimits.diskFreeBytes) return 'the disk is full';
    return store.commit([]).then(
      () => undefined,
      () => 'the store cannot be written',
    );
  };
  return () => {
    if (clock.now() - askedAt > trustStoreMs) {
      askedAt = clock.now();
      answer = look();
    }
    return answer;
  };
}

/** What a program that is not the administrator's may still use; of a folder that says nothing of it, all there is. */
async function freeBytes(folder: string): Promise<number> {
  const { bsize, bavail } = await statfs(folder).catch(() => ({ bsize: Infinity, bavail: 1 }));
  return bsize * bavail;
}
