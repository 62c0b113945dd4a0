/**
 * Meetings that are not over, and letters that were not sent yet (packages/server/src/ports/meetings.ts).
 *
 * meetings.state  the state of its machine as JSON
 * mails.mail      as JSON
 */
export const meetings = `
  CREATE TABLE meetings (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
  CREATE TABLE mails (id TEXT PRIMARY KEY, mail TEXT NOT NULL) STRICT;
`;
