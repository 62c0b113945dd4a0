import type { DeviceWrite, Write } from '../ports.ts';

/** Who is told of devices that have changed. */
export class DeviceNews {
  readonly #listeners: ((write: DeviceWrite) => void)[] = [];

  on(listener: (write: DeviceWrite) => void): void {
    this.#listeners.push(listener);
  }

  tell(writes: readonly Write[]): void {
    for (const write of writes)
      if (write.type === 'device_gone' || write.type === 'device_named')
        for (const listener of this.#listeners) listener(write);
  }
}
