import type { RecordingId } from '@offhook/core';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteRange } from '../ports/files.ts';
import type { RecordingFiles } from '../ports/recordings.ts';

/** What ids and names are made of, so that none leads out of the folder. */
const idForm = /^[\w-]{1,64}$/;
const nameForm = /^[\w-]{1,64}\.\w{1,8}$/;

/** In a folder for each recording. */
export class DiskRecordings implements RecordingFiles {
  readonly #folder: string;

  /** Folders are made by whoever writes. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  folder(recording: RecordingId): string {
    if (!idForm.test(recording)) throw new Error(`${JSON.stringify(recording)} is no id of a recording`);
    return join(this.#folder, recording);
  }

  async bytes(recording: RecordingId, name: string): Promise<number | undefined> {
    return stat(this.#path(recording, name)).then(
      ({ size }) => size,
      () => undefined,
    );
  }

  read(recording: RecordingId, name: string, range: ByteRange | undefined): AsyncIterable<Uint8Array> {
    return createReadStream(this.#path(recording, name), range);
  }

  remove(recording: RecordingId): Promise<void> {
    return rm(this.folder(recording), { recursive: true, force: true });
  }

  #path(recording: RecordingId, name: string): string {
    if (!nameForm.test(name)) throw new Error(`${JSON.stringify(name)} is no name of a file`);
    return join(this.folder(recording), name);
  }
}
