/** Keeps a file on the disk of its first argument, which must be small, over its being full. Prints what happened as JSON. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { DiskFiles } from '../../../packages/server/src/files/disk.ts';
import { FilesError } from '../../../packages/server/src/ports/files.ts';

export interface FullDiskFiles {
  readonly code: string;
  /** Pieces of 64 KB that were taken, and what is there after one that was not. */
  readonly pieces: number;
  readonly begun: number;
  /** Whether all of it was there in the end. */
  readonly isWhole: boolean;
}

const piece = Buffer.alloc(64 * 1024, 'x');

async function fillUp(folder: string): Promise<FullDiskFiles> {
  const filler = join(folder, 'filler');
  writeFileSync(filler, Buffer.alloc(4 * 1024 * 1024 + 1000));
  const files = new DiskFiles(join(folder, 'files'));
  let code = '';
  let pieces = 0;
  while (code === '') {
    try {
      await files.append('a', piece);
      pieces += 1;
    } catch (error) {
      code = error instanceof FilesError ? error.code : String(error);
    }
  }
  const begun = await files.begun('a');
  rmSync(filler);
  await files.append('a', piece);
  await files.finish('a', 1);
  const content = await files.read('a');
  const whole = content === undefined ? Buffer.alloc(0) : await buffer(content);
  return { code, pieces, begun, isWhole: whole.equals(Buffer.alloc((pieces + 1) * piece.length, 'x')) };
}

const [, script, folder] = process.argv;
if (script === import.meta.filename && folder !== undefined) console.log(JSON.stringify(await fillUp(folder)));
