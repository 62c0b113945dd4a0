/** Conversations in the database: what is written as statements, and what rows say. */
import { conversationLimits } from '@offhook/core';
import type { Address, ConversationView, Entry, Person } from '@offhook/core';
import type {
  ConversationsPage,
  ConversationStore,
  ConversationWrite,
  EntriesPage,
  StoredConversation,
} from '../../ports/conversations.ts';
import { cut, latest, readActivityCursor, readNumberCursor, viewOfStored, writeActivityCursor } from '../pages.ts';
import { countsAsUnread, queryWords, wordsOfEntry } from '../words.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';
import type { ConversationRow, EntryRow, ViewRow } from './statements-conversations.ts';

export function encodeConversationWrite(write: ConversationWrite): Statement[] {
  switch (write.type) {
    case 'conversation': {
      const { state } = write;
      const { name, maker } = { name: null, maker: null, ...state };
      return [['conversation', state.id, state.kind, name, maker, state.last, state.activeAt]];
    }
    case 'member':
      return [[write.is ? 'member' : 'no_member', write.user, write.conversation]];
    case 'new_entry': {
      const { entry } = write;
      const { conversation, position, from, id } = entry;
      return [
        ['new_entry', conversation, position, from.address, id, Number(countsAsUnread(entry)), JSON.stringify(entry)],
        ...encodeWords(entry),
      ];
    }
    case 'entry': {
      const { entry } = write;
      const { conversation, position } = entry;
      return [
        ['entry', conversation, position, Number(countsAsUnread(entry)), JSON.stringify(entry)],
        ['no_words', conversation, position],
        ...encodeWords(entry),
      ];
    }
    case 'mark':
      return [['mark', write.user, write.conversation, write.read]];
  }
}

function encodeWords(entry: Entry): Statement[] {
  const words = wordsOfEntry(entry);
  return words.length === 0 ? [] : [['words', entry.conversation, entry.position, words.join(' ')]];
}

/** The reading side of conversations. */
export class ConversationReads implements ConversationStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async conversation(id: string): Promise<StoredConversation | undefined> {
    const [row] = await this.#connection.read('conversation', id);
    return row && toConversation(row);
  }

  async conversationView(id: string, user: Address): Promise<ConversationView | undefined> {
    const [row] = await this.#connection.read('view', user, conversationLimits.unreadMost, id);
    return row && toView(row);
  }

  async conversations(user: Address, after: string | undefined, limit: number): Promise<ConversationsPage> {
    const from = after === undefined ? latest : readActivityCursor(after);
    if (from === undefined) return { conversations: [] };
    const rows = await this.#connection.read('views', user, conversationLimits.unreadMost, from.activeAt, from.id, limit + 1);
    const { items, next } = cut(rows, limit, toView, writeActivityCursor);
    return { conversations: items, next };
  }

  async entries(conversation: string, first: number, last: number): Promise<readonly Entry[]> {
    return (await this.#connection.read('entries', conversation, first, last)).map(toEntry);
  }

  async entryOf(conversation: string, author: Address, id: string): Promise<Entry | undefined> {
    const [row] = await this.#connection.read('entry_of', conversation, author, id);
    return row && toEntry(row);
  }

  async readMark(conversation: string, user: Address): Promise<number> {
    return (await this.#connection.read('mark', user, conversation))[0]?.position ?? 0;
  }

  async searchEntries(
    user: Address,
    conversation: string | undefined,
    query: string,
    before: string | undefined,
    limit: number,
  ): Promise<EntriesPage> {
    const words = queryWords(query);
    const from = readNumberCursor(before);
    if (words.length === 0 || from === undefined) return { entries: [] };
    // Of a word of one letter there are too many beginnings.
    const wanted = words.map((word) => ([...word].length === 1 ? `"${word}"` : `"${word}"*`)).join(' AND ');
    const rows =
      conversation === undefined
        ? await this.#connection.read('search_mine', user, wanted, from, limit + 1)
        : await this.#connection.read('search_one', conversation, wanted, from, limit + 1);
    const { items, next } = cut(rows, limit, toEntry, ({ number }) => String(number));
    return { entries: items, next };
  }
}

function toConversation(row: ConversationRow): StoredConversation {
  const { id, last, activeAt } = row;
  const people = JSON.parse(row.people) as Person[];
  switch (row.kind) {
    case 'room':
      return { kind: 'room', id, last, activeAt };
    case 'direct':
      return { kind: 'direct', id, people: people.sort((a, b) => (a.address < b.address ? -1 : 1)), last, activeAt };
    case 'meeting':
      return { kind: 'meeting', id, name: row.name ?? '', people, last, activeAt };
    default:
      return { kind: 'group', id, name: row.name ?? '', maker: row.maker ?? '', people, last, activeAt };
  }
}

function toView(row: ViewRow): ConversationView {
  const entry = row.entry === null ? undefined : toEntry({ entry: row.entry, authorName: row.authorName });
  return viewOfStored(toConversation(row), { entry, unread: row.unread, read: row.read, theirs: row.theirs ?? 0 });
}

function toEntry({ entry, authorName }: Pick<EntryRow, 'entry' | 'authorName'>): Entry {
  const stored = JSON.parse(entry) as Entry;
  return authorName === null ? stored : { ...stored, from: { address: stored.from.address, name: authorName } };
}
