import type { Identity } from '@offhook/client';
import { Account } from '@offhook/client/accounts';
import type { AccountState, AdministrationState } from '../view/accounts.ts';
import type { Administration } from '../view/commands.ts';
import type { Notice } from '../view/state.ts';
import { AccountControl } from './account.ts';
import type { AdministrationControl } from './administration.ts';

/** One's own account, and those of others for whoever sees to them. What does that is loaded with the first look at its page. */
export class AccountsControl {
  readonly #rest: Account;
  readonly #own: AccountControl;
  readonly #load: () => Promise<AdministrationControl>;
  #administration: AdministrationControl | undefined;

  constructor(identity: Identity, changed: () => void, say: (notice: Notice) => void) {
    this.#rest = new Account(identity);
    this.#own = new AccountControl(this.#rest, changed);
    this.#load = async () => {
      const { AdministrationControl: Control } = await import('./administration.ts');
      this.#administration ??= new Control(this.#rest, changed, say);
      return this.#administration;
    };
  }

  /** None in open mode, and none before the first answer, which is `pending` until then. */
  get own(): AccountState | undefined {
    return this.#own.state.own;
  }

  get pending(): boolean {
    return this.#own.state.pending;
  }

  get administration(): AdministrationState {
    return this.#administration?.state ?? { query: '', more: false, invitations: [], made: { kind: 'none' } };
  }

  /** `all`: their page is before the person's eyes. */
  async look(all: boolean): Promise<void> {
    await this.#own.load();
    const role = this.own?.role;
    if (all && (role === 'admin' || role === 'member')) await (await this.#load()).load(role === 'admin');
  }

  async run(command: Administration): Promise<void> {
    await (await this.#load()).run(command);
  }

  openPassword(open: boolean): void {
    this.#own.openPassword(open);
  }

  /** Whether it was done; if not, the state says why. */
  changePassword(current: string, next: string, signOutOthers: boolean): Promise<boolean> {
    return this.#own.changePassword(current, next, signOutOthers);
  }

  /** Signs this browser out for good. */
  async signOut(): Promise<void> {
    await this.#rest.signOut();
  }
}
