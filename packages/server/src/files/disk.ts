import type { Instant } from '@offhook/core';
import { mkdirSync } from 'node:fs';
import { open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { FilesError } from '../ports/files.ts';
import type { ByteRange, Files } from '../ports/files.ts';

/** What an id is made of, so that no name leads out of the folder. */
const idForm = /^[\w-]{1,64}$/;
/** Behind the id of a file that is not finished. */
const unfinished = '.part';

/** Files in a folder of their own; nobody but the user of the server may read it. */
export class DiskFiles implements Files {
  readonly #folder: string;

  /** Makes the folder where it is missing. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  begun(id: string): Promise<number> {
    return sizeOf(this.#path(id) + unfinished);
  }

  async append(id: string, piece: Uint8Array): Promise<number> {
    const path = this.#path(id) + unfinished;
    const before = await sizeOf(path);
    try {
      const file = await open(path, 'a', 0o600);
      try {
        await file.appendFile(piece);
        await file.datasync();
      } finally {
        await file.close();
      }
    } catch (error) {
      // A piece of which a part was written is written again from its beginning.
      await truncate(path, before).catch(() => undefined);
      throw failure(error);
    }
    return before + piece.length;
  }

  async finish(id: string, headBytes: number): Promise<Uint8Array> {
    const path = this.#path(id);
    try {
      const file = await open(path + unfinished, 'a+', 0o600);
      try {
        await file.sync();
        const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
        await rename(path + unfinished, path);
        await syncFolder(this.#folder);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw failure(error);
    }
  }

  async read(id: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined> {
    const file = await open(this.#path(id), 'r').catch(() => undefined);
    return file?.createReadStream(range);
  }

  async remove(id: string): Promise<void> {
    const path = this.#path(id);
    await Promise.all([path, path + unfinished].map((name) => rm(name, { force: true })));
  }

  async list(before: Instant): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const name of await readdir(this.#folder)) {
      const id = name.replace(unfinished, '');
      const { mtimeMs } = await stat(join(this.#folder, name)).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs < before && idForm.test(id)) ids.push(id);
    }
    return ids;
  }

  #path(id: string): string {
    if (!idForm.test(id)) throw new Error(`${JSON.stringify(id)} is no id of a file`);
    return join(this.#folder, id);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

/** Where folders cannot be synchronised (Windows), their entries are kept by the file system alone. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function failure(cause: unknown): FilesError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return new FilesError(code === 'ENOSPC' || code === 'EDQUOT' ? 'disk_full' : 'store_failed', { cause });
}
