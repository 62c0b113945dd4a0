import type { Instant } from '@offhook/core';
import type { ByteRange, Files } from '../ports/files.ts';

/** Files of a server that keeps nothing. */
export class MemoryFiles implements Files {
  readonly #unfinished = new Map<string, Uint8Array>();
  readonly #finished = new Map<string, Uint8Array>();
  readonly #touchedAt = new Map<string, Instant>();

  begun(id: string): Promise<number> {
    return Promise.resolve(this.#unfinished.get(id)?.length ?? 0);
  }

  append(id: string, piece: Uint8Array): Promise<number> {
    const all = Buffer.concat([this.#unfinished.get(id) ?? new Uint8Array(), piece]);
    this.#unfinished.set(id, all);
    this.#touchedAt.set(id, Date.now());
    return Promise.resolve(all.length);
  }

  finish(id: string, headBytes: number): Promise<Uint8Array> {
    const content = this.#unfinished.get(id) ?? new Uint8Array();
    this.#unfinished.delete(id);
    this.#finished.set(id, content);
    this.#touchedAt.set(id, Date.now());
    return Promise.resolve(content.subarray(0, headBytes));
  }

  read(id: string, { start, end }: ByteRange = { start: 0, end: Infinity }): Promise<AsyncIterable<Uint8Array> | undefined> {
    const content = this.#finished.get(id)?.subarray(start, end + 1);
    return Promise.resolve(content && once(content));
  }

  remove(id: string): Promise<void> {
    this.#unfinished.delete(id);
    this.#finished.delete(id);
    this.#touchedAt.delete(id);
    return Promise.resolve();
  }

  list(before: Instant): Promise<readonly string[]> {
    return Promise.resolve([...this.#touchedAt].flatMap(([id, at]) => (at < before ? id : [])));
  }
}

async function* once(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content;
}
