/**
 * Recordings of sessions (packages/server/src/ports/sessions.ts); and who may make them.
 *
 * recordings.state  all that is known of it as JSON
 */
export const recordings = `
  CREATE TABLE recordings (
    id TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    started_at REAL NOT NULL,
    state TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX recordings_by_session ON recordings (session, started_at);
  ALTER TABLE participants ADD COLUMN record INTEGER NOT NULL DEFAULT 0;
`;
