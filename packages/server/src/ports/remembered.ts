import type { Address } from '@offhook/core';

/** Users of whom something is kept in memory. */
const keptMost = 10_000;

/** What the store knows of each user, for those who were asked about lately: read once, until it is forgotten because it has changed. */
export class Remembered<T> {
  readonly #read: (user: Address) => Promise<T>;
  /** The least recently used first. */
  readonly #known = new Map<Address, T>();
  /** Being read; a change makes it void. */
  readonly #loading = new Map<Address, Promise<T>>();

  constructor(read: (user: Address) => Promise<T>) {
    this.#read = read;
  }

  /** At once where it is in memory. */
  of(user: Address): T | Promise<T> {
    const known = this.#known.get(user);
    if (known === undefined) return this.#loading.get(user) ?? this.#load(user);
    this.#known.delete(user);
    this.#known.set(user, known);
    return known;
  }

  forget(user: Address): void {
    this.#known.delete(user);
    this.#loading.delete(user);
  }

  forgetAll(): void {
    this.#known.clear();
    this.#loading.clear();
  }

  #load(user: Address): Promise<T> {
    const loading = this.#read(user).then(
      (value) => {
        // Changed meanwhile: what was read may be older.
        if (this.#loading.get(user) !== loading) return this.of(user);
        this.#loading.delete(user);
        this.#keep(user, value);
        return value;
      },
      (error: unknown) => {
        if (this.#loading.get(user) === loading) this.#loading.delete(user);
        throw error;
      },
    );
    this.#loading.set(user, loading);
    return loading;
  }

  #keep(user: Address, value: T): void {
    this.#known.set(user, value);
    const [oldest] = this.#known.keys();
    if (this.#known.size > keptMost && oldest !== undefined) this.#known.delete(oldest);
  }
}
