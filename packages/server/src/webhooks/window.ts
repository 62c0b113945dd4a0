import type { CallId } from '@offhook/core';
import type { OutboxEntry } from '../ports.ts';

/** An entry of the outbox on its way to the receiver. */
export interface Parcel {
  readonly entry: OutboxEntry & { readonly position: number };
  /** How often it was sent in vain. */
  attempts: number;
}

/**
 * The part of the outbox that is in memory. The entries of one call go one after the other; those of different calls do not wait for
 * each other.
 *
 *      add ──► queue of its call ──► first of it: ready ──take──► with the sender ──► delivered: the next one is ready
 *                                                   ▲                    │
 *                                                   └─────── again ◄─────┘ failed
 */
export class Window {
  /** The first of each queue is ready, with the sender, or waits to be sent again. */
  readonly #queues = new Map<CallId, Parcel[]>();
  readonly #ready: Parcel[] = [];
  #size = 0;

  /** Entries that were not delivered. */
  get size(): number {
    return this.#size;
  }

  add(entry: Parcel['entry']): void {
    const parcel: Parcel = { entry, attempts: 0 };
    this.#size += 1;
    const queue = this.#queues.get(entry.call);
    if (queue !== undefined) {
      queue.push(parcel);
      return;
    }
    this.#queues.set(entry.call, [parcel]);
    this.#ready.push(parcel);
  }

  /** The next one to be sent. */
  take(): Parcel | undefined {
    return this.#ready.shift();
  }

  again(parcel: Parcel): void {
    this.#ready.push(parcel);
  }

  delivered({ entry }: Parcel): void {
    this.#size -= 1;
    const queue = this.#queues.get(entry.call);
    queue?.shift();
    const next = queue?.[0];
    if (next === undefined) this.#queues.delete(entry.call);
    else this.#ready.push(next);
  }
}
