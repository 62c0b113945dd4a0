import { conversationLimits, everyone, newRoom } from '@offhook/core';
import type { Address, ConversationId, ConversationView, Entry, Instant, Person } from '@offhook/core';
import type { Write } from '../ports.ts';
import type { ConversationsPage, ConversationWrite, EntriesPage, StoredConversation } from '../ports/conversations.ts';
import { cut, latest, readActivityCursor, readNumberCursor, viewOfStored, writeActivityCursor } from './pages.ts';
import { compareText } from './people.ts';
import { countsAsUnread, queryWords, wordsOfEntry } from './words.ts';

interface Numbered {
  readonly number: number;
  readonly entry: Entry;
}

interface Kept {
  state: StoredConversation;
  readonly members: Set<Address>;
  /** By position, from 1. */
  readonly entries: Numbered[];
}

/** Whoever says what somebody is called now. */
type Named = (address: Address) => Person | undefined;

/** The conversations on a MemoryDisk. */
export class MemoryConversations {
  readonly #named: Named;
  readonly #kept = new Map<ConversationId, Kept>([[everyone, { state: newRoom, members: new Set(), entries: [] }]]);
  readonly #marks = new Map<string, number>();
  #lastNumber = 0;

  constructor(named: Named) {
    this.#named = named;
  }

  /** Whether one of these entries was made before. */
  refuses(writes: readonly Write[]): boolean {
    return writes.some(
      (write) =>
        write.type === 'new_entry' &&
        this.#entryOf(write.entry.conversation, write.entry.from.address, write.entry.id) !== undefined,
    );
  }

  apply(write: ConversationWrite): void {
    switch (write.type) {
      case 'conversation': {
        const kept = this.#kept.get(write.state.id);
        if (kept === undefined) this.#kept.set(write.state.id, { state: write.state, members: new Set(), entries: [] });
        else kept.state = write.state;
        return;
      }
      case 'member': {
        const members = this.#kept.get(write.conversation)?.members;
        if (write.is) members?.add(write.user);
        else members?.delete(write.user);
        return;
      }
      case 'new_entry':
      case 'entry': {
        const entries = this.#kept.get(write.entry.conversation)?.entries ?? [];
        const at = write.entry.position - 1;
        entries[at] = { number: entries[at]?.number ?? ++this.#lastNumber, entry: write.entry };
        return;
      }
      case 'mark': {
        const key = markKey(write.conversation, write.user);
        this.#marks.set(key, Math.max(write.read, this.#marks.get(key) ?? 0));
        return;
      }
    }
  }

  /** Who is in a conversation with somebody. */
  othersOf(user: Address): readonly Address[] {
    return [...this.#kept.values()].flatMap(({ members }) => (members.has(user) ? [...members] : []));
  }

  forget(user: Address): void {
    for (const { members } of this.#kept.values()) members.delete(user);
    for (const key of this.#marks.keys()) if (key.startsWith(markKey('', user))) this.#marks.delete(key);
  }

  /** Forgets those in which nobody is, and nothing was said since; which they were. */
  dropEmpty(before: Instant): ReadonlySet<ConversationId> {
    const empty = [...this.#kept.values()].filter(
      ({ state, members }) => state.kind !== 'room' && members.size === 0 && state.activeAt < before,
    );
    const ids = new Set(empty.map(({ state }) => state.id));
    for (const id of ids) this.#kept.delete(id);
    for (const key of this.#marks.keys()) if (ids.has(key.slice(key.indexOf('\n') + 1))) this.#marks.delete(key);
    return ids;
  }

  conversation(id: ConversationId): StoredConversation | undefined {
    const kept = this.#kept.get(id);
    return kept && this.#stateOf(kept);
  }

  view(id: ConversationId, user: Address): ConversationView | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined || !(id === everyone || kept.members.has(user))) return undefined;
    const mark = this.#marks.get(markKey(id, user));
    const last = kept.entries.at(-1);
    const unread =
      id === everyone && mark === undefined
        ? []
        : kept.entries.slice(mark ?? 0).filter(({ entry }) => entry.from.address !== user && countsAsUnread(entry));
    const others = [...kept.members].filter((member) => member !== user);
    return viewOfStored(this.#stateOf(kept), {
      entry: last && this.#show(last),
      unread: Math.min(unread.length, conversationLimits.unreadMost),
      read: mark ?? 0,
      theirs: Math.max(0, ...others.map((other) => this.readMark(id, other))),
    });
  }

  conversations(user: Address, after: string | undefined, limit: number): ConversationsPage {
    const from = after === undefined ? latest : readActivityCursor(after);
    if (from === undefined) return { conversations: [] };
    const found = [...this.#kept.values()]
      .map(({ state }) => state)
      .filter(({ id, activeAt }) => (activeAt - from.activeAt || compareText(id, from.id)) < 0)
      .sort((a, b) => b.activeAt - a.activeAt || compareText(b.id, a.id))
      .flatMap(({ id, activeAt }) => {
        const view = this.view(id, user);
        return view === undefined ? [] : { id, activeAt, view };
      });
    const { items, next } = cut(found, limit, ({ view }) => view, writeActivityCursor);
    return { conversations: items, next };
  }

  entries(conversation: ConversationId, first: number, last: number): readonly Entry[] {
    return (this.#kept.get(conversation)?.entries ?? [])
      .slice(Math.max(0, first - 1), Math.max(0, last))
      .map((one) => this.#show(one));
  }

  entryOf(conversation: ConversationId, author: Address, id: string): Entry | undefined {
    const found = this.#entryOf(conversation, author, id);
    return found && this.#show(found);
  }

  readMark(conversation: ConversationId, user: Address): number {
    return this.#marks.get(markKey(conversation, user)) ?? 0;
  }

  search(
    user: Address,
    conversation: ConversationId | undefined,
    query: string,
    before: string | undefined,
    limit: number,
  ): EntriesPage {
    const words = queryWords(query);
    const from = readNumberCursor(before);
    if (words.length === 0 || from === undefined) return { entries: [] };
    const places = [...this.#kept.values()].filter(({ state, members }) =>
      conversation === undefined ? state.id === everyone || members.has(user) : state.id === conversation,
    );
    const found = places
      .flatMap(({ entries }) => entries)
      .filter(({ number, entry }) => number < from && contains(wordsOfEntry(entry), words))
      .sort((a, b) => b.number - a.number);
    const { items, next } = cut(
      found,
      limit,
      (one) => this.#show(one),
      ({ number }) => String(number),
    );
    return { entries: items, next };
  }

  #entryOf(conversation: ConversationId, author: Address, id: string): Numbered | undefined {
    return this.#kept.get(conversation)?.entries.find(({ entry }) => entry.id === id && entry.from.address === author);
  }

  #show({ entry }: Numbered): Entry {
    return { ...entry, from: this.#person(entry.from) };
  }

  #stateOf({ state, members }: Kept): StoredConversation {
    if (state.kind === 'room') return state;
    const people = [...members].map((address) => this.#person({ address, name: address }));
    return { ...state, people: state.kind === 'direct' ? people.sort((a, b) => (a.address < b.address ? -1 : 1)) : people };
  }

  #person(person: Person): Person {
    const { address, name } = this.#named(person.address) ?? person;
    return { address, name };
  }
}

function markKey(conversation: ConversationId, user: Address): string {
  return `${user}\n${conversation}`;
}

function contains(text: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((word) => text.some((other) => ([...word].length === 1 ? other === word : other.startsWith(word))));
}
