import type { Address, Instant } from '@offhook/core';
import type { AccountStore, AccountWrite, Revocation, StoredAccount, StoredInvite } from '../ports/accounts.ts';
import type { Write } from '../ports.ts';
import { compareText } from './people.ts';

/** The part of a MemoryDisk that knows who may sign in. */
export class MemoryAccounts {
  readonly #accounts = new Map<Address, StoredAccount>();
  /** By digest, oldest first. */
  readonly #invites = new Map<string, StoredInvite>();
  readonly #logins = new Map<string, Address>();
  readonly #revocations = new Map<string, Revocation>();

  /** Whether the invitations that a group uses may still be used that often. */
  hasUses(writes: readonly Write[]): boolean {
    const wanted = new Map<string, number>();
    for (const write of writes) {
      if (write.type === 'invite_use') wanted.set(write.digest, (wanted.get(write.digest) ?? 0) + 1);
    }
    return [...wanted].every(([digest, uses]) => (this.#invites.get(digest)?.uses ?? 0) >= uses);
  }

  write(write: Exclude<AccountWrite, { type: 'guests_gone' }>): void {
    switch (write.type) {
      case 'account':
        this.#accounts.set(write.account.address, write.account);
        return;
      case 'invite':
        this.#invites.set(write.invite.digest, write.invite);
        return;
      case 'invite_use': {
        const invite = this.#invites.get(write.digest);
        if (invite !== undefined) this.#invites.set(write.digest, { ...invite, uses: invite.uses - 1 });
        return;
      }
      case 'invite_gone':
        this.#invites.delete(write.digest);
        return;
      case 'login':
        this.#logins.set(loginKey(write.login.issuer, write.login.subject), write.login.address);
        return;
      case 'revoke':
        this.#revoke(write.revocation);
    }
  }

  /** Guests whose time was over by then. */
  over(before: Instant): readonly Address[] {
    return [...this.#accounts.keys()].filter((address) => this.isOver(address, before));
  }

  /** Accounts that were closed have no grants. */
  isOver(address: Address, before: Instant): boolean {
    const { role, grants, until = Infinity } = this.#accounts.get(address) ?? {};
    return role === 'guest' && grants !== undefined && until < before;
  }

  forget(address: Address): void {
    this.#accounts.delete(address);
  }

  #revoke({ key, at, until }: Revocation): void {
    for (const [other, { until: end }] of this.#revocations) if (end < at) this.#revocations.delete(other);
    const before = this.#revocations.get(key) ?? { at, until };
    this.#revocations.set(key, { key, at: Math.max(at, before.at), until: Math.max(until, before.until) });
  }

  /** What is read, with the values of this moment. */
  readonly reads: {
    readonly [K in keyof AccountStore]: (...args: Parameters<AccountStore[K]>) => Awaited<ReturnType<AccountStore[K]>>;
  } = {
    account: (address) => this.#accounts.get(address),
    accounts: (role, after, limit) =>
      [...this.#accounts.values()]
        .filter((account) => account.role === role && (after === undefined || compareText(account.address, after) > 0))
        .sort((a, b) => compareText(a.address, b.address))
        .slice(0, limit),
    invite: (digest) => this.#invites.get(digest),
    invites: (by) =>
      [...this.#invites.values()]
        .filter((invite) => invite.by === by)
        .sort((a, b) => a.createdAt - b.createdAt)
        .reverse(),
    login: (issuer, subject) => this.#logins.get(loginKey(issuer, subject)),
    revocations: (keys) => [...new Set(keys)].flatMap((key) => this.#revocations.get(key) ?? []),
  };
}

function loginKey(issuer: string, subject: string): string {
  return JSON.stringify([issuer, subject]);
}
