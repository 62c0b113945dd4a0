import { StoreError } from '../../ports.ts';
import type { Write } from '../../ports.ts';
import { refusal } from '../refusal.ts';
import type { Part, PartOutcome } from './database.ts';
import { encode } from './encode.ts';

interface Commit {
  readonly writes: readonly Write[];
  readonly resolve: () => void;
  readonly reject: (error: StoreError) => void;
}

/**
 * Group commit: while one transaction is on its way to the disk, the next gathers, so that the cost of making something durable is
 * shared by all who wait for it.
 */
export class Groups {
  readonly #store: (parts: readonly Part[]) => Promise<readonly PartOutcome[]>;
  #gathering: Commit[] = [];
  #running: Promise<void> | undefined;

  constructor(store: (parts: readonly Part[]) => Promise<readonly PartOutcome[]>) {
    this.#store = store;
  }

  commit(writes: readonly Write[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#gathering.push({ writes, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is gathered or on its way. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#gathering.length > 0) {
      // Everything that arrives in this turn of the event loop goes along.
      await new Promise((resolve) => setImmediate(resolve));
      const group = this.#gathering;
      this.#gathering = [];
      await this.#runGroup(group);
    }
    this.#running = undefined;
  }

  async #runGroup(group: readonly Commit[]): Promise<void> {
    try {
      const { parts, partOf } = encode(group.map(({ writes }) => writes));
      const outcomes = await this.#store(parts);
      for (const [index, { resolve, reject }] of group.entries()) {
        const outcome = outcomes[partOf[index] ?? -1];
        if (outcome === 'stored') resolve();
        else reject(refusal(outcome ?? 'name_taken'));
      }
    } catch (error) {
      const failure =
        error instanceof StoreError
          ? error
          : new StoreError('store_failed', 'The writes have no form that can be stored.', { cause: error });
      for (const { reject } of group) reject(failure);
    }
  }
}
