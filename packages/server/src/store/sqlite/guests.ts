/**
 * How guests are forgotten (packages/server/src/ports/accounts.ts): first those of whom it is time are told apart, then all that is of them
 * goes, and what nobody is in any more. Files of which nothing speaks are swept with others (packages/server/src/files).
 */
import type { Instant } from '@offhook/core';
import { greetingPlace, picturePlace } from '../../ports/people.ts';
import type { Statement } from './database.ts';

/** Whose visit was over before ?1; accounts that were closed have no grants. */
const isOver = (account: string): string =>
  `${account}.role = 'guest' AND ${account}.grants IS NOT NULL AND ${account}.until < ?1`;
/** Until the end of the transaction. */
const gone = "SELECT address FROM accounts WHERE role = 'gone'";
const empty = `
  SELECT id FROM conversations WHERE kind <> 'room' AND active_at < ?1
    AND NOT EXISTS (SELECT 1 FROM members WHERE members.conversation = conversations.id)`;

const steps = [
  'guests_go',
  'guest_users',
  'guest_names',
  'guest_terms',
  'guest_devices',
  'guest_contacts',
  'guest_blocks',
  'guest_marks',
  'guest_members',
  'guest_greetings',
  'guest_files',
  'guests_gone',
  'empty_words',
  'empty_entries',
  'empty_marks',
  'empty_files',
  'empty_gone',
] as const;
type Step = (typeof steps)[number];

export const guestWrites: Readonly<Record<Step, string>> = {
  /** Not who is in a conversation with somebody who stays. */
  guests_go: `
    UPDATE accounts SET role = 'gone' WHERE ${isOver('accounts')} AND NOT EXISTS (
      SELECT 1 FROM members AS own CROSS JOIN members AS other ON other.conversation = own.conversation
        LEFT JOIN accounts AS theirs ON theirs.address = other.user
      WHERE own.user = accounts.address AND (${isOver('theirs')}) IS NOT TRUE
    )`,
  guest_users: `DELETE FROM users WHERE address IN (${gone})`,
  guest_names: `DELETE FROM names WHERE address IN (${gone})`,
  guest_terms: `DELETE FROM terms WHERE address IN (${gone})`,
  guest_devices: `DELETE FROM devices WHERE user IN (${gone})`,
  guest_contacts: `DELETE FROM contacts WHERE user IN (${gone}) OR contact IN (${gone})`,
  guest_blocks: `DELETE FROM blocks WHERE user IN (${gone}) OR blocked IN (${gone})`,
  guest_marks: `DELETE FROM marks WHERE user IN (${gone})`,
  guest_members: `DELETE FROM members WHERE user IN (${gone})`,
  guest_greetings: `DELETE FROM greetings WHERE user IN (${gone})`,
  guest_files: `DELETE FROM files WHERE owner IN (${gone})
    AND (conversation IS NULL OR conversation IN ('${picturePlace}', '${greetingPlace}'))`,
  guests_gone: "DELETE FROM accounts WHERE role = 'gone'",
  empty_words: `DELETE FROM words WHERE rowid IN (SELECT number FROM entries WHERE conversation IN (${empty}))`,
  empty_entries: `DELETE FROM entries WHERE conversation IN (${empty})`,
  empty_marks: `DELETE FROM marks WHERE conversation IN (${empty})`,
  empty_files: `DELETE FROM files WHERE conversation IN (${empty})`,
  empty_gone: `DELETE FROM conversations WHERE id IN (${empty})`,
};

export function encodeGuestsGone(before: Instant): Statement[] {
  return steps.map((step): Statement => (guestWrites[step].includes('?1') ? [step, before] : [step]));
}
