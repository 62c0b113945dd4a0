/** The thread that owns the database. It answers each request once, in order. */
import { parentPort, workerData } from 'node:worker_threads';
import { StoreError } from '../../ports.ts';
import { Database } from './database.ts';
import type { DatabaseOptions, Part } from './database.ts';
import type { ReadName, SqlValue } from './statements.ts';

export type ThreadRequest =
  /** The first request; the thread was started with the options. */
  | { readonly id: number; readonly type: 'open' }
  | { readonly id: number; readonly type: 'commit'; readonly parts: readonly Part[] }
  | { readonly id: number; readonly type: 'read'; readonly name: ReadName; readonly params: readonly SqlValue[] }
  | { readonly id: number; readonly type: 'close' };

export interface ThreadError {
  readonly code: StoreError['code'];
  readonly message: string;
}

export type ThreadReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ThreadError };

let database: Database | undefined;

parentPort?.on('message', (request: ThreadRequest) => {
  parentPort?.postMessage(answer(request));
  if (request.type === 'close') parentPort?.close();
});

function answer(request: ThreadRequest): ThreadReply {
  try {
    return { id: request.id, value: handle(request) };
  } catch (error) {
    const code = error instanceof StoreError ? error.code : 'store_failed';
    return { id: request.id, error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

function handle(request: ThreadRequest): unknown {
  if (request.type === 'open') {
    database = new Database(workerData as DatabaseOptions);
    return undefined;
  }
  if (database === undefined) throw new Error('The database is not open.');
  switch (request.type) {
    case 'commit':
      return database.commit(request.parts);
    case 'read':
      return database.read(request.name, request.params);
    case 'close':
      return database.close();
  }
}
