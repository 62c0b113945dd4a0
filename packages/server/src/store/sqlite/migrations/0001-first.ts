/**
 * The first schema. Instants are REAL (milliseconds since the Unix epoch); SQLite keeps whole ones as integers.
 *
 * users, names, terms   who there is; whose a name is; what a person is found by (packages/server/src/store/people.ts)
 * devices               where users are reached
 * calls                 the live ones, as JSON, for whoever owns the file next
 * records               the history
 * outbox                webhooks that were not delivered; positions are never used again
 * owner                 the generation of whoever may write, and how often that was tried out
 */
export const first = `
  CREATE TABLE owner (generation INTEGER NOT NULL, touched INTEGER NOT NULL) STRICT;
  INSERT INTO owner VALUES (0, 0);

  CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE users (
    address TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    term TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at REAL NOT NULL
  ) STRICT;
  CREATE INDEX users_by_term ON users (term, address);

  CREATE TABLE names (key TEXT PRIMARY KEY, address TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX names_by_address ON names (address);

  CREATE TABLE terms (
    term TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (term, address)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX terms_by_address ON terms (address, term);

  CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL,
    name TEXT NOT NULL,
    token_digest TEXT NOT NULL,
    created_at REAL NOT NULL
  ) STRICT;
  CREATE INDEX devices_by_token ON devices (token_digest);
  CREATE INDEX devices_by_user ON devices (user, created_at);

  CREATE TABLE calls (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;

  CREATE TABLE records (
    number INTEGER PRIMARY KEY,
    call TEXT NOT NULL UNIQUE,
    caller TEXT NOT NULL,
    caller_name TEXT NOT NULL,
    callee TEXT NOT NULL,
    callee_name TEXT NOT NULL,
    audio INTEGER NOT NULL,
    video INTEGER NOT NULL,
    started_at REAL NOT NULL,
    connected_at REAL,
    ended_at REAL NOT NULL,
    cause TEXT NOT NULL
  ) STRICT;
  CREATE INDEX records_by_caller ON records (caller, started_at);
  CREATE INDEX records_by_callee ON records (callee, started_at);

  CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    call TEXT NOT NULL,
    at REAL NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
`;
