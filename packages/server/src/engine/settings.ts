import { changeSettings } from '@offhook/core';
import type { Address, Settings, SettingsChange } from '@offhook/core';
import type { Outcome, Store, StoredUser } from '../ports.ts';
import type { Residents } from './residents.ts';

type Respond = (outcome: Outcome<{ settings: Settings }>) => void;

/** Changes of settings by user: each begins with what the one before has left. */
export class SettingsChanges {
  readonly #store: Store;
  readonly #users: Residents;
  readonly #last = new Map<Address, Promise<void>>();

  constructor(store: Store, users: Residents) {
    this.#store = store;
    this.#users = users;
  }

  change(user: StoredUser, change: SettingsChange, respond: Respond): void {
    const { address } = user;
    const other = this.#last.get(address);
    const outcome = other === undefined ? this.#change(user, change) : other.then(() => this.#change(user, change));
    const done = outcome.then(respond);
    this.#last.set(address, done);
    void done.then(() => {
      if (this.#last.get(address) === done) this.#last.delete(address);
    });
  }

  /** A change is in force at once, and taken back if it cannot be stored. */
  async #change(user: StoredUser, change: SettingsChange): Promise<Outcome<{ settings: Settings }>> {
    const { address } = user;
    let before: Settings | undefined;
    try {
      // Of one who has gone since, the store knows more.
      const known = this.#users.stored(address) ?? (await this.#store.user(address)) ?? user;
      before = this.#users.state(address)?.settings ?? known.settings;
      const settings = changeSettings(before, change);
      this.#users.step(address, { type: 'settings', change });
      await this.#store.commit([{ type: 'user', user: { ...known, settings } }]);
      const here = this.#users.stored(address);
      if (here !== undefined) this.#users.know({ ...here, settings });
      return { ok: { settings } };
    } catch {
      if (before !== undefined) this.#users.step(address, { type: 'settings', change: before });
      return { error: 'store_failed' };
    }
  }
}
