import type { OwnNumber } from '@offhook/core';
import type { NumberStore, NumberWrite } from '../ports/numbers.ts';

/** The part of a MemoryDisk that knows numbers of ours. */
export class MemoryNumbers {
  /** As JSON, like calls. */
  readonly #numbers = new Map<string, string>();

  write(write: NumberWrite): void {
    if (write.type === 'number') this.#numbers.set(write.number.number, JSON.stringify(write.number));
    else this.#numbers.delete(write.number);
  }

  /** What is read, with the values of this moment. */
  readonly reads: {
    readonly [K in keyof NumberStore]: (...args: Parameters<NumberStore[K]>) => Awaited<ReturnType<NumberStore[K]>>;
  } = {
    numbers: () => [...this.#numbers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => JSON.parse(text) as OwnNumber),
  };
}
