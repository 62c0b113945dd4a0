import { serverLimits } from '@offhook/core';
import type { Device, DeviceId } from '@offhook/core';
import type { Clock, Log, Outcome, Store, Switchboard } from '../ports.ts';
import type { Connection } from './connection.ts';
import { hangUp } from './hang-up.ts';
import type { Hub } from './hub.ts';

export interface DevicesDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly switchboard: Switchboard;
  readonly hub: Hub;
}

/** The devices that sign in as somebody: shown to them, and taken away again. */
export class Devices {
  readonly #deps: DevicesDeps;

  constructor(deps: DevicesDeps) {
    this.#deps = deps;
  }

  /** A page of its device has come or gone just now. */
  seen(connection: Connection): void {
    const { clock, log, store } = this.#deps;
    const at = clock.now();
    if (at - connection.seenAt < serverLimits.seenMs) return;
    connection.seenAt = at;
    store
      .commit([{ type: 'device_seen', device: connection.device, at }])
      .catch((error: unknown) => log.warn('store', { device: connection.device, error: String(error) }));
  }

  async list({ device, occupant }: Connection): Promise<Outcome> {
    const { clock, store } = this.#deps;
    const stored = await store.devices(occupant.user.address);
    const linked = new Set(occupant.connections.flatMap((one) => (one.link === undefined ? [] : one.device)));
    const devices = stored.map(({ id, name, seenAt }): Device => {
      const connected = linked.has(id);
      return { id, name, connected, current: id === device, seenAt: connected ? clock.now() : seenAt };
    });
    return { ok: { devices } };
  }

  /** The device cannot sign in any more, and its calls are over. What is still connected by it is closed with `close`. */
  async remove({ occupant }: Connection, device: DeviceId): Promise<Outcome> {
    const { hub, store, switchboard } = this.#deps;
    const stored = await store.devices(occupant.user.address);
    if (!stored.some(({ id }) => id === device)) return { error: 'device_not_found' };
    await store.commit([{ type: 'device_gone', device }]);
    hub.bar(device);
    const connections = occupant.connections.filter((one) => one.device === device);
    await Promise.all(connections.map((one) => hangUp(switchboard, one)));
    return { ok: {} };
  }

  close({ occupant }: Connection, device: DeviceId): void {
    this.#deps.hub.signOut(occupant, device);
  }
}
