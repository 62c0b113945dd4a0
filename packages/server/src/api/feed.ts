/** What happens, as it happens: server-sent events (WHATWG HTML §9.2) from the outbox, which also tells what somebody has missed. */
import { apiLimits } from '@offhook/core';
import type { LoggedEvent } from '../ports/events.ts';
import { isNamed } from '../ports/webhooks.ts';
import { Refusal } from '../ports.ts';
import type { Clock, Log, Store } from '../ports.ts';

export interface FeedDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** The way to somebody who listens. */
export interface Listening {
  write(text: string): void;
  /** Bytes that they have yet to take. */
  readonly waiting: number;
  end(): void;
}

export interface ListenOptions {
  /** Who listens. */
  readonly key: string;
  /** The id of the last event that they have; 0: all that is kept; absent: from now on. */
  readonly after: number | undefined;
  /** Only events with these names, as `isNamed` reads them. None: all. */
  readonly types: readonly string[];
}

/** Entries that are read at once. */
const pageSize = 200;
/** Whoever takes no more than this is behind, and may come back for the rest. */
const waitingMost = 1_048_576;

export class EventFeed {
  readonly #deps: FeedDeps;
  /** What ends them, and whose they are. */
  readonly #open = new Map<() => void, string>();
  #cancelPrune: () => void = nothing;
  #isClosed = false;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  /** Lets go of what is old, from time to time. */
  start(): void {
    const { store, clock, log } = this.#deps;
    const prune = (): void => {
      store
        .commit([{ type: 'events_gone', before: clock.now() - apiLimits.eventKeepMs }])
        .catch((error: unknown) => log.warn('events', { error: String(error) }));
      this.#cancelPrune = clock.schedule(apiLimits.eventPruneMs, prune);
    };
    prune();
  }

  /** Whoever listens is told to come back. */
  close(): void {
    this.#isClosed = true;
    this.#cancelPrune();
    for (const end of this.#open.keys()) end();
  }

  /**
   * Tells what happens until they are gone; the function returned says that they are. Throws `rate_limited` where too many listen, with
   * this key or at all.
   */
  listen({ key, after, types }: ListenOptions, to: Listening): () => void {
    if (this.#isClosed) throw new Refusal('draining');
    if (!this.#hasRoom(key)) throw new Refusal('rate_limited');
    const { store, clock, log } = this.#deps;
    let isOver = false;
    let cancel = nothing;
    let saidAt = clock.now();
    const stop = (): void => {
      isOver = true;
      cancel();
      this.#open.delete(end);
    };
    const end = (): void => {
      stop();
      to.end();
    };
    this.#open.set(end, key);
    const say = (text: string): void => {
      saidAt = clock.now();
      to.write(text);
    };
    const follow = async (position: number): Promise<void> => {
      const events = await store.events(position, pageSize);
      if (isOver) return;
      for (const event of events) if (isWanted(event, types)) say(written(event));
      const next = events.at(-1)?.position ?? position;
      if (clock.now() - saidAt >= apiLimits.eventHeartbeatMs) say(`:\nid: ${next}\n\n`);
      if (to.waiting > waitingMost) return end();
      cancel = clock.schedule(events.length === pageSize ? 0 : apiLimits.eventPollMs, () => void follow(next).catch(failed));
    };
    const failed = (error: unknown): void => {
      log.warn('events', { error: String(error) });
      end();
    };
    const begin = async (): Promise<void> => {
      const { first, last } = await store.eventRange();
      if (isOver) return;
      const next = first === 0 ? last + 1 : first;
      // What came between is not kept any more; or it is another store than the one from which they have their id.
      const isGap = after !== undefined && after !== 0 && (after > last || after + 1 < next);
      const from = isGap || after === 0 ? next - 1 : (after ?? last);
      if (isGap) say(`event: gap\ndata: ${JSON.stringify({ after, first: next })}\n\n`);
      // Whoever loses this before anything has happened comes back to this place.
      say(`retry: ${apiLimits.eventRetryMs}\nid: ${from}\n\n`);
      await follow(from);
    };
    begin().catch(failed);
    return stop;
  }

  /** One program that opens more and more of them keeps no other from listening. */
  #hasRoom(key: string): boolean {
    if (this.#open.size >= apiLimits.eventStreamsInAll) return false;
    return [...this.#open.values()].filter((other) => other === key).length < apiLimits.eventStreams;
  }
}

function nothing(): void {
  // Waits for nothing yet.
}

function isWanted({ event }: LoggedEvent, types: readonly string[]): boolean {
  return types.length === 0 || isNamed(event, types);
}

/** JSON has no line breaks. */
function written({ position, event, body }: LoggedEvent): string {
  return `id: ${position}\nevent: ${event}\ndata: ${body}\n\n`;
}
