import type { Address } from '@offhook/core';
import { noBlocks } from '../ports/people.ts';
import type { BlockBook, BlockLists } from '../ports/people.ts';
import { Remembered } from '../ports/remembered.ts';
import type { Store } from '../ports.ts';

/** Block lists of those who were asked about lately. All changes go through here, so that what is kept is what is stored. */
export class Blocks implements BlockBook {
  readonly #store: Store;
  readonly #lists: Remembered<BlockLists>;
  readonly #listeners: ((changed: ReadonlyMap<Address, BlockLists>) => void)[] = [];

  constructor(store: Store) {
    this.#store = store;
    this.#lists = new Remembered(async (user) => {
      const { blocked, by } = await store.blocks(user);
      return blocked.length === 0 && by.length === 0 ? noBlocks : { blocked: new Set(blocked), by: new Set(by) };
    });
  }

  of(user: Address): BlockLists | Promise<BlockLists> {
    return this.#lists.of(user);
  }

  async change(user: Address, blocked: Address, on: boolean): Promise<void> {
    await this.#store.commit([{ type: 'block', user, blocked, on }]);
    for (const one of [user, blocked]) this.#lists.forget(one);
    const changed = new Map([
      [user, await this.of(user)],
      [blocked, await this.of(blocked)],
    ]);
    for (const listener of this.#listeners) listener(changed);
  }

  onChange(listener: (changed: ReadonlyMap<Address, BlockLists>) => void): void {
    this.#listeners.push(listener);
  }
}
