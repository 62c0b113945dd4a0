import { linkDevice } from '@offhook/client';
import type { Identity } from '@offhook/client';
import type { DeviceLink } from '../view/state.ts';
import { Part } from './part.ts';
import { nameProblem } from './problems.ts';

/** The link by which a further device becomes one of the same person. */
export class DeviceLinkControl extends Part<{ readonly link: DeviceLink }> {
  readonly #identity: Identity;

  constructor(identity: Identity, changed: () => void) {
    super({ link: { kind: 'none' } }, changed);
    this.#identity = identity;
  }

  async make(): Promise<void> {
    this.set({ link: { kind: 'busy' } });
    try {
      const { code, expiresInMs } = await linkDevice(this.#identity);
      const url = new URL(location.pathname, location.origin);
      url.searchParams.set('join', code);
      this.set({ link: { kind: 'ready', url: url.href, expiresAt: Date.now() + expiresInMs } });
    } catch (error) {
      this.set({ link: { kind: 'failed', message: nameProblem(error, '').message } });
    }
  }

  putAway(): void {
    this.set({ link: { kind: 'none' } });
  }
}
