import type { Phone } from '@offhook/client';
import type { Device, DeviceId } from '@offhook/core';
import { Part } from './part.ts';

/** Where the person is signed in; asked for when somebody looks. */
export class DevicesControl extends Part<{ readonly list?: readonly Device[] | undefined }> {
  readonly #phone: Phone;

  constructor(phone: Phone, changed: () => void) {
    super({}, changed);
    this.#phone = phone;
  }

  async refresh(): Promise<void> {
    this.set({ list: await this.#phone.devices() });
  }

  async remove(device: DeviceId): Promise<void> {
    await this.#phone.removeDevice(device);
    // Signed out itself, this page is closed in a moment.
    if (device !== this.#phone.device.id) await this.refresh();
  }
}
