/**
 * Files on their way in and out.
 *
 *      piece ──► behind what is there ──► … ──► all there ──► what is it? ──► store ──► may be shown by a message
 *      message, or `file` ──► address, signed for a while ──► read
 */
import { conversationLimits } from '@offhook/core';
import type { Address, FileInfo } from '@offhook/core';
import { FilesError } from '../ports/files.ts';
import type { ByteRange, Files, StoredFile } from '../ports/files.ts';
import { picturePlace } from '../ports/people.ts';
import { Refusal } from '../ports.ts';
import type { Clock, Hash, Log, Store } from '../ports.ts';
import { headBytes, sniff } from './sniff.ts';

export interface UploadsDeps {
  readonly store: Store;
  readonly files: Files;
  readonly clock: Clock;
  readonly hash: Hash;
  readonly log: Log;
  /** How many bytes of files are kept of one person. */
  readonly bytesPerUser: number;
}

const sweepMs = 3_600_000;

/** A part of a file, as its sender names it. */
export interface Piece {
  /** Chosen by the sender for this file. */
  readonly upload: string;
  readonly name: string;
  /** How long the whole file is. */
  readonly bytes: number;
  /** Where this piece begins. */
  readonly at: number;
  readonly content: Uint8Array;
}

/** The file once all of it has arrived; until then, where the next piece begins. */
export type Progress = { readonly file: FileInfo } | { readonly at: number };

export class Uploads {
  readonly #deps: UploadsDeps;
  /** Files of which a piece is being stored, and people whose files are being counted: one after the other. */
  readonly #busy = new Map<string, Promise<unknown>>();
  /**
   * How much has arrived of the files that people have not finished, by their ids. After a restart a file counts again from its next
   * piece on; those that nobody goes on with are swept, so that they are no more than what one person may have, for a day.
   */
  readonly #arrived = new Map<Address, Map<string, number>>();
  #cancel: (() => void) | undefined;

  constructor(deps: UploadsDeps) {
    this.#deps = deps;
  }

  /** Takes a piece; one that has arrived before, or that leaves a gap, changes nothing. Throws a Refusal. */
  take(owner: Address, piece: Piece): Promise<Progress> {
    const id = this.#deps.hash.digest(`file ${owner} ${piece.upload}`);
    return this.#inTurn(id, () => this.#take(id, owner, piece));
  }

  /** Where a file can be read for a while, by whoever has this. */
  link(file: string): { readonly url: string; readonly ttlMs: number } {
    const ttlMs = conversationLimits.fileUrlMs;
    const until = Math.ceil(this.#deps.clock.now() + ttlMs);
    return { url: `v1/files/${file}?until=${until}&key=${this.#sign(file, until)}`, ttlMs };
  }

  /** The file, if this address is one that was given out and still holds. Throws a Refusal. */
  async find(file: string, until: number, key: string): Promise<StoredFile> {
    const { hash, clock, store } = this.#deps;
    if (!hash.equal(key, this.#sign(file, until)) || clock.now() > until) throw new Refusal('file_not_found');
    const [stored] = await store.files([file]);
    if (stored === undefined) throw new Refusal('file_not_found');
    return stored;
  }

  /** What is in it, or in a part of it. Throws a Refusal. */
  async read({ file }: StoredFile, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const content = await this.#deps.files.read(file, range).catch((error: unknown) => {
      throw error instanceof FilesError ? new Refusal(error.code) : error;
    });
    if (content === undefined) throw new Refusal('file_not_found');
    return content;
  }

  /** A picture of a person: whoever was told which, may see it. */
  async picture(file: string): Promise<{ readonly file: StoredFile; readonly content: AsyncIterable<Uint8Array> } | undefined> {
    const [stored] = await this.#deps.store.files([file]);
    if (stored?.conversation !== picturePlace) return undefined;
    const content = await this.#deps.files.read(file);
    return content && { file: stored, content };
  }

  /** Sweeps now, and again and again. */
  start(): void {
    this.sweep().catch((error: unknown) => this.#deps.log.warn('files', { error: String(error) }));
    this.#cancel = this.#deps.clock.schedule(sweepMs, () => this.start());
  }

  close(): void {
    this.#cancel?.();
  }

  /** Removes what no message shows and nobody will finish, and contents that nothing speaks of. */
  async sweep(): Promise<void> {
    const { store, files, clock } = this.#deps;
    const before = clock.now() - conversationLimits.fileUnsaidMs;
    const stale = await store.unsaidFiles(before);
    if (stale.length > 0) await store.commit(stale.map(({ file }) => ({ type: 'file_gone', file })));
    const ids = await files.list(before);
    const known = new Set((await store.files(ids)).map(({ file }) => file));
    for (const id of ids) {
      if (known.has(id)) continue;
      await files.remove(id);
      for (const owner of this.#arrived.keys()) this.#count(owner, id, 0);
    }
  }

  async #take(id: string, owner: Address, piece: Piece): Promise<Progress> {
    const { store, files } = this.#deps;
    const [known] = await store.files([id]);
    if (known !== undefined) return { file: infoOf(known) };
    let size = await files.begun(id);
    if (piece.at > size) return { at: size };
    const rest = piece.content.subarray(size - piece.at);
    if (size + rest.length > piece.bytes) throw new Refusal('file_too_large');
    await this.#makeRoom(id, owner, piece, size + rest.length);
    try {
      if (rest.length > 0) size = await files.append(id, rest);
    } catch (error) {
      this.#count(owner, id, size);
      throw error;
    }
    return size < piece.bytes ? { at: size } : { file: await this.#finish(id, owner, piece) };
  }

  /** Room for all of the file, so that nobody sends what is not kept in the end; and for what will have arrived of it, from now on. */
  async #makeRoom(id: string, owner: Address, { bytes }: Piece, arrived: number): Promise<void> {
    try {
      // Of several that come at once, each counts those before it.
      await this.#inTurn(`of ${owner}`, async () => {
        await this.#makeSure(owner, id, bytes);
        this.#count(owner, id, arrived);
      });
    } catch (error) {
      if (error instanceof Refusal && error.code === 'files_full') await this.#drop(id, owner);
      throw error;
    }
  }

  async #finish(id: string, owner: Address, { name, bytes }: Piece): Promise<FileInfo> {
    const { store, files, clock } = this.#deps;
    let head: Uint8Array;
    try {
      head = await files.finish(id, headBytes);
    } catch (error) {
      // Some keep what has arrived, others do not.
      this.#count(owner, id, await files.begun(id));
      throw error;
    }
    const type = sniff(head);
    if (type === undefined) {
      await this.#drop(id, owner);
      throw new Refusal('file_refused');
    }
    const file: StoredFile = { file: id, name, type, bytes, owner, createdAt: clock.now() };
    try {
      await this.#inTurn(`of ${owner}`, async () => {
        await this.#makeSure(owner, id, bytes);
        await store.commit([{ type: 'file', file }]);
        this.#count(owner, id, 0);
      });
    } catch (error) {
      // Sent once more it begins anew: what is finished and not stored is nobody's.
      await this.#drop(id, owner);
      throw error;
    }
    return infoOf(file);
  }

  /** That there is room for this file of somebody, beside their others, finished or not. */
  async #makeSure(owner: Address, id: string, bytes: number): Promise<void> {
    const { store, bytesPerUser } = this.#deps;
    const stored = await store.fileBytes(owner);
    let others = 0;
    for (const [other, arrived] of this.#arrived.get(owner) ?? []) if (other !== id) others += arrived;
    if (stored + others + bytes > bytesPerUser) throw new Refusal('files_full');
  }

  #count(owner: Address, id: string, arrived: number): void {
    const files = this.#arrived.get(owner) ?? new Map<string, number>();
    if (arrived > 0) files.set(id, arrived);
    else files.delete(id);
    if (files.size > 0) this.#arrived.set(owner, files);
    else this.#arrived.delete(owner);
  }

  /** What has arrived is not kept. */
  async #drop(id: string, owner: Address): Promise<void> {
    await this.#deps.files.remove(id);
    this.#count(owner, id, 0);
  }

  async #inTurn<T>(key: string, task: () => Promise<T>): Promise<T> {
    const turn = (this.#busy.get(key) ?? Promise.resolve()).then(task);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#busy.set(key, settled);
    void settled.then(() => this.#busy.get(key) === settled && this.#busy.delete(key));
    return turn;
  }

  #sign(file: string, until: number): string {
    return this.#deps.hash.sign(`file ${file} ${until}`);
  }
}

export function infoOf({ file, name, type, bytes }: StoredFile): FileInfo {
  return { file, name, type, bytes };
}
