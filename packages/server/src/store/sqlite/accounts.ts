/** Accounts as statements, and rows as accounts. */
import type { GrantsClaim } from '@offhook/core';
import type { AccountStore, AccountWrite, Role, StoredAccount, StoredInvite } from '../../ports/accounts.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';
import { encodeGuestsGone } from './guests.ts';
import type { AccountRows } from './statements-accounts.ts';

export function encodeAccountWrite(write: AccountWrite): Statement[] {
  switch (write.type) {
    case 'account': {
      const { address, role, password, grants, until, createdAt } = write.account;
      return [['account', address, role, password ?? null, json(grants), until ?? null, createdAt]];
    }
    case 'invite': {
      const { digest, role, uses, until, by, grants, stayMs, whose, createdAt } = write.invite;
      return [['invite', digest, role, uses, until, by ?? null, json(grants), stayMs ?? null, whose ?? null, createdAt]];
    }
    case 'invite_use':
    case 'invite_gone':
      return [[write.type, write.digest]];
    case 'login':
      return [['login', write.login.issuer, write.login.subject, write.login.address]];
    case 'revoke': {
      const { key, at, until } = write.revocation;
      return [
        ['revocations_over', at],
        ['revoke', key, at, until],
      ];
    }
    case 'guests_gone':
      return encodeGuestsGone(write.before);
  }
}

export function accountStore(connection: Connection): AccountStore {
  return {
    async account(address) {
      const [row] = await connection.read('account', address);
      return row && toAccount(row);
    },
    async accounts(role, after, limit) {
      return (await connection.read('accounts', role, after ?? '', limit)).map(toAccount);
    },
    async invite(digest) {
      const [row] = await connection.read('invite', digest);
      return row && toInvite(row);
    },
    async invites(by) {
      return (await connection.read('invites', by ?? null)).map(toInvite);
    },
    async login(issuer, subject) {
      return (await connection.read('login', issuer, subject))[0]?.address;
    },
    revocations: (keys) => connection.read('revocations', JSON.stringify([...new Set(keys)])),
  };
}

function toAccount({ address, role, password, grants, until, createdAt }: AccountRows['account']): StoredAccount {
  return {
    address,
    role: role as Role,
    ...(password !== null && { password }),
    ...(grants !== null && { grants: JSON.parse(grants) as GrantsClaim }),
    ...(until !== null && { until }),
    createdAt,
  };
}

function toInvite({ digest, role, uses, until, by, grants, stayMs, whose, createdAt }: AccountRows['invite']): StoredInvite {
  return {
    digest,
    role: role as Role,
    uses,
    until,
    ...(by !== null && { by }),
    ...(grants !== null && { grants: JSON.parse(grants) as GrantsClaim }),
    ...(stayMs !== null && { stayMs }),
    ...(whose !== null && { whose }),
    createdAt,
  };
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
