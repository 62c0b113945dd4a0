/** Which calls go on. */
import type { LiveCallList } from '@offhook/core';
import type { LiveCallsOptions } from './options.ts';
import { query } from './rest.ts';
import type { Rest } from './rest.ts';

/**
 * The calls that are not over, page by page:
 *
 *     const { calls, next } = await offhook.calls.live({ limit: 200 });
 */
export class CallsApi {
  readonly #rest: Rest;

  /** @internal */
  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /** Those that are not over, the oldest first. `user`: only those of this user. */
  live(page: LiveCallsOptions = {}): Promise<LiveCallList> {
    return this.#rest.ask('GET', `/calls${query({ ...page })}`);
  }
}
