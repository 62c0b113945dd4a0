import type { LoggedEvent } from '../ports/events.ts';

/** An entry of the outbox on its way to the receiver. */
export interface Parcel {
  readonly entry: LoggedEvent;
  /** How often it was sent in vain. */
  attempts: number;
}

/** What is to be said of one thing. */
interface Queue {
  /** By position; the first is ready, with the sender, or waits to be sent again. */
  readonly parcels: Parcel[];
  /** The first is not to be taken at the moment. */
  isOut: boolean;
  /** The position of the first entry that is not in memory. */
  leftOut: number | undefined;
}

/**
 * The part of the outbox that is in memory. The entries about one thing go one after the other; those about others do not
 * wait for them. Behind one that has failed nothing is kept in memory, so that there is room for what is about others: it is read again.
 *
 *      add ──► queue of its own ──► first of it: ready ──take──► with the sender ──► delivered: the next one is ready,
 *                 │                                 ▲                    │           or is to be read again
 *                 └── left out while ┐              └─────── again ◄─────┘ failed
 *                     the first has failed
 */
export class Window {
  readonly #queues = new Map<string, Queue>();
  /** Those whose first is ready. */
  readonly #ready: string[] = [];
  readonly #parcels = new Map<number, Parcel>();
  #failing = 0;

  /** Entries that were not delivered. */
  get size(): number {
    return this.#parcels.size;
  }

  /** Among these, those that were sent in vain. */
  get failing(): number {
    return this.#failing;
  }

  /** Of an entry that was not delivered: how often it was sent in vain. */
  attempts(position: number): number | undefined {
    return this.#parcels.get(position)?.attempts;
  }

  /** One that is there already is not added again. */
  add(entry: Parcel['entry']): void {
    const { position, about } = entry;
    if (this.#parcels.has(position)) return;
    const parcel: Parcel = { entry, attempts: 0 };
    const queue = this.#queues.get(about);
    if (queue === undefined) {
      this.#queues.set(about, { parcels: [parcel], isOut: false, leftOut: undefined });
      this.#ready.push(about);
    } else {
      const { parcels, isOut } = queue;
      if ((parcels[0]?.attempts ?? 0) > 0) {
        queue.leftOut = Math.min(queue.leftOut ?? Infinity, position);
        return;
      }
      // What was asked for once more goes in its place, but for the one that is on its way.
      const at = parcels.findIndex((one, index) => (index > 0 || !isOut) && one.entry.position > position);
      parcels.splice(at === -1 ? parcels.length : at, 0, parcel);
    }
    this.#parcels.set(position, parcel);
  }

  /** The next one to be sent. */
  take(): Parcel | undefined {
    const queue = this.#queues.get(this.#ready.shift() ?? '');
    if (queue !== undefined) queue.isOut = true;
    return queue?.parcels[0];
  }

  /** It was sent in vain. What is about the same thing makes room. */
  failed(parcel: Parcel): void {
    parcel.attempts += 1;
    if (parcel.attempts === 1) this.#failing += 1;
    const queue = this.#queues.get(parcel.entry.about);
    for (const { entry } of queue?.parcels.splice(1) ?? []) {
      this.#parcels.delete(entry.position);
      if (queue !== undefined) queue.leftOut = Math.min(queue.leftOut ?? Infinity, entry.position);
    }
  }

  /** It may be sent once more. */
  again({ entry }: Parcel): void {
    const queue = this.#queues.get(entry.about);
    if (queue !== undefined) queue.isOut = false;
    this.#ready.push(entry.about);
  }

  /** Yields the position from which the outbox is to be read again, if something was left out. */
  delivered({ entry, attempts }: Parcel): number | undefined {
    this.#parcels.delete(entry.position);
    if (attempts > 0) this.#failing -= 1;
    const queue = this.#queues.get(entry.about);
    queue?.parcels.shift();
    if (queue === undefined || queue.parcels.length === 0) {
      this.#queues.delete(entry.about);
      return queue?.leftOut;
    }
    queue.isOut = false;
    this.#ready.push(entry.about);
    return undefined;
  }
}
