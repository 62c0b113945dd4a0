/** What was recorded. */
import type { AllRecordings } from '@offhook/core';
import type { RecordingsOptions } from './options.ts';
import { query } from './rest.ts';
import type { Rest } from './rest.ts';

/**
 * The recordings of all sessions, also of those that are over, page by page:
 *
 *     const { recordings, next } = await offhook.recordings.list({ limit: 200 });
 */
export class RecordingsApi {
  readonly #rest: Rest;

  /** @internal */
  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /** Newest first. Those of one session: `sessions.recordings`. */
  list(page: RecordingsOptions = {}): Promise<AllRecordings> {
    return this.#rest.ask('GET', `/recordings${query({ ...page })}`);
  }
}
