import type { Phone } from '@offhook/client';
import { addSipPhone, removeSipPhone, sipPhones } from '@offhook/client/sip-phones';
import { p } from '../texts/sip-phones.ts';
import type { PhonesAction, SipPhonesState } from '../view/sip-phones.ts';
import { Part } from './part.ts';
import { errorCode, signInProblem } from './problems.ts';

/** The SIP phones of this person; undefined where the server takes none. Loaded with the first look at the settings. */
export class SipPhonesControl extends Part<{ readonly phones?: SipPhonesState | undefined }> {
  readonly #phone: Phone;

  constructor(phone: Phone, changed: () => void) {
    super({}, changed);
    this.#phone = phone;
  }

  async refresh(): Promise<void> {
    try {
      const { server, phones: list } = await sipPhones(this.#phone);
      this.set({ phones: { server, list, made: this.state.phones?.made ?? { kind: 'none' } } });
    } catch (error) {
      if (errorCode(error) !== 'phones_unavailable') throw error;
      this.set({ phones: undefined });
    }
  }

  async run(action: PhonesAction): Promise<void> {
    switch (action.act) {
      case 'add':
        await this.#add(action.name);
        return this.refresh();
      case 'done':
        return this.#make({ kind: 'none' });
      case 'remove':
        await removeSipPhone(this.#phone, action.phone);
        if (this.#isShown(action.phone)) this.#make({ kind: 'none' });
        return this.refresh();
    }
  }

  async #add(name: string): Promise<void> {
    this.#make({ kind: 'busy' });
    try {
      const { phone, password } = await addSipPhone(this.#phone, name);
      this.#make({ kind: 'ready', phone, password });
    } catch (error) {
      const message = errorCode(error) === 'too_many_phones' ? p.tooMany : signInProblem(error, name).message;
      this.#make({ kind: 'failed', message });
    }
  }

  #isShown(id: string): boolean {
    const made = this.state.phones?.made;
    return made?.kind === 'ready' && made.phone.id === id;
  }

  #make(made: SipPhonesState['made']): void {
    const { phones } = this.state;
    if (phones !== undefined) this.set({ phones: { ...phones, made } });
  }
}
