/** What happened, in order: told to webhooks, and kept for a while for those who ask what they have missed. */
import type { Instant } from '@offhook/core';

/** An event as it goes out; those about one thing are delivered in their order. */
export interface OutboxEntry {
  readonly event: string;
  /** The call, session or other thing that it is about. */
  readonly about: string;
  readonly at: Instant;
  readonly body: string;
}

export interface LoggedEvent extends OutboxEntry {
  /** Grows with each event, and is never used again. */
  readonly position: number;
}

/** What became of its delivery to one receiver. */
export interface Settled {
  readonly position: number;
  readonly at: Instant;
  /** How often it was sent. */
  readonly attempts: number;
  /** Why it was given up; absent: it was delivered. */
  readonly error?: string | undefined;
}

export interface Delivery extends LoggedEvent {
  /** Absent while it waits. */
  readonly settled?: Omit<Settled, 'position'> | undefined;
}

export type EventWrite =
  /** Waits for each receiver there is that gets such events. */
  | { readonly type: 'outbox'; readonly entry: OutboxEntry }
  /** These wait no more for a receiver; of those that are gone nothing is kept. */
  | { readonly type: 'settled'; readonly webhook: string; readonly deliveries: readonly Settled[] }
  /** What is settled among these positions, both included, waits once more for a receiver; so does what happened there before it was made. */
  | { readonly type: 'again'; readonly webhook: string; readonly from: number; readonly to: number }
  /** All that happened before this. */
  | { readonly type: 'events_gone'; readonly before: Instant };

export interface EventStore {
  /** The oldest events that wait for a receiver, behind a position (0: from the beginning). */
  outbox(webhook: string, after: number, limit: number): Promise<readonly LoggedEvent[]>;
  /** The oldest events behind a position, whether they wait for somebody or not. */
  events(after: number, limit: number): Promise<readonly LoggedEvent[]>;
  /** The newest events for a receiver before a position: all, or those that wait, were delivered, or were given up. */
  deliveries(webhook: string, before: number, limit: number, state?: DeliveryState): Promise<readonly Delivery[]>;
  /** Positions: of the oldest that is kept, and of the newest that there was, kept or not; 0: there is none. */
  eventRange(): Promise<{ readonly first: number; readonly last: number }>;
}

export type DeliveryState = 'waiting' | 'delivered' | 'failed';

export function deliveryState({ settled }: Delivery): DeliveryState {
  return settled === undefined ? 'waiting' : settled.error === undefined ? 'delivered' : 'failed';
}
