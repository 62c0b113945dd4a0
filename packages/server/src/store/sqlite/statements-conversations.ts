/** What is said to the database about conversations, by name. */

export const conversationWrites = {
  conversation: `
    INSERT INTO conversations (id, kind, name, maker, last, active_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, last = excluded.last, active_at = excluded.active_at`,
  member: 'INSERT INTO members (user, conversation) VALUES (?1, ?2) ON CONFLICT DO NOTHING',
  no_member: 'DELETE FROM members WHERE user = ?1 AND conversation = ?2',
  /** Fails when the author has made another one under this id. */
  new_entry: 'INSERT INTO entries (conversation, position, author, id, counts, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6)',
  entry: 'UPDATE entries SET counts = ?3, entry = ?4 WHERE conversation = ?1 AND position = ?2',
  words: `
    INSERT INTO words (rowid, place, text)
    SELECT entries.number, 'c' || conversations.number, ?3
    FROM entries CROSS JOIN conversations ON conversations.id = entries.conversation
    WHERE entries.conversation = ?1 AND entries.position = ?2`,
  no_words: 'DELETE FROM words WHERE rowid = (SELECT number FROM entries WHERE conversation = ?1 AND position = ?2)',
  mark: `
    INSERT INTO marks (user, conversation, position) VALUES (?1, ?2, ?3)
    ON CONFLICT (user, conversation) DO UPDATE SET position = max(position, excluded.position)`,
  file: 'INSERT INTO files (id, owner, name, type, bytes, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO NOTHING',
  file_said: 'UPDATE files SET conversation = ?2 WHERE id = ?1',
  file_gone: 'DELETE FROM files WHERE id = ?1',
} as const;

export interface ConversationRow {
  readonly id: string;
  readonly kind: string;
  readonly name: string | null;
  readonly maker: string | null;
  readonly last: number;
  readonly activeAt: number;
  /** JSON of persons. */
  readonly people: string;
}

export interface ViewRow extends ConversationRow {
  readonly entry: string | null;
  /** Of the author of the entry. */
  readonly authorName: string | null;
  readonly read: number;
  readonly theirs: number | null;
  readonly unread: number;
}

export interface EntryRow {
  readonly number: number;
  readonly entry: string;
  readonly authorName: string | null;
}

export interface FileRow {
  readonly file: string;
  readonly owner: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly createdAt: number;
  readonly conversation: string | null;
}

/** The rows that each of the reads yields. */
export interface ConversationRows {
  readonly conversation: ConversationRow;
  readonly view: ViewRow;
  readonly views: ViewRow;
  readonly entries: EntryRow;
  readonly entry_of: EntryRow;
  readonly mark: { readonly position: number };
  readonly search_mine: EntryRow;
  readonly search_one: EntryRow;
  readonly files: FileRow;
  readonly file_bytes: { readonly bytes: number };
  readonly unsaid_files: FileRow;
}

const conversation = `c.id, c.kind, c.name, c.maker, c.last, c.active_at AS activeAt, (
    SELECT json_group_array(json_object('address', members.user, 'name', coalesce(users.name, members.user)) ORDER BY members.number)
    FROM members LEFT JOIN users ON users.address = members.user WHERE members.conversation = c.id
  ) AS people`;

/** ?1 the user. Nobody is told how much there is to read in a room that they never looked into. */
const view = `${conversation}, entries.entry, users.name AS authorName, coalesce(marks.position, 0) AS read, (
    SELECT max(theirs.position) FROM members CROSS JOIN marks AS theirs
      ON theirs.user = members.user AND theirs.conversation = members.conversation
    WHERE c.kind = 'direct' AND members.conversation = c.id AND members.user <> ?1
  ) AS theirs, (
    SELECT count(*) FROM (
      SELECT 1 FROM entries AS later
      WHERE later.conversation = c.id AND later.position > coalesce(marks.position, 0) AND later.author <> ?1 AND later.counts = 1
        AND (c.kind <> 'room' OR marks.position IS NOT NULL)
      LIMIT ?2
    )
  ) AS unread`;
const beside = `
  LEFT JOIN marks ON marks.user = ?1 AND marks.conversation = c.id
  LEFT JOIN entries ON entries.conversation = c.id AND entries.position = c.last
  LEFT JOIN users ON users.address = entries.author`;

/** Where a user reads. */
const mine = "SELECT 'everyone' AS mine UNION ALL SELECT conversation FROM members WHERE user = ?1";

const file = 'files.id AS file, owner, name, files.type, bytes, created_at AS createdAt, conversation';
const entry = 'entries.number, entries.entry, users.name AS authorName';
const found = (places: string): string => `
  SELECT ${entry} FROM words CROSS JOIN entries ON entries.number = words.rowid LEFT JOIN users ON users.address = entries.author
  WHERE words MATCH 'place : (' || coalesce((${places}), 'nowhere') || ') AND text : (' || ?2 || ')' AND words.rowid < ?3
  ORDER BY words.rowid DESC LIMIT ?4`;
const place = `'"c' || conversations.number || '"'`;

export const conversationReads: Readonly<Record<keyof ConversationRows, string>> = {
  conversation: `SELECT ${conversation} FROM conversations AS c WHERE c.id = ?1`,
  /** ?1 the user, ?2 how far to count, ?3 the conversation. */
  view: `
    SELECT ${view} FROM conversations AS c ${beside}
    WHERE c.id = ?3 AND (c.kind = 'room' OR EXISTS (SELECT 1 FROM members WHERE user = ?1 AND conversation = c.id))`,
  /** ?1 the user, ?2 how far to count, ?3 ?4 where to begin, ?5 how many. */
  views: `
    SELECT ${view} FROM (
      SELECT mine AS shown FROM (${mine}) CROSS JOIN conversations ON id = mine
      WHERE (active_at, id) < (?3, ?4) ORDER BY active_at DESC, id DESC LIMIT ?5
    ) CROSS JOIN conversations AS c ON c.id = shown ${beside} ORDER BY c.active_at DESC, c.id DESC`,
  entries: `
    SELECT ${entry} FROM entries LEFT JOIN users ON users.address = entries.author
    WHERE entries.conversation = ?1 AND entries.position BETWEEN ?2 AND ?3 ORDER BY entries.position`,
  entry_of: `
    SELECT ${entry} FROM entries LEFT JOIN users ON users.address = entries.author
    WHERE entries.conversation = ?1 AND entries.author = ?2 AND entries.id = ?3`,
  mark: 'SELECT position FROM marks WHERE user = ?1 AND conversation = ?2',
  /** ?1 the user or the conversation, ?2 the words, ?3 before which number, ?4 how many. */
  search_mine: found(
    `SELECT group_concat(${place}, ' OR ') FROM (${mine}) CROSS JOIN conversations ON conversations.id = mine`,
  ),
  search_one: found(`SELECT ${place} FROM conversations WHERE id = ?1`),
  files: `SELECT ${file} FROM json_each(?1) AS asked CROSS JOIN files ON files.id = asked.value`,
  file_bytes: 'SELECT COALESCE(SUM(bytes), 0) AS bytes FROM files WHERE owner = ?1',
  unsaid_files: `SELECT ${file} FROM files WHERE conversation IS NULL AND created_at < ?1`,
};
