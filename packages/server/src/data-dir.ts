import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StoreError } from './ports.ts';

/** The folder where data is kept, made where it is missing; undefined when data is kept in memory alone. */
export function openDataDir(dataDir: string): string | undefined {
  if (dataDir === ':memory:') return undefined;
  attempt(() => makeFolder(resolve(dataDir)), `The folder ${dataDir} could not be made.`);
  const access = constants.R_OK | constants.W_OK | constants.X_OK;
  attempt(() => accessSync(dataDir, access), `The folder ${dataDir} may not be written by this user.`);
  return dataDir;
}

function attempt(task: () => void, sentence: string): void {
  try {
    task();
  } catch (error) {
    throw new StoreError('store_failed', `${sentence} Choose another one with --data-dir.`, { cause: error });
  }
}

/** Nobody but the owner may read what is kept. (Where a folder takes no others, such as /proc, `recursive` tries for ever.) */
function makeFolder(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  const parent = dirname(folder);
  if (!existsSync(parent)) makeFolder(parent);
  mkdirSync(folder, { mode: 0o700 });
}
