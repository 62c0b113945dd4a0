/**
 * Conversations.
 *
 * conversations   each with the position of its last entry; the room is always there
 * members         who is in which; nobody is in the room, as everybody is
 * entries         as JSON, with what they are found by beside it; \`counts\`: to be counted while it is unread
 * marks           how far each user has read
 * files           what was sent, and the conversation in which a message shows it
 * words           the words of messages, under the number of the entry; \`place\` is the number of the conversation, so that a search
 *                 looks at no other conversations than those of the user
 */
export const conversations = `
  CREATE TABLE conversations (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT,
    maker TEXT,
    last INTEGER NOT NULL,
    active_at REAL NOT NULL
  ) STRICT;
  INSERT INTO conversations (id, kind, last, active_at) VALUES ('everyone', 'room', 0, 0);

  CREATE TABLE members (
    number INTEGER PRIMARY KEY,
    user TEXT NOT NULL,
    conversation TEXT NOT NULL,
    UNIQUE (user, conversation)
  ) STRICT;
  CREATE INDEX members_by_conversation ON members (conversation, number);

  CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    conversation TEXT NOT NULL,
    position INTEGER NOT NULL,
    author TEXT NOT NULL,
    id TEXT NOT NULL,
    counts INTEGER NOT NULL,
    entry TEXT NOT NULL,
    UNIQUE (conversation, position),
    UNIQUE (conversation, author, id)
  ) STRICT;
  CREATE INDEX entries_unread ON entries (conversation, position, author) WHERE counts = 1;

  CREATE TABLE marks (
    user TEXT NOT NULL,
    conversation TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (user, conversation)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE files (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    created_at REAL NOT NULL,
    conversation TEXT
  ) STRICT;
  CREATE INDEX files_unsaid ON files (created_at) WHERE conversation IS NULL;

  CREATE VIRTUAL TABLE words USING fts5 (
    place, text,
    content = '', contentless_delete = 1, detail = 'column', prefix = '2 3',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* S* M* Co'"
  );

  ALTER TABLE records ADD COLUMN answered_on TEXT;
`;
