import type { Account, AccountView, Role } from '@offhook/client/accounts';
import type { Address, Person } from '@offhook/core';
import { t } from '../texts/texts.ts';
import type { AdministrationState, InvitationState } from '../view/accounts.ts';
import type { Administration } from '../view/commands.ts';
import type { Notice } from '../view/state.ts';
import { briefly } from '../view/names.ts';
import { Part } from './part.ts';
import { signInProblem } from './problems.ts';

const roles: readonly Role[] = ['admin', 'member', 'guest'];

/** Accounts, for administrators, and the invitations that somebody has made. Asked for when somebody looks. */
export class AdministrationControl extends Part<AdministrationState> {
  readonly #account: Account;
  readonly #say: (notice: Notice) => void;
  /** Where the next page of each role begins. */
  #next = new Map<Role, Address>();

  constructor(account: Account, changed: () => void, say: (notice: Notice) => void) {
    super({ query: '', more: false, invitations: [], invited: { kind: 'none' } }, changed);
    this.#account = account;
    this.#say = say;
  }

  async load(isAdmin: boolean): Promise<void> {
    await Promise.all([this.#loadInvitations(), isAdmin ? this.#loadAccounts() : undefined]);
  }

  async run(command: Administration): Promise<void> {
    switch (command.type) {
      case 'search-accounts':
        return this.#search(command.query);
      case 'more-accounts':
        return this.#more();
      case 'set-role':
        await this.#account.setRole(command.address, command.role);
        return this.#loadAccounts();
      case 'close-account':
        return this.#close(command.person);
      case 'invite':
        return this.#invite(command.role);
      case 'put-invitation-away':
        return this.set({ invited: { kind: 'none' } });
      case 'take-invitation-back':
        return this.#takeBack(command.id);
    }
  }

  async #loadAccounts(): Promise<void> {
    this.#next = new Map();
    this.#take(await this.#pages(roles), []);
    if (this.state.query !== '') await this.#all();
  }

  async #more(): Promise<void> {
    const roles = [...this.#next.keys()];
    this.#take(await this.#pages(roles), this.state.accounts ?? []);
  }

  /** Whoever is searched for may be on any page. */
  async #all(): Promise<void> {
    while (this.state.more) await this.#more();
  }

  async #pages(roles: readonly Role[]): Promise<AccountView[]> {
    const pages = await Promise.all(roles.map((role) => this.#account.accounts(role, this.#next.get(role))));
    for (const [at, role] of roles.entries()) {
      const next = pages[at]?.next;
      if (next === undefined) this.#next.delete(role);
      else this.#next.set(role, next);
    }
    return pages.flatMap(({ accounts }) => accounts);
  }

  #take(accounts: readonly AccountView[], before: readonly AccountView[]): void {
    this.set({ accounts: [...before, ...accounts], more: this.#next.size > 0 });
  }

  async #search(query: string): Promise<void> {
    this.set({ query });
    if (query.trim() !== '') await this.#all();
  }

  async #close({ address, name }: Person): Promise<void> {
    await this.#account.close(address);
    this.#say({ text: t.accounts.closed(briefly(name)) });
    await this.#loadAccounts();
  }

  async #invite(role: Role): Promise<void> {
    this.set({ invited: { kind: 'busy' } });
    try {
      const { id, code, expiresInMs } = await this.#account.invite({ role });
      const url = new URL(location.pathname, location.origin);
      url.hash = `invite=${code}`;
      this.set({ invited: { kind: 'ready', id, role, url: url.href, expiresAt: Date.now() + expiresInMs } });
      await this.#loadInvitations();
    } catch (error) {
      this.set({ invited: { kind: 'failed', message: signInProblem(error, '').message } });
    }
  }

  async #takeBack(id: string): Promise<void> {
    await this.#account.takeBack(id);
    const { invited } = this.state;
    if (invited.kind === 'ready' && invited.id === id) this.set({ invited: { kind: 'none' } });
    await this.#loadInvitations();
  }

  async #loadInvitations(): Promise<void> {
    const invitations = await this.#account.invitations();
    this.set({
      invitations: invitations.map(({ expiresInMs, ...rest }): InvitationState => ({
        ...rest,
        expiresAt: Date.now() + expiresInMs,
      })),
    });
  }
}
