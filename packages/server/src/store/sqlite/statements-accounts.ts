/** What is said to the database about who may sign in. Parameters go by number. */

export const accountWrites = {
  account: `
    INSERT INTO accounts (address, role, password, grants, until, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (address) DO UPDATE SET
      role = excluded.role, password = excluded.password, grants = excluded.grants, until = excluded.until`,
  invite: `
    INSERT INTO invites (digest, role, uses, until, by, grants, stay_ms, whose, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (digest) DO UPDATE SET uses = excluded.uses, until = excluded.until`,
  /** Of one that is used up, or that is not there, less than nothing would be left: the check fails. */
  invite_use: `
    INSERT INTO invites (digest, role, uses, until, created_at)
    SELECT ?1, '', coalesce((SELECT uses FROM invites WHERE digest = ?1), 0) - 1, 0, 0 WHERE TRUE
    ON CONFLICT (digest) DO UPDATE SET uses = excluded.uses`,
  invite_gone: 'DELETE FROM invites WHERE digest = ?1',
  login: `
    INSERT INTO logins (issuer, subject, address) VALUES (?1, ?2, ?3)
    ON CONFLICT (issuer, subject) DO UPDATE SET address = excluded.address`,
  revoke: `
    INSERT INTO revocations (key, at, until) VALUES (?1, ?2, ?3)
    ON CONFLICT (key) DO UPDATE SET at = max(at, excluded.at), until = max(until, excluded.until)`,
  revocations_over: 'DELETE FROM revocations WHERE until < ?1',
} as const;

interface AccountRow {
  readonly address: string;
  readonly role: string;
  readonly password: string | null;
  readonly grants: string | null;
  readonly until: number | null;
  readonly createdAt: number;
}

interface InviteRow {
  readonly digest: string;
  readonly role: string;
  readonly uses: number;
  readonly until: number;
  readonly by: string | null;
  readonly grants: string | null;
  readonly stayMs: number | null;
  readonly whose: string | null;
  readonly createdAt: number;
}

/** The rows that each of the reads yields. */
export interface AccountRows {
  readonly account: AccountRow;
  readonly accounts: AccountRow;
  readonly invite: InviteRow;
  readonly invites: InviteRow;
  readonly login: { readonly address: string };
  readonly revocations: { readonly key: string; readonly at: number; readonly until: number };
}

const account = 'address, role, password, grants, until, created_at AS createdAt';
const invite = 'digest, role, uses, until, by, grants, stay_ms AS stayMs, whose, created_at AS createdAt';

export const accountReads: Readonly<Record<keyof AccountRows, string>> = {
  account: `SELECT ${account} FROM accounts WHERE address = ?1`,
  accounts: `SELECT ${account} FROM accounts WHERE role = ?1 AND address > ?2 ORDER BY address LIMIT ?3`,
  invite: `SELECT ${invite} FROM invites WHERE digest = ?1`,
  invites: `SELECT ${invite} FROM invites WHERE by IS ?1 ORDER BY created_at DESC, rowid DESC`,
  login: 'SELECT address FROM logins WHERE issuer = ?1 AND subject = ?2',
  revocations: `
    SELECT revocations.key, at, until FROM json_each(?1) AS asked CROSS JOIN revocations ON revocations.key = asked.value`,
};
