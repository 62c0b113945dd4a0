import type { Address, DeviceId } from '@offhook/core';
import type { PushBook, PushesByDevice, PushWrite } from '../ports/push.ts';
import { Remembered } from '../ports/remembered.ts';
import type { Store } from '../ports.ts';

const none: PushesByDevice = new Map();

/** The devices, that can be pushed to, of those who were asked about lately. All changes go through here. */
export class Pushes implements PushBook {
  readonly #store: Store;
  readonly #devices: Remembered<PushesByDevice>;
  readonly #listeners: ((user: Address, devices: ReadonlySet<DeviceId>) => void)[] = [];

  constructor(store: Store) {
    this.#store = store;
    this.#devices = new Remembered(async (user) => {
      const pushes = await store.pushes(user);
      return pushes.length === 0 ? none : new Map(pushes.map((push) => [push.device, push]));
    });
  }

  of(user: Address): PushesByDevice | Promise<PushesByDevice> {
    return this.#devices.of(user);
  }

  async change(user: Address, write: PushWrite): Promise<void> {
    await this.#store.commit([write]);
    await this.forget(user);
  }

  async forget(user: Address): Promise<void> {
    this.#devices.forget(user);
    const devices = new Set((await this.of(user)).keys());
    for (const listener of this.#listeners) listener(user, devices);
  }

  onChange(listener: (user: Address, devices: ReadonlySet<DeviceId>) => void): void {
    this.#listeners.push(listener);
  }
}
