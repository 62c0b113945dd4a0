import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How long to wait for a server that is shutting down. */
const patienceMs = 3_000;

/**
 * Holds a folder for this process; undefined when another one has it. It is a lock of the operating system on a file that is never
 * written (by the only means that Node has), so it is gone with the process, however that ends.
 */
export function lockFolder(folder: string): (() => void) | undefined {
  const lock = new DatabaseSync(join(folder, 'lock'), { timeout: patienceMs });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    return undefined;
  }
  return () => lock.close();
}
