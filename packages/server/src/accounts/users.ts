/** People as programs make and remove them, where they do not take their names themselves. */
import { defaultSettings, serverLimits } from '@offhook/core';
import type { Address, Person } from '@offhook/core';
import type { UserAdministration } from '../ports/people-control.ts';
import { Refusal, StoreError } from '../ports.ts';
import type { Clock, Store, StoredUser, Write } from '../ports.ts';
import type { Accounts } from './accounts.ts';
import type { Revoked } from './minted.ts';

export interface UsersDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly publicUrl: () => string;
  /** Where people have accounts here. */
  readonly accounts: Accounts | undefined;
  readonly revoke: (revoked: Revoked) => Promise<void>;
}

export class Users implements UserAdministration {
  readonly #deps: UsersDeps;

  constructor(deps: UsersDeps) {
    this.#deps = deps;
  }

  async make({ address, name }: Person): Promise<{ readonly link?: string }> {
    const { accounts, clock, publicUrl, store } = this.#deps;
    const createdAt = clock.now();
    const user: StoredUser = { address, name, settings: defaultSettings, vouched: true, createdAt };
    const account: Write[] =
      accounts === undefined ? [] : [{ type: 'account', account: { address, role: 'member', createdAt } }];
    try {
      await store.commit([{ type: 'new_user', user }, ...account]);
    } catch (error) {
      if (error instanceof StoreError && error.code === 'name_taken') throw new Refusal('name_taken');
      throw error;
    }
    if (accounts === undefined) return {};
    const { code } = await accounts.invites.make(undefined, {
      role: 'member',
      forMs: serverLimits.inviteMs,
      whose: address,
    });
    return { link: `${publicUrl()}/#invite=${code}` };
  }

  async remove(address: Address): Promise<void> {
    const { accounts, revoke, store } = this.#deps;
    const account = await store.account(address);
    if (account !== undefined) return accounts?.close(address);
    await revoke({ user: address });
    const devices = await store.devices(address);
    await store.commit(devices.map(({ id }): Write => ({ type: 'device_gone', device: id })));
  }

  revoke(token: string): Promise<void> {
    return this.#deps.revoke({ jti: token });
  }
}
