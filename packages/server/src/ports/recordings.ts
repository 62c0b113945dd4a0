import type { RecordingId } from '@offhook/core';
import type { ByteRange } from './files.ts';

/** The files of recordings, which media workers write. They can be read while they grow. */
export interface RecordingFiles {
  /** Where those of a recording lie, or are to lie. */
  folder(recording: RecordingId): string;
  /** How many bytes of a file are there; undefined: there is none. */
  bytes(recording: RecordingId, name: string): Promise<number | undefined>;
  read(recording: RecordingId, name: string, range: ByteRange | undefined): AsyncIterable<Uint8Array>;
  /** All of a recording, if anything is there. */
  remove(recording: RecordingId): Promise<void>;
}
