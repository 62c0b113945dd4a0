import type { Account } from '@offhook/client/accounts';
import { t } from '../texts/texts.ts';
import type { AccountState, PasswordProblem } from '../view/accounts.ts';
import { accountProblem } from '../view/account-problem.ts';
import { Part } from './part.ts';
import { errorCode, nameProblem } from './problems.ts';

interface Own {
  /** Until the first answer. */
  readonly pending: boolean;
  /** None in open mode. */
  readonly own?: AccountState | undefined;
}

/** The account that one is signed in with: its role, and its password. */
export class AccountControl extends Part<Own> {
  readonly #account: Account;

  constructor(account: Account, changed: () => void) {
    super({ pending: true }, changed);
    this.#account = account;
  }

  async load(): Promise<void> {
    const { account, grants } = await this.#account.session();
    this.set({ pending: false });
    if (account !== undefined) this.#set({ role: account === 'member' && grants.admin ? 'admin' : account });
  }

  openPassword(open: boolean): void {
    this.#set({ password: open ? { kind: 'open', busy: false } : { kind: 'none' } });
  }

  /** Whether it was done; if not, the state says why. */
  async changePassword(current: string, next: string, signOutOthers: boolean): Promise<boolean> {
    this.#set({ password: { kind: 'open', busy: true } });
    try {
      await this.#account.changePassword(current, next, { signOutOthers });
      this.#set({ password: { kind: 'none' } });
      return true;
    } catch (error) {
      this.#set({ password: { kind: 'open', busy: false, problem: passwordProblem(error) } });
      return false;
    }
  }

  #set(change: Partial<AccountState>): void {
    this.set({ own: { role: 'member', password: { kind: 'none' }, ...this.state.own, ...change } });
  }
}

function passwordProblem(error: unknown): PasswordProblem {
  const code = errorCode(error);
  if (code === 'credentials_wrong') return { field: 'current', message: t.settings.wrongPassword };
  return { field: 'next', message: accountProblem(code) ?? nameProblem(error, '').message };
}
