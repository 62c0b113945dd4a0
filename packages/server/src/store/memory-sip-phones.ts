import type { Address, DeviceId } from '@offhook/core';
import type { StoredDevice } from '../ports.ts';
import type {
  RegisteredPhone,
  SipPhone,
  SipPhoneStore,
  SipPhoneWrite,
  StoredBinding,
  StoredSipPhone,
} from '../ports/sip-phones.ts';
import { compareText } from './people.ts';

interface Kept {
  readonly phone: Omit<StoredSipPhone, 'user' | 'name'>;
  readonly bindings: readonly StoredBinding[];
}

/** The part of a MemoryDisk that knows the phones of users. */
export class MemorySipPhones {
  readonly #devices: ReadonlyMap<DeviceId, StoredDevice>;
  /** Oldest first. */
  readonly #phones = new Map<DeviceId, Kept>();

  constructor(devices: ReadonlyMap<DeviceId, StoredDevice>) {
    this.#devices = devices;
  }

  has(device: DeviceId): boolean {
    return this.#phones.has(device);
  }

  write(write: SipPhoneWrite): void {
    if (write.type === 'sip_phone') return void this.#phones.set(write.phone.device, { phone: write.phone, bindings: [] });
    const known = this.#phones.get(write.device);
    if (known !== undefined) this.#phones.set(write.device, { ...known, bindings: write.bindings });
  }

  gone(device: DeviceId): void {
    this.#phones.delete(device);
  }

  /** What is read, with the values of this moment. */
  readonly reads: {
    readonly [K in keyof SipPhoneStore]: (...args: Parameters<SipPhoneStore[K]>) => Awaited<ReturnType<SipPhoneStore[K]>>;
  } = {
    sipPhone: (login) => this.#all().find((phone) => phone.login === login),
    sipPhoneOf: (device) => this.#all().find((phone) => phone.device === device),
    sipPhones: (user: Address) => {
      const madeAt = ({ device }: StoredSipPhone): number => this.#devices.get(device)?.createdAt ?? 0;
      const found = this.#all().filter((phone) => phone.user === user);
      return found.sort((a, b) => madeAt(a) - madeAt(b));
    },
    registeredPhones: () =>
      [...this.#phones.values()]
        .filter(({ bindings }) => bindings.length > 0)
        .flatMap(({ phone: { device, login }, bindings }): RegisteredPhone[] => {
          const known = this.#devices.get(device);
          const phone: SipPhone | undefined = known && { device, user: known.user, name: known.name, login };
          return phone === undefined ? [] : [{ phone, bindings }];
        })
        .sort((a, b) => compareText(a.phone.device, b.phone.device)),
  };

  #all(): StoredSipPhone[] {
    return [...this.#phones.values()].flatMap(({ phone }) => {
      const device = this.#devices.get(phone.device);
      return device === undefined ? [] : { ...phone, user: device.user, name: device.name };
    });
  }
}
