import { cleanName, serverLimits } from '@offhook/core';
import type { Address, Device, DeviceId } from '@offhook/core';
import { revocationKeys } from '../ports/accounts.ts';
import type { Bus, Clock, Log, Outcome, Store, StoredDevice, Switchboard, Write } from '../ports.ts';
import type { Connection } from './connection.ts';
import { hangUp } from './hang-up.ts';
import type { Hub } from './hub.ts';

export interface DevicesDeps {
  readonly store: Store;
  readonly bus: Bus;
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
    // Phones are listed by themselves.
    const browsers = stored.filter(({ phone }) => phone !== true);
    const devices = browsers.map(({ id, name, seenAt }): Device => {
      const connected = linked.has(id);
      return { id, name, connected, current: id === device, seenAt: connected ? clock.now() : seenAt };
    });
    return { ok: { devices } };
  }

  /** The name by which its owner tells it from the others, and by which it is said where a call was answered. */
  async name({ occupant }: Connection, device: DeviceId, wanted: string): Promise<Outcome> {
    const name = cleanName(wanted);
    if (name === undefined) return { error: 'name_invalid' };
    if ((await this.#find(occupant.user.address, device)) === undefined) return { error: 'device_not_found' };
    await this.#deps.store.commit([{ type: 'device_named', device, name }]);
    for (const one of occupant.connections) if (one.device === device) one.deviceName = name;
    return { ok: {} };
  }

  /** The device cannot sign in any more, and its calls are over. What is still connected by it is closed with `close`. */
  async remove(user: Address, device: DeviceId): Promise<Outcome> {
    const { hub, store, switchboard } = this.#deps;
    const known = await this.#find(user, device);
    if (known === undefined) return { error: 'device_not_found' };
    const connections = hub.occupant(user)?.connections.filter((one) => one.device === device) ?? [];
    await store.commit([
      { type: 'device_gone', device },
      ...(known.tokenDigest === '' ? this.#revoked(device, connections) : []),
    ]);
    hub.bar(device);
    await Promise.all(connections.map((one) => hangUp(switchboard, one)));
    return { ok: {} };
  }

  async #find(user: Address, device: DeviceId): Promise<StoredDevice | undefined> {
    const stored = await this.#deps.store.devices(user);
    return stored.find(({ id }) => id === device);
  }

  /** A host application's token names no device: void is what this one has shown, and what was made until now if it comes from here. */
  #revoked(device: DeviceId, connections: readonly Connection[]): Write[] {
    const at = this.#deps.clock.now();
    const until = at + serverLimits.tokenLifetimeMs + serverLimits.tokenSkewMs;
    const tokens = connections.flatMap(({ pass: { jti } }) => (jti === undefined ? [] : revocationKeys.token(jti)));
    const keys = new Set([...tokens, revocationKeys.device(device)]);
    return [...keys].map((key) => ({ type: 'revoke', revocation: { key, at, until } }));
  }

  /** `except`: the connection that has asked for it. */
  close(user: Address, device: DeviceId, except?: string): void {
    const occupant = this.#deps.hub.occupant(user);
    if (occupant !== undefined) this.#deps.hub.signOut(occupant, device);
    this.#deps.bus.publish(user, { event: { type: 'devices' }, except });
  }
}
