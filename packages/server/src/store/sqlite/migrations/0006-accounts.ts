/**
 * Who may sign in, and how (packages/server/src/ports/accounts.ts).
 *
 * users.vouched   whether the name need not be the only one of its kind
 * accounts        roles and passwords
 * invites         links that let somebody in; one that is used too often breaks the check
 * logins          whom the subjects of OpenID Connect are
 * revocations     tokens of host applications that are void before their time
 */
export const accounts = `
  ALTER TABLE users ADD COLUMN vouched INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE accounts (
    address TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT,
    grants TEXT,
    until REAL,
    created_at REAL NOT NULL
  ) STRICT;
  CREATE INDEX accounts_by_role ON accounts (role, address);

  CREATE TABLE invites (
    digest TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    uses INTEGER NOT NULL CHECK (uses >= 0),
    until REAL NOT NULL,
    by TEXT,
    grants TEXT,
    stay_ms REAL,
    created_at REAL NOT NULL
  ) STRICT;
  CREATE INDEX invites_by ON invites (by, created_at);

  CREATE TABLE logins (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (issuer, subject)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE revocations (key TEXT PRIMARY KEY, at REAL NOT NULL, until REAL NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX revocations_by_end ON revocations (until);
`;
