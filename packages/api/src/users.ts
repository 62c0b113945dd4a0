/** Where people are reached. */
import type { DeviceList } from '@offhook/core';
import type { PageOptions } from './options.ts';
import { path, query } from './rest.ts';
import type { Rest } from './rest.ts';

/**
 * Where people are reached, page by page:
 *
 *     const { devices, next } = await offhook.users.devices('anna', { limit: 10 });
 */
export class UsersApi {
  readonly #rest: Rest;

  /** @internal */
  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /** The browsers and apps of somebody, oldest first. Rejects with `user_not_found`. */
  devices(address: string, page: PageOptions = {}): Promise<DeviceList> {
    return this.#rest.ask('GET', `${path`/users/${address}/devices`}${query({ ...page })}`);
  }
}
