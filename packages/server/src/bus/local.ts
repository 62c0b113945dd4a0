import type { Address } from '@offhook/core';
import type { Bus, Delivery, Log } from '../ports.ts';

interface Subscription {
  readonly receive: (delivery: Delivery) => void;
  open: boolean;
}

interface Published {
  readonly user: Address;
  /** Those who were there when it was published. */
  readonly to: readonly Subscription[];
  readonly delivery: Delivery;
}

/**
 * The bus of a server that is alone: events go straight to the connections in this process, before `publish` returns. What is
 * published by a receiver waits until the delivery it came from has reached everybody, so that all see one order.
 */
export class LocalBus implements Bus {
  readonly #log: Log;
  /** Arrays are replaced, never changed: a delivery under way keeps the one it began with. */
  readonly #subscriptions = new Map<Address, readonly Subscription[]>();
  readonly #queue: Published[] = [];
  #delivering = false;

  constructor(log: Log) {
    this.#log = log;
  }

  publish(user: Address, delivery: Delivery): void {
    const to = this.#subscriptions.get(user);
    if (to === undefined) return;
    this.#queue.push({ user, to, delivery });
    if (this.#delivering) return;
    this.#delivering = true;
    // The queue grows while it is walked.
    for (const published of this.#queue) this.#deliver(published);
    this.#queue.length = 0;
    this.#delivering = false;
  }

  subscribe(user: Address, receive: (delivery: Delivery) => void): () => void {
    const subscription: Subscription = { receive, open: true };
    this.#subscriptions.set(user, [...(this.#subscriptions.get(user) ?? []), subscription]);
    return () => {
      subscription.open = false;
      const rest = this.#subscriptions.get(user)?.filter((other) => other !== subscription) ?? [];
      if (rest.length > 0) this.#subscriptions.set(user, rest);
      else this.#subscriptions.delete(user);
    };
  }

  close(): Promise<void> {
    for (const subscriptions of this.#subscriptions.values())
      for (const subscription of subscriptions) subscription.open = false;
    this.#subscriptions.clear();
    return Promise.resolve();
  }

  #deliver({ user, to, delivery }: Published): void {
    for (const subscription of to) {
      if (!subscription.open) continue;
      try {
        subscription.receive(delivery);
      } catch (error) {
        // A connection that fails must not keep the event from the others.
        this.#log.error('bus', { user, event: delivery.event.type, error: String(error) });
      }
    }
  }
}
