/**
 * Sessions that are not over, and those for whom an application has made a token (packages/server/src/ports/sessions.ts).
 *
 * sessions.state        the state of its machine as JSON
 * participants.publish  what it may publish, as JSON
 */
export const sessions = `
  CREATE TABLE sessions (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
  CREATE TABLE participants (
    id TEXT PRIMARY KEY,
    token_digest TEXT NOT NULL UNIQUE,
    publish TEXT NOT NULL,
    tag TEXT,
    made_at REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX participants_by_age ON participants (made_at);
`;
