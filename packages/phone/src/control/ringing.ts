import type { Phone } from '@offhook/client';
import type { Bell } from '@offhook/client/ringing';
import type { SignedIn } from '../view/state.ts';
import { Part } from './part.ts';

type Ringing = Pick<SignedIn, 'bell'>;

/** Which tab of this browser rings aloud. Until what knows that is loaded, each does. */
export class RingingControl extends Part<Ringing> {
  #bell: Bell | undefined;
  #audible = false;

  constructor(phone: Phone, changed: () => void) {
    super({ bell: 'here' }, changed);
    // Where it cannot be loaded every tab rings.
    this.#load(phone).catch(() => undefined);
  }

  /** This page has shown that it may make sounds. Until then its browser knows better. */
  mayRing(): void {
    this.#audible = true;
    if (this.#bell !== undefined) this.#bell.audible = true;
  }

  async #load(phone: Phone): Promise<void> {
    const { bellOf } = await import('@offhook/client/ringing');
    const bell = bellOf(phone);
    this.#bell = bell;
    if (this.#audible) bell.audible = true;
    const look = (): void => this.set({ bell: bell.rings ? 'here' : bell.isHeardElsewhere ? 'elsewhere' : undefined });
    bell.on('change', look);
    look();
  }
}
