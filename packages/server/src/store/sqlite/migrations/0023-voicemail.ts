/**
 * Voicemail (packages/server/src/ports/voicemail.ts).
 *
 * voicemails   \`duration\` and \`file\` are null while a message is being spoken, \`heard_at\` while nobody has listened to it
 * greetings    of those who have one of their own
 */
export const voicemail = `
  CREATE TABLE voicemails (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    user TEXT NOT NULL,
    caller TEXT NOT NULL,
    caller_name TEXT NOT NULL,
    call TEXT NOT NULL,
    at REAL NOT NULL,
    duration REAL,
    file TEXT,
    heard_at REAL
  ) STRICT;
  CREATE INDEX voicemails_of ON voicemails (user, number) WHERE file IS NOT NULL;
  CREATE INDEX voicemails_unkept ON voicemails (number) WHERE file IS NULL;

  CREATE TABLE greetings (
    user TEXT PRIMARY KEY,
    file TEXT NOT NULL,
    duration REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
