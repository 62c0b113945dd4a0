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

/** The same for people of whom more is known. */
export interface AccountTokensOptions {
  /**
   * Who comes in: all who have an account; besides them those who have taken a name; or guests alone. Names that were taken in open mode
   * are nobody's account.
   */
  readonly admits: 'accounts' | 'names' | 'guests';
}

/** What people may do, and for how long, says their account. */
export class AccountTokens implements Authenticator {
  readonly #devices: DeviceTokens;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #admits: AccountTokensOptions['admits'];

  constructor(deps: DeviceTokensDeps & { readonly clock: Clock }, { admits }: AccountTokensOptions) {
    this.#devices = new DeviceTokens(deps);
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#admits = admits;
  }

  async authenticate(token: string): Promise<Pass | Denial> {
    const pass = await this.#devices.authenticate(token);
    if ('error' in pass) return pass;
    const account = await this.#store.account(pass.user);
    const isGuest = account?.role === 'guest';
    if (this.#admits === 'names' && !isGuest) return pass;
    if (account === undefined || (this.#admits === 'guests' && !isGuest)) return { error: 'unauthorized' };
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
