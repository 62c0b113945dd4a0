import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StoreError } from '../../ports.ts';
import type { DatabaseOptions, Part, PartOutcome } from './database.ts';
import { KeptReads } from './kept-reads.ts';
import type { ReadName, Rows, SqlValue } from './statements.ts';
import type { ThreadReply, ThreadRequest } from './thread.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: StoreError) => void;
}

type Body<T> = T extends ThreadRequest ? Omit<T, 'id'> : never;

/** The way to the thread of the database and back. Once the thread has stopped, all that is asked of it fails. */
export class Connection {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #kept = new KeptReads((name, user) => this.#read(name, [user]));
  #lastId = 0;
  #stopped: string | undefined;

  constructor(options: DatabaseOptions) {
    // The same file as source and as published.
    const thread = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(thread, { workerData: options, name: 'store' });
    this.#worker.on('message', (reply: ThreadReply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#stop(`The thread of the database failed: ${String(error)}`));
    this.#worker.on('exit', () => this.#stop('The database is closed.'));
  }

  async open(): Promise<void> {
    try {
      await this.#ask({ type: 'open' });
    } catch (error) {
      await this.#worker.terminate();
      throw error;
    }
  }

  commit(parts: readonly Part[]): Promise<readonly PartOutcome[]> {
    this.#kept.change(parts);
    return this.#ask({ type: 'commit', parts }) as Promise<readonly PartOutcome[]>;
  }

  async read<Name extends ReadName>(name: Name, ...params: SqlValue[]): Promise<readonly Rows[Name][]> {
    if (this.#stopped === undefined) {
      const kept = this.#kept.of(name, params);
      if (kept !== undefined) return kept as Promise<readonly Rows[Name][]>;
    }
    return this.#read(name, params);
  }

  async close(): Promise<void> {
    if (this.#stopped !== undefined) return;
    const exited = new Promise((resolve) => {
      this.#worker.once('exit', resolve);
    });
    await this.#ask({ type: 'close' });
    await exited;
  }

  #read<Name extends ReadName>(name: Name, params: readonly SqlValue[]): Promise<readonly Rows[Name][]> {
    return this.#ask({ type: 'read', name, params }) as Promise<readonly Rows[Name][]>;
  }

  #ask(body: Body<ThreadRequest>): Promise<unknown> {
    if (this.#stopped !== undefined) return Promise.reject(new StoreError('store_failed', this.#stopped));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...body, id } satisfies ThreadRequest);
    });
  }

  #settle(reply: ThreadReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(new StoreError(reply.error.code, reply.error.message));
    else waiting?.resolve(reply.value);
  }

  #stop(why: string): void {
    this.#stopped ??= why;
    for (const { reject } of this.#waiting.values()) reject(new StoreError('store_failed', this.#stopped));
    this.#waiting.clear();
  }
}
