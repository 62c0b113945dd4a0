/**
 * Trunks (packages/server/src/ports/trunk-store.ts).
 *
 * trunks.trunk        as JSON
 * outgoing.subject    whose it is: `user ADDRESS`; empty: of all
 * outgoing.settings   what may be called, as JSON
 * trunk_usage.subject of what it is counted: `trunk ID`, `user ADDRESS`
 * trunk_usage.day     of UTC, as 2026-11-30
 * trunk_usage.ms      for how long was called
 * trunk_usage.spent   in the smallest unit of the currency
 */
export const trunks = `
  CREATE TABLE trunks (id TEXT PRIMARY KEY, trunk TEXT NOT NULL) STRICT;
  CREATE TABLE outgoing (subject TEXT PRIMARY KEY, settings TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE trunk_usage (
    subject TEXT NOT NULL,
    day TEXT NOT NULL,
    ms REAL NOT NULL,
    spent REAL NOT NULL,
    PRIMARY KEY (day, subject)
  ) STRICT, WITHOUT ROWID;
`;
