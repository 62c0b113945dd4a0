import type { Address, Milliseconds, Person } from '@offhook/core';
import { browserPlatform } from '../browser.ts';
import type { Identity } from '../open.ts';
import type { Platform } from '../platform.ts';
import { ask } from '../rest.ts';
import type { Asking } from '../rest.ts';

/** What somebody may do: administrators manage the others, guests stay for a while. */
export type Role = 'admin' | 'member' | 'guest';

/** What somebody is signed in as. */
export interface Session {
  readonly grants: { readonly admin: boolean };
  /** What account of this server it is; none where people take names, or come from an application. */
  readonly account?: 'member' | 'guest' | undefined;
}

/** What is asked of an invitation. Members invite guests only. */
export interface Wanted {
  readonly role: Role;
  readonly uses?: number | undefined;
  /** How long the link is good. */
  readonly forMs?: Milliseconds | undefined;
  /** Of guests: how long they may stay. */
  readonly stayMs?: Milliseconds | undefined;
}

/** A link that may still be used. `id` lets nobody in. */
export interface Invitation {
  readonly id: string;
  readonly role: Role;
  readonly uses: number;
  readonly expiresInMs: Milliseconds;
  /** Whose password it renews, if it makes no account. */
  readonly whose?: Address | undefined;
}

/** The code is told this once; the phone takes it behind `#invite=`. */
export interface NewInvitation extends Invitation {
  readonly code: string;
}

/** Somebody with an account, as administrators see it. */
export interface AccountView extends Person {
  readonly role: Role;
  /** Of guests: how much longer they stay. Nothing or less once the account is closed. */
  readonly endsInMs?: Milliseconds | undefined;
}

/** Some of the accounts. */
export interface AccountPage {
  readonly accounts: readonly AccountView[];
  /** Where the next page begins, if there may be one. */
  readonly next?: Address | undefined;
}

/** One's own account, and for administrators those of others. Everything rejects with an `OffhookError`, e.g. `forbidden`. */
export class Account {
  readonly #identity: Identity;
  readonly #platform: Platform;

  constructor(identity: Identity, platform: Platform = browserPlatform) {
    this.#identity = identity;
    this.#platform = platform;
  }

  /** Who is signed in, and as what. */
  async session(): Promise<Session> {
    return (await this.#ask('GET', 'session')) as Session;
  }

  /** Signs this device out for good: its connections end with `signed_out`. */
  async signOut(): Promise<void> {
    await this.#ask('DELETE', 'session');
  }

  /** Rejects with `credentials_wrong` or `password_weak`. */
  async changePassword(
    current: string,
    next: string,
    { signOutOthers = false }: { readonly signOutOthers?: boolean } = {},
  ): Promise<void> {
    await this.#ask('PUT', 'account/password', { current, next, signOutOthers });
  }

  /** Makes an invitation. Its code is told now and never again. */
  async invite(wanted: Wanted): Promise<NewInvitation> {
    return (await this.#ask('POST', 'invites', wanted)) as NewInvitation;
  }

  /** Those of one's own. */
  async invitations(): Promise<readonly Invitation[]> {
    return ((await this.#ask('GET', 'invites')) as { invites: readonly Invitation[] }).invites;
  }

  /** Makes an invitation void. */
  async takeBack(invitation: string): Promise<void> {
    await this.#ask('DELETE', `invites/${encodeURIComponent(invitation)}`);
  }

  /** One page of those with this role, by address. */
  async accounts(role: Role, after?: Address): Promise<AccountPage> {
    const query = new URLSearchParams({ role, ...(after !== undefined && { after }) });
    return (await this.#ask('GET', `accounts?${query.toString()}`)) as AccountPage;
  }

  /** A link for somebody who has lost their password: whoever opens it chooses another one, see `renewPassword()`. Good for a day. */
  async passwordLink(address: Address): Promise<NewInvitation> {
    return (await this.#ask('POST', `accounts/${encodeURIComponent(address)}/password-link`)) as NewInvitation;
  }

  /** Makes somebody an administrator, or no longer. */
  async setRole(address: Address, role: 'admin' | 'member'): Promise<void> {
    await this.#ask('PATCH', `accounts/${encodeURIComponent(address)}`, { role });
  }

  /** Signs somebody out everywhere, for good. */
  async close(address: Address): Promise<void> {
    await this.#ask('DELETE', `accounts/${encodeURIComponent(address)}`);
  }

  #ask(method: Asking['method'], path: string, body?: object): Promise<unknown> {
    const { url, token } = this.#identity;
    return ask({ url, method, path, body, token }, this.#platform);
  }
}
