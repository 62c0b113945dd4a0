import type { Address, CallId, DeviceId } from '@offhook/core';
import type { OwedPush, PushStore, PushWrite, StoredPush } from '../ports/push.ts';
import { compareText } from './people.ts';

/** The part of a MemoryDisk that knows how devices are reached that have no page open. */
export class MemoryPushes {
  readonly #pushes = new Map<DeviceId, StoredPush>();
  readonly #owed = new Map<string, OwedPush>();

  write(write: PushWrite): void {
    switch (write.type) {
      case 'push_on':
        this.#pushes.set(write.push.device, write.push);
        return;
      case 'push_off': {
        const { device, endpoint } = write;
        if (endpoint === undefined || this.#pushes.get(device)?.endpoint === endpoint) this.#pushes.delete(device);
        return;
      }
      case 'push_owed':
        this.#owed.set(keyOf(write.owed.device, write.owed.notice.call), write.owed);
        return;
      case 'push_told':
        this.#owed.delete(keyOf(write.device, write.call));
    }
  }

  /** What is read, with the values of this moment. */
  readonly reads: {
    readonly [K in keyof PushStore]: (...args: Parameters<PushStore[K]>) => Awaited<ReturnType<PushStore[K]>>;
  } = {
    pushes: (user: Address) => this.#those((push) => push.user === user),
    pushesByToken: (jti: string) => this.#those((push) => push.jti === jti),
    owedPushes: () => [...this.#owed].sort(([a], [b]) => compareText(a, b)).map(([, owed]) => owed),
  };

  #those(fit: (push: StoredPush) => boolean): StoredPush[] {
    return [...this.#pushes.values()].filter(fit).sort((a, b) => compareText(a.device, b.device));
  }
}

function keyOf(device: DeviceId, call: CallId): string {
  return `${device} ${call}`;
}
