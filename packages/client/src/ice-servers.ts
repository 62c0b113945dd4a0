import type { Ice, Milliseconds } from '@offhook/core';
import { Alarm } from './alarm.ts';
import type { Connection } from './connection.ts';
import type { Clock } from './platform.ts';

/** They are asked for anew when this part of their time is over, and again after this time when they could not be had. */
const refreshAfter = 0.75;
const refreshAgainMs: Milliseconds = 10_000;

/** The ICE servers that the server names, with credentials that are always valid. */
export class IceServers {
  readonly #connection: Connection;
  readonly #changed: () => void;
  readonly #refresh: Alarm;
  servers: RTCIceServer[] = [];

  /** `changed`: there are others from now on. */
  constructor(clock: Clock, connection: Connection, changed: () => void) {
    this.#connection = connection;
    this.#changed = changed;
    this.#refresh = new Alarm(clock);
  }

  use({ iceServers, ttlMs }: Ice): void {
    this.servers = iceServers as RTCIceServer[];
    this.#changed();
    this.#refresh.set(ttlMs * refreshAfter, () => this.#ask());
  }

  close(): void {
    this.#refresh.clear();
  }

  #ask(): void {
    this.#connection.ask<'ice'>({ type: 'ice' }, (outcome) => {
      if ('ok' in outcome) this.use(outcome.ok);
      else this.#refresh.set(refreshAgainMs, () => this.#ask());
    });
  }
}
