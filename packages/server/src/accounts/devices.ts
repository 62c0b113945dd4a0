/** Devices that hold a token of this server's own: in open mode, and those of accounts. */
import { adminGrants, grantsOf, memberGrants } from '@offhook/core';
import type { Grants } from '@offhook/core';
import type { StoredAccount } from '../ports/accounts.ts';
import type { Authenticator, Clock, Denial, Hash, Pass, Store } from '../ports.ts';

export interface DeviceTokensDeps {
  readonly store: Store;
  readonly hash: Hash;
}

export class DeviceTokens implements Authenticator {
  readonly #deps: DeviceTokensDeps;

  constructor(deps: DeviceTokensDeps) {
    this.#deps = deps;
  }

  async authenticate(token: string): Promise<Pass | Denial> {
    const { store, hash } = this.#deps;
    const device = await store.device(hash.digest(token));
    if (device === undefined) return { error: 'unauthorized' };
    return { user: device.user, device, by: 'device', grants: memberGrants };
  }
}

/** The same for people with accounts: what they may do, and for how long, says the account. */
export class AccountTokens implements Authenticator {
  readonly #devices: DeviceTokens;
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(deps: DeviceTokensDeps & { readonly clock: Clock }) {
    this.#devices = new DeviceTokens(deps);
    this.#store = deps.store;
    this.#clock = deps.clock;
  }

  async authenticate(token: string): Promise<Pass | Denial> {
    const pass = await this.#devices.authenticate(token);
    if ('error' in pass) return pass;
    const account = await this.#store.account(pass.user);
    // Names that were taken in open mode are nobody's account.
    if (account === undefined) return { error: 'unauthorized' };
    const { until } = account;
    if (until !== undefined && until <= this.#clock.now()) return { error: 'token_expired' };
    return { ...pass, grants: grantsOfRole(account), until };
  }
}

function grantsOfRole({ role, grants }: StoredAccount): Grants {
  switch (role) {
    case 'admin':
      return adminGrants;
    case 'member':
      return memberGrants;
    case 'guest':
      return { ...grantsOf(grants), rename: false, admin: false };
  }
}
