import type { Account, NewInvitation, Role } from '@offhook/client/accounts';
import type { Address, Person } from '@offhook/core';
import { a } from '../texts/accounts.ts';
import type { AdministrationState, InvitationState } from '../view/accounts.ts';
import type { Administration } from '../view/commands.ts';
import type { Notice } from '../view/state.ts';
import { briefly } from '../view/names.ts';
import { Pages } from './pages.ts';
import { Part } from './part.ts';
import { signInProblem } from './problems.ts';

const roles: readonly Role[] = ['admin', 'member', 'guest'];

/** Accounts, for administrators, and the invitations that somebody has made. Asked for when somebody looks. */
export class AdministrationControl extends Part<AdministrationState> {
  readonly #account: Account;
  readonly #say: (notice: Notice) => void;
  #pages = new Pages();
  /** Where the next page of each role begins: without an address with the first account. */
  #next = new Map<Role, Address | undefined>();

  constructor(account: Account, changed: () => void, say: (notice: Notice) => void) {
    super({ query: '', more: false, invitations: [], made: { kind: 'none' } }, changed);
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
        return this.#make(() => this.#account.invite({ role: command.role }));
      case 'password-link':
        return this.#make(() => this.#account.passwordLink(command.address), command.address);
      case 'put-invitation-away':
        return this.set({ made: { kind: 'none' } });
      case 'take-invitation-back':
        return this.#takeBack(command.id);
    }
  }

  async #loadAccounts(): Promise<void> {
    const shown = this.state.accounts?.length ?? 0;
    this.#pages = new Pages();
    this.#next = new Map(roles.map((role) => [role, undefined]));
    await this.#more();
    // As many as somebody has before their eyes.
    while (this.state.more && (this.state.accounts?.length ?? 0) < shown) await this.#more();
    if (this.state.query !== '') await this.#all();
  }

  /** Whoever is searched for may be on any page. */
  async #all(): Promise<void> {
    while (this.state.more) await this.#more();
  }

  #more(): Promise<void> {
    return this.#pages.load(() => this.#page());
  }

  /** The next accounts of each role that has more. */
  async #page(): Promise<void> {
    const from = this.#next;
    const pages = await Promise.all(
      [...from].map(async ([role, after]) => ({ role, ...(await this.#account.accounts(role, after)) })),
    );
    // The list has begun anew meanwhile.
    if (from !== this.#next) return;
    const before = [...from.values()].includes(undefined) ? [] : (this.state.accounts ?? []);
    this.#next = new Map(pages.flatMap(({ role, next }) => (next === undefined ? [] : [[role, next]])));
    this.set({ accounts: [...before, ...pages.flatMap(({ accounts }) => accounts)], more: this.#next.size > 0 });
  }

  async #search(query: string): Promise<void> {
    this.set({ query });
    if (query.trim() !== '') await this.#all();
  }

  async #close({ address, name }: Person): Promise<void> {
    await this.#account.close(address);
    this.#say({ text: a.closed(briefly(name)) });
    await this.#loadAccounts();
  }

  /** `whose`: who is to get another password by the link. */
  async #make(link: () => Promise<NewInvitation>, whose?: Address): Promise<void> {
    this.set({ made: { kind: 'busy', whose } });
    try {
      const { id, role, code, expiresInMs } = await link();
      const url = new URL(location.pathname, location.origin);
      url.hash = `invite=${code}`;
      this.set({ made: { kind: 'ready', whose, id, role, url: url.href, expiresAt: Date.now() + expiresInMs } });
      await this.#loadInvitations();
    } catch (error) {
      this.set({ made: { kind: 'failed', whose, message: signInProblem(error, '').message } });
    }
  }

  async #takeBack(id: string): Promise<void> {
    await this.#account.takeBack(id);
    const { made } = this.state;
    if (made.kind === 'ready' && made.id === id) this.set({ made: { kind: 'none' } });
    await this.#loadInvitations();
  }

  async #loadInvitations(): Promise<void> {
    const invitations = await this.#account.invitations();
    const { made } = this.state;
    // Whoever it was for has come in.
    if (made.kind === 'ready' && invitations.every(({ id }) => id !== made.id)) {
      this.set({ made: { kind: 'none' } });
      this.#say({ text: a.linkUsed });
    }
    this.set({
      invitations: invitations.map(({ expiresInMs, ...rest }): InvitationState => ({
        ...rest,
        expiresAt: Date.now() + expiresInMs,
      })),
    });
  }
}
