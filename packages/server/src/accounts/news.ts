import { serverLimits } from '@offhook/core';
import type { Address } from '@offhook/core';
import type { Bus, Store } from '../ports.ts';

export interface NewsDeps {
  readonly store: Pick<Store, 'accounts'>;
  readonly bus: Pick<Bus, 'publish'>;
}

/** Tells the pages of those whom it concerns that they show something of before. They ask anew, and need not wait for this. */
export class News {
  readonly #deps: NewsDeps;

  constructor(deps: NewsDeps) {
    this.#deps = deps;
  }

  /** This person is signed in on another device, or on one device less. */
  devices(user: Address): void {
    this.#deps.bus.publish(user, { event: { type: 'devices' } });
  }

  /** Somebody has got, changed or lost an account. `maker`: whose link was used for it. */
  accounts(maker?: Address): void {
    this.#tellAdmins(maker).catch(() => {
      // Whoever looks asks again.
    });
  }

  async #tellAdmins(maker: Address | undefined): Promise<void> {
    const admins = await this.#deps.store.accounts('admin', undefined, serverLimits.accountsPage);
    const told = new Set([...admins.map(({ address }) => address), ...(maker === undefined ? [] : [maker])]);
    for (const user of told) this.#deps.bus.publish(user, { event: { type: 'accounts' } });
  }
}
