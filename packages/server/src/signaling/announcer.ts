import { conversationLimits } from '@offhook/core';
import type { Entry, Event } from '@offhook/core';
import { everybody } from '../ports.ts';
import type { Bus, Clock } from '../ports.ts';
import type { Hub } from './hub.ts';

/** Entries of the room are told at most this often, */
const gatherMs = 50;
/** and so seldom that they are written to no more connections than this per second. */
const writesPerSecond = 20_000;

export interface AnnouncerDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly hub: Hub;
}

/**
 * Tells everybody who is here what is published to everybody. Entries of the room are gathered, the longer the more are here:
 * however much is said in it, what it costs is bounded. Of very many only the last are told; whoever sees the gap in their
 * positions asks for the others.
 */
export class Announcer {
  readonly #deps: AnnouncerDeps;
  /** By position, so that an entry which is changed meanwhile is told once. */
  readonly #gathered = new Map<number, Entry>();
  readonly #unsubscribe: () => void;
  #cancel: (() => void) | undefined;
  #nextAt = 0;

  constructor(deps: AnnouncerDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.bus.subscribe(everybody, ({ event }) => this.#take(event));
  }

  close(): void {
    this.#unsubscribe();
    this.#cancel?.();
  }

  #take(event: Event): void {
    if (event.type !== 'entries') return this.#deps.hub.deliverToAll(event);
    for (const entry of event.entries) this.#gather(entry);
    const wait = this.#nextAt - this.#deps.clock.now();
    if (this.#cancel !== undefined) return;
    if (wait <= 0) this.#tell();
    else {
      this.#cancel = this.#deps.clock.schedule(wait, () => {
        this.#cancel = undefined;
        this.#tell();
      });
    }
  }

  #gather(entry: Entry): void {
    this.#gathered.set(entry.position, entry);
    if (this.#gathered.size <= conversationLimits.entriesPage) return;
    const [oldest] = this.#gathered.keys();
    if (oldest !== undefined) this.#gathered.delete(oldest);
  }

  #tell(): void {
    const entries = [...this.#gathered.values()];
    this.#gathered.clear();
    const { clock, hub } = this.#deps;
    this.#nextAt = clock.now() + Math.max(gatherMs, (hub.size * 1000) / writesPerSecond);
    hub.deliverToAll({ type: 'entries', entries });
  }
}
