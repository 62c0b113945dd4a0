import { deliveryState } from '../ports/events.ts';
import type { Delivery, EventStore, EventWrite, LoggedEvent } from '../ports/events.ts';
import { isNamed } from '../ports/webhooks.ts';
import type { StoredWebhook, WebhookWrite } from '../ports/webhooks.ts';

/** A receiver, and what became of its events by their position. */
interface Receiver {
  /** As JSON, like calls. */
  webhook: string;
  readonly deliveries: Map<number, Delivery['settled']>;
}

/** The part of a MemoryDisk that knows what happened, and who is told. */
export class MemoryEvents {
  /** By position. */
  readonly log: Map<number, LoggedEvent> = new Map();
  readonly #receivers = new Map<string, Receiver>();
  #last = 0;

  write(write: EventWrite | WebhookWrite): void {
    switch (write.type) {
      case 'outbox': {
        const position = ++this.#last;
        const event = { ...write.entry, position };
        this.log.set(position, event);
        for (const receiver of this.#receivers.values())
          if (gets(receiver, event)) receiver.deliveries.set(position, undefined);
        return;
      }
      case 'settled': {
        const deliveries = this.#receivers.get(write.webhook)?.deliveries;
        for (const { position, ...settled } of write.deliveries)
          if (deliveries?.has(position) === true && deliveries.get(position) === undefined) deliveries.set(position, settled);
        return;
      }
      case 'again': {
        const receiver = this.#receivers.get(write.webhook);
        for (const event of receiver === undefined ? [] : this.log.values()) {
          const isMeant = event.position >= write.from && event.position <= write.to;
          if (isMeant && receiver !== undefined && (receiver.deliveries.has(event.position) || gets(receiver, event)))
            receiver.deliveries.set(event.position, undefined);
        }
        return;
      }
      case 'events_gone':
        for (const { position, at } of this.log.values()) if (at < write.before) this.log.delete(position);
        for (const { deliveries } of this.#receivers.values())
          for (const position of deliveries.keys()) if (!this.log.has(position)) deliveries.delete(position);
        return;
      case 'webhook': {
        const { deliveries = new Map() } = this.#receivers.get(write.webhook.id) ?? {};
        this.#receivers.set(write.webhook.id, { webhook: JSON.stringify(write.webhook), deliveries });
        return;
      }
      case 'deliveries_gone': {
        const deliveries = this.#receivers.get(write.webhook)?.deliveries;
        for (const position of deliveries?.keys() ?? [])
          if (position >= write.from && position <= write.to) deliveries?.delete(position);
        return;
      }
      case 'webhook_gone':
        this.#receivers.delete(write.webhook);
    }
  }

  readonly reads: {
    readonly [K in keyof EventStore]: (...args: Parameters<EventStore[K]>) => Awaited<ReturnType<EventStore[K]>>;
  } = {
    outbox: (webhook, after, limit) =>
      this.#deliveries(webhook)
        .filter(({ position, settled }) => position > after && settled === undefined)
        .slice(0, limit),
    events: (after, limit) => [...this.log.values()].filter(({ position }) => position > after).slice(0, limit),
    deliveries: (webhook, before, limit, state) =>
      this.#deliveries(webhook)
        .filter((delivery) => delivery.position < before && (state === undefined || deliveryState(delivery) === state))
        .reverse()
        .slice(0, limit),
    eventRange: () => ({ first: [...this.log.keys()][0] ?? 0, last: this.#last }),
  };

  webhooks(): StoredWebhook[] {
    return Array.from(this.#receivers.values(), ({ webhook }) => JSON.parse(webhook) as StoredWebhook);
  }

  #deliveries(webhook: string): Delivery[] {
    const { deliveries } = this.#receivers.get(webhook) ?? {};
    return [...this.log.values()]
      .filter(({ position }) => deliveries?.has(position) === true)
      .map((event) => {
        const settled = deliveries?.get(event.position);
        return settled === undefined ? event : { ...event, settled };
      });
  }
}

function gets({ webhook }: Receiver, { event }: LoggedEvent): boolean {
  const { events } = JSON.parse(webhook) as StoredWebhook;
  return events === undefined || isNamed(event, events);
}
