import type { Address, ConversationId, FileInfo, Instant } from '@offhook/core';

/** A file that has arrived. */
export interface StoredFile extends FileInfo {
  readonly owner: Address;
  readonly createdAt: Instant;
  /** Whose members may read it; nothing while no message shows it. */
  readonly conversation?: ConversationId | undefined;
}

/** Thrown where contents could not be kept; nothing that was there before is lost. */
export class FilesError extends Error {
  override readonly name = 'FilesError';
  readonly code: 'disk_full' | 'store_failed';
  constructor(code: FilesError['code'], options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** Bytes of a file from `start` to `end`, both among them. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Keeps the contents of files, under ids of `[0-9A-Za-z_-]`. What is not finished yet grows by pieces and survives a restart as far
 * as it has come.
 */
export interface Files {
  /** How many bytes of an unfinished file are there; 0 for one that nobody has begun. */
  begun(id: string): Promise<number>;
  /** Adds a piece behind what is there, all of it or nothing. Resolves with the bytes that are there then. */
  append(id: string, piece: Uint8Array): Promise<number>;
  /** The file has all its bytes, and would survive a power cut from now on. Its first bytes, at most so many. */
  finish(id: string, headBytes: number): Promise<Uint8Array>;
  /** Of a finished file, or a part of it. */
  read(id: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Finished or not, if it is there. */
  remove(id: string): Promise<void>;
  /** Those to which nothing was added since then, finished or not. */
  list(before: Instant): Promise<readonly string[]>;
}
