import type { OutgoingSettings, UserOutgoing } from '@offhook/core';
import type { StoredTrunk, TrunkStore, TrunkUsage, TrunkWrite } from '../ports/trunk-store.ts';
import { compareText } from './people.ts';

/** The part of a MemoryDisk that knows trunks and what may be called by them. */
export class MemoryTrunks {
  /** As JSON, like calls. */
  readonly #trunks = new Map<string, string>();
  readonly #users = new Map<string, string>();
  readonly #usage = new Map<string, TrunkUsage>();
  #outgoing: string | undefined;

  write(write: TrunkWrite): void {
    switch (write.type) {
      case 'trunk':
        this.#trunks.set(write.trunk.id, JSON.stringify(write.trunk));
        return;
      case 'trunk_gone':
        this.#trunks.delete(write.trunk);
        return;
      case 'outgoing':
        this.#outgoing = JSON.stringify(write.settings);
        return;
      case 'user_outgoing':
        this.#users.set(write.user, JSON.stringify(write.settings));
        return;
      case 'trunk_usage':
        this.#usage.set(`${write.usage.day} ${write.usage.subject}`, write.usage);
        return;
      case 'trunk_usage_gone':
        for (const [key, { day }] of this.#usage) if (day < write.before) this.#usage.delete(key);
    }
  }

  /** What is read, with the values of this moment. */
  readonly reads: {
    readonly [K in keyof TrunkStore]: (...args: Parameters<TrunkStore[K]>) => Awaited<ReturnType<TrunkStore[K]>>;
  } = {
    trunks: () => Array.from(this.#trunks.values(), (trunk) => JSON.parse(trunk) as StoredTrunk),
    outgoing: () => (this.#outgoing === undefined ? undefined : (JSON.parse(this.#outgoing) as OutgoingSettings)),
    userOutgoing: (user) => {
      const settings = this.#users.get(user);
      return settings === undefined ? undefined : (JSON.parse(settings) as UserOutgoing);
    },
    trunkUsage: (day) =>
      [...this.#usage.values()].filter((one) => one.day === day).sort((a, b) => compareText(a.subject, b.subject)),
  };
}
