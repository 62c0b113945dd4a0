import { serverLimits } from '@offhook/core';
import type { Clock } from '../ports.ts';
import type { Hub } from './hub.ts';
import type { Link } from './link.ts';

const roundMs = 1_000;
const slots = serverLimits.pingMs / roundMs;

/**
 * One timer looks after all links: it pings each every `pingMs`, lets silent ones go, and those that never said hello, and has
 * the hub forget connections which nobody resumed. Links are spread over the seconds of a round, so that no second is busy.
 */
export class Rounds {
  readonly #clock: Clock;
  readonly #hub: Hub;
  readonly #links: readonly Set<Link>[] = Array.from({ length: slots }, () => new Set<Link>());
  /** Those that have not signed in yet, oldest first. */
  readonly #strangers = new Set<Link>();
  #slot = 0;
  #size = 0;
  #cancel: (() => void) | undefined;
  #isOver = false;

  constructor(clock: Clock, hub: Hub) {
    this.#clock = clock;
    this.#hub = hub;
  }

  get size(): number {
    return this.#size;
  }

  *links(): Iterable<Link> {
    for (const slot of this.#links) yield* slot;
  }

  add(link: Link): void {
    // The slot just behind is the last of the coming round.
    this.#links[this.#slot]?.add(link);
    this.#strangers.add(link);
    this.#size += 1;
    this.#arm();
  }

  signedIn(link: Link): void {
    this.#strangers.delete(link);
  }

  remove(link: Link): void {
    this.#strangers.delete(link);
    for (const slot of this.#links) {
      if (slot.delete(link)) this.#size -= 1;
    }
  }

  close(): void {
    this.#isOver = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Nothing to look after, no timer. */
  #arm(): void {
    if (this.#isOver || (this.#size === 0 && this.#hub.detached === 0)) return;
    this.#cancel ??= this.#clock.schedule(roundMs, () => {
      this.#cancel = undefined;
      this.#go();
      this.#arm();
    });
  }

  #go(): void {
    const now = this.#clock.now();
    for (const link of this.#strangers) {
      if (now - link.openedAt < serverLimits.helloMs) break;
      link.close('hello_expected');
      this.#strangers.delete(link);
    }
    this.#slot = (this.#slot + 1) % slots;
    for (const link of this.#links[this.#slot] ?? []) {
      if (now - link.heardAt >= serverLimits.silentMs) link.close('silent');
      else if (link.connection?.link === link) link.connection.ping();
    }
    this.#hub.expire();
  }
}
