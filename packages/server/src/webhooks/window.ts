import type { WaitingEvent } from '../ports/events.ts';

/** An entry of the outbox on its way to the receiver. */
export interface Parcel {
  readonly entry: WaitingEvent;
  /** How often it was sent in vain. */
  attempts: number;
}

/**
 * The part of the outbox that is in memory. The entries about one thing go one after the other; those about others do not
 * wait for them.
 *
 *      add ──► queue of its own ──► first of it: ready ──take──► with the sender ──► delivered: the next one is ready
 *                                                   ▲                    │
 *                                                   └─────── again ◄─────┘ failed
 */
export class Window {
  /** The first of each queue is ready, with the sender, or waits to be sent again. */
  readonly #queues = new Map<string, Parcel[]>();
  readonly #ready: Parcel[] = [];
  readonly #parcels = new Map<number, Parcel>();

  /** Entries that were not delivered. */
  get size(): number {
    return this.#parcels.size;
  }

  /** Of an entry that was not delivered: how often it was sent in vain. */
  attempts(position: number): number | undefined {
    return this.#parcels.get(position)?.attempts;
  }

  /** One that is there already is not added again. */
  add(entry: Parcel['entry']): void {
    if (this.#parcels.has(entry.position)) return;
    const parcel: Parcel = { entry, attempts: 0 };
    this.#parcels.set(entry.position, parcel);
    const queue = this.#queues.get(entry.about);
    if (queue !== undefined) {
      queue.push(parcel);
      return;
    }
    this.#queues.set(entry.about, [parcel]);
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
    this.#parcels.delete(entry.position);
    const queue = this.#queues.get(entry.about);
    queue?.shift();
    const next = queue?.[0];
    if (next === undefined) this.#queues.delete(entry.about);
    else this.#ready.push(next);
  }
}
