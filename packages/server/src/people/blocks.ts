import type { Address } from '@offhook/core';
import { noBlocks } from '../ports/people.ts';
import type { BlockBook, BlockLists } from '../ports/people.ts';
import type { Store } from '../ports.ts';

/** Users whose lists are kept in memory. */
const keptMost = 10_000;

/** Block lists of those who were asked about lately. All changes go through here, so that what is kept is what is stored. */
export class Blocks implements BlockBook {
  readonly #store: Store;
  /** The least recently used first. */
  readonly #known = new Map<Address, BlockLists>();
  /** Being read; a change makes it void. */
  readonly #loading = new Map<Address, Promise<BlockLists>>();
  readonly #listeners: ((changed: ReadonlyMap<Address, BlockLists>) => void)[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  of(user: Address): BlockLists | Promise<BlockLists> {
    const known = this.#known.get(user);
    if (known === undefined) return this.#loading.get(user) ?? this.#load(user);
    this.#known.delete(user);
    this.#known.set(user, known);
    return known;
  }

  async change(user: Address, blocked: Address, on: boolean): Promise<void> {
    await this.#store.commit([{ type: 'block', user, blocked, on }]);
    for (const one of [user, blocked]) {
      this.#known.delete(one);
      this.#loading.delete(one);
    }
    const changed = new Map([
      [user, await this.of(user)],
      [blocked, await this.of(blocked)],
    ]);
    for (const listener of this.#listeners) listener(changed);
  }

  onChange(listener: (changed: ReadonlyMap<Address, BlockLists>) => void): void {
    this.#listeners.push(listener);
  }

  #load(user: Address): Promise<BlockLists> {
    const loading = this.#store.blocks(user).then(
      ({ blocked, by }) => {
        // Changed meanwhile: what was read may be older.
        if (this.#loading.get(user) !== loading) return this.of(user);
        this.#loading.delete(user);
        const lists = blocked.length === 0 && by.length === 0 ? noBlocks : { blocked: new Set(blocked), by: new Set(by) };
        this.#keep(user, lists);
        return lists;
      },
      (error: unknown) => {
        if (this.#loading.get(user) === loading) this.#loading.delete(user);
        throw error;
      },
    );
    this.#loading.set(user, loading);
    return loading;
  }

  #keep(user: Address, lists: BlockLists): void {
    this.#known.set(user, lists);
    const [oldest] = this.#known.keys();
    if (this.#known.size > keptMost && oldest !== undefined) this.#known.delete(oldest);
  }
}
