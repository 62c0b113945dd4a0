import { serverLimits } from '@offhook/core';
import type { Clock } from '../ports.ts';
import { send } from './application.ts';
import type { Connection } from './connection.ts';
import type { Hub, Occupant } from './hub.ts';

interface Announcement {
  readonly sender: Connection;
  readonly text: string;
  /** Those who have yet to get it. */
  readonly left: Iterator<Occupant>;
  readonly reachesNobody: () => void;
  isDelivered: boolean;
}

/**
 * Messages to everyone, one after the other and to so many at a time that nobody else has to wait, however many are here. To a
 * few they go at once; to many they may be overtaken by what the same sender says to one of them.
 */
export class Everyone {
  readonly #hub: Hub;
  readonly #clock: Clock;
  readonly #waiting: Announcement[] = [];
  /** How many may still be told now. */
  #room: number = serverLimits.everyoneAtOnce;
  #cancel: (() => void) | undefined;

  constructor(hub: Hub, clock: Clock) {
    this.#hub = hub;
    this.#clock = clock;
  }

  /** Tells everyone but the sender; false when too much is waiting. */
  tell(sender: Connection, text: string, reachesNobody: () => void): boolean {
    if (this.#waiting.length >= serverLimits.everyoneWaiting) return false;
    const left = this.#hub.occupants()[Symbol.iterator]();
    this.#waiting.push({ sender, text, left, reachesNobody, isDelivered: false });
    this.#go();
    return true;
  }

  close(): void {
    this.#cancel?.();
  }

  #go(): void {
    let [first] = this.#waiting;
    while (this.#room > 0 && first !== undefined) {
      if (!this.#tellNext(first)) {
        this.#waiting.shift();
        [first] = this.#waiting;
      }
    }
    if (this.#room === serverLimits.everyoneAtOnce) return;
    this.#cancel ??= this.#clock.schedule(serverLimits.everyoneMs, () => {
      this.#cancel = undefined;
      this.#room = serverLimits.everyoneAtOnce;
      this.#go();
    });
  }

  /** False when nobody is left. */
  #tellNext(announcement: Announcement): boolean {
    const { sender, text, left, reachesNobody, isDelivered } = announcement;
    const next = left.next();
    if (next.done === true) {
      if (!isDelivered) reachesNobody();
      return false;
    }
    this.#room -= next.value.connections.length;
    if (send(next.value, undefined, sender, text)) announcement.isDelivered = true;
    return true;
  }
}
