/**
 * Telephone numbers of ours (packages/server/src/ports/numbers.ts).
 *
 * numbers.number   as E.164 writes it
 * numbers.setting  where calls to it lead, as JSON
 */
export const numbers = `
  CREATE TABLE numbers (number TEXT PRIMARY KEY, setting TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;
