import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../ports.ts';

/** How long to wait for a server that is shutting down. */
const patienceMs = 3_000;

/** SQLite's result code for a lock that somebody else has (sqlite.org/rescode.html). */
const busy = 5;

/**
 * Holds a folder for this process; undefined when another one has it. It is a lock of the operating system on a file that is never
 * written (by the only means that Node has), so it is gone with the process, however that ends.
 */
export function lockFolder(folder: string): (() => void) | undefined {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(folder, 'lock'), { timeout: patienceMs });
    lock.exec('BEGIN EXCLUSIVE');
    return () => lock?.close();
  } catch (error) {
    lock?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    const sentence = `The folder ${folder} cannot be locked: ${reason}. Choose another one with --data-dir.`;
    throw new StoreError('store_failed', sentence, { cause: error });
  }
}

/** The same, with a sentence for people: two servers on the same data would each take it from the other. @throws StoreError */
export function holdFolder(folder: string): () => void {
  const letGo = lockFolder(folder);
  if (letGo !== undefined) return letGo;
  const sentence = `Another Offhook server is running on the data in ${folder}. Stop it, or choose another folder with --data-dir.`;
  throw new StoreError('store_failed', sentence);
}
