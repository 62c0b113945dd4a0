/**
 * What people say of themselves and of one another (packages/server/src/ports/people.ts).
 *
 * users.profile    status, picture and choices, as JSON
 * users.seen_at    when somebody was last here, of those who tell it
 * records.secret   a call of which its callee does not hear
 */
export const people = `
  ALTER TABLE users ADD COLUMN profile TEXT;
  ALTER TABLE users ADD COLUMN seen_at REAL;
  ALTER TABLE records ADD COLUMN secret INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE contacts (
    user TEXT NOT NULL,
    contact TEXT NOT NULL,
    starred INTEGER NOT NULL,
    PRIMARY KEY (user, contact)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE blocks (user TEXT NOT NULL, blocked TEXT NOT NULL, PRIMARY KEY (user, blocked)) STRICT, WITHOUT ROWID;
  CREATE INDEX blocks_by_blocked ON blocks (blocked, user);
`;
