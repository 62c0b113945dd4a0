import { deliveryState } from '../ports/events.ts';
import type { EventStore, EventWrite, LoggedEvent, WaitingEvent } from '../ports/events.ts';

/** The part of a MemoryDisk that knows what happened. */
export class MemoryEvents {
  /** Those that wait, by position. */
  readonly waiting: Map<number, WaitingEvent> = new Map();
  readonly #settled = new Map<number, LoggedEvent>();
  #last = 0;

  write(write: EventWrite): void {
    switch (write.type) {
      case 'outbox': {
        const position = ++this.#last;
        this.waiting.set(position, { ...write.entry, position });
        return;
      }
      case 'settled':
        for (const { position, ...settled } of write.deliveries) {
          const entry = this.waiting.get(position);
          if (entry === undefined) continue;
          this.waiting.delete(position);
          this.#settled.set(position, { ...entry, settled });
        }
        return;
      case 'again':
        for (const [position, { settled: _settled, ...entry }] of this.#settled)
          if (position >= write.from && position <= write.to) {
            this.#settled.delete(position);
            this.waiting.set(position, entry);
          }
        return;
      case 'events_gone':
        for (const events of [this.waiting, this.#settled])
          for (const { position, at } of events.values()) if (at < write.before) events.delete(position);
    }
  }

  readonly reads: {
    readonly [K in keyof EventStore]: (...args: Parameters<EventStore[K]>) => Awaited<ReturnType<EventStore[K]>>;
  } = {
    outbox: (after, limit) =>
      [...this.waiting.values()]
        .filter(({ position }) => position > after)
        .sort((a, b) => a.position - b.position)
        .slice(0, limit),
    events: (after, limit) =>
      this.#all()
        .filter(({ position }) => position > after)
        .slice(0, limit),
    deliveries: (before, limit, state) =>
      this.#all()
        .filter((event) => event.position < before && (state === undefined || deliveryState(event) === state))
        .reverse()
        .slice(0, limit),
    eventRange: () => ({ first: this.#all()[0]?.position ?? 0, last: this.#last }),
  };

  #all(): LoggedEvent[] {
    return [...this.waiting.values(), ...this.#settled.values()].sort((a, b) => a.position - b.position);
  }
}
