/** What is said to the database about what people say of themselves and of one another. Parameters go by number. */

export const peopleWrites = {
  profile: 'UPDATE users SET profile = ?2 WHERE address = ?1',
  seen: 'UPDATE users SET seen_at = ?2 WHERE address = ?1',
  contact: `
    INSERT INTO contacts (user, contact, starred) VALUES (?1, ?2, ?3)
    ON CONFLICT (user, contact) DO UPDATE SET starred = excluded.starred`,
  no_contact: 'DELETE FROM contacts WHERE user = ?1 AND contact = ?2',
  block: 'INSERT INTO blocks (user, blocked) VALUES (?1, ?2) ON CONFLICT (user, blocked) DO NOTHING',
  no_block: 'DELETE FROM blocks WHERE user = ?1 AND blocked = ?2',
} as const;

export interface UserRow {
  readonly address: string;
  readonly name: string;
  readonly settings: string;
  readonly vouched: number;
  readonly createdAt: number;
  /** JSON. */
  readonly profile: string | null;
  readonly seenAt: number | null;
}

/** The rows that each of the reads yields. */
export interface PeopleRows {
  readonly contacts: UserRow & { readonly starred: number };
  readonly blocks: { readonly user: string; readonly blocked: string };
}

export const userColumns = `users.address, users.name, users.term, users.settings, users.vouched,
  users.created_at AS createdAt, users.profile, users.seen_at AS seenAt`;

/** Not those whose account is closed or whose visit is over, nor guests whom nobody can ring, nor telephone numbers; ?N is the present. */
export const isStillHere = (now: string): string =>
  `users.address NOT LIKE '+%' AND NOT EXISTS (
    SELECT 1 FROM accounts WHERE accounts.address = users.address
    AND (accounts.until <= ${now} OR (accounts.role = 'guest' AND json_extract(accounts.grants, '$.incoming') = 0))
  )`;

export const peopleReads: Readonly<Record<keyof PeopleRows, string>> = {
  contacts: `
    SELECT ${userColumns}, starred FROM contacts CROSS JOIN users ON users.address = contacts.contact
    WHERE contacts.user = ?1 ORDER BY starred DESC, users.term, users.address`,
  blocks: `
    SELECT user, blocked FROM blocks WHERE user = ?1
    UNION ALL SELECT user, blocked FROM blocks WHERE blocked = ?1
    ORDER BY user, blocked`,
};
