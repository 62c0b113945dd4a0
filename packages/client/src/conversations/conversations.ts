import type { Address, Conversation as Shown, ConversationView, Entry, FileInfo, Person, Where } from '@offhook/core';
import type { Welcome } from '../connection.ts';
import { Emitter } from '../emitter.ts';
import type { Part, PhoneLink } from '../part.ts';
import { openPhone } from '../phone.ts';
import type { Phone } from '../phone.ts';
import { Conversation } from './conversation.ts';
import { addressOfFile, sendFile } from './files.ts';
import type { SendOptions } from './files.ts';
import { UnsentMessages } from './unsent.ts';

/** What the conversations of a phone tell. */
export interface ConversationsEvents {
  /** `list` has changed: its order, a conversation of it, or what is unread. */
  changed: [list: readonly Conversation[]];
  /** Somebody has said something new, or has called in vain, here for notifications; not what one said oneself. */
  heard: [conversation: Conversation, entry: Entry];
}

/** An address, a person, or a conversation by its id. */
export type Whom = Address | Person | { readonly conversation: string };

/** A page of what a search has found, newest first. `next`: `before` of the page after it. */
export interface Found {
  readonly entries: readonly Entry[];
  readonly next?: string | undefined;
}

const known = new WeakMap<Phone, Conversations>();

/** The conversations of a phone; the same object each time. */
export function conversationsOf(phone: Phone): Conversations {
  const conversations = known.get(phone) ?? new Conversations({ ...openPhone(phone), user: () => phone.user });
  known.set(phone, conversations);
  return conversations;
}

/** All conversations of the person who is signed in. Made by `conversationsOf(phone)`. */
export class Conversations extends Emitter<ConversationsEvents> {
  readonly #link: PhoneLink;
  readonly #unsent: UnsentMessages;
  readonly #known = new Map<string, Conversation>();
  /** Conversations that are being asked about, by id. */
  readonly #asked = new Map<string, Promise<Conversation>>();
  /** Where the next page of the list begins; undefined when there is none, or none was loaded. */
  #next: string | undefined;
  #isLoaded = false;

  /** Made by `conversationsOf(phone)`. */
  constructor(link: PhoneLink) {
    super((error) => link.platform.report(error));
    this.#link = link;
    this.#unsent = new UnsentMessages(link);
    link.parts.add((told) => {
      if ('type' in told) this.#happened(told);
      else if (!told.resumed) void this.#reload();
    });
    this.#follow();
    void this.#sayAgain();
  }

  /** As far as it is loaded: the latest activity first. */
  get list(): readonly Conversation[] {
    return [...this.#known.values()]
      .filter(({ isIn, kind, last }) => isIn && (kind !== 'direct' || last !== undefined))
      .sort(byActivity);
  }

  /** Whether there are more conversations than `list` has. */
  get hasMore(): boolean {
    return this.#next !== undefined;
  }

  /** What is unread in all conversations that are loaded. */
  get unread(): number {
    return this.list.reduce((sum, { unread }) => sum + unread, 0);
  }

  /** Loads the first page of `list`. It is kept up to date from then on. */
  async load({ limit }: { limit?: number } = {}): Promise<void> {
    this.#isLoaded = true;
    await this.#page({ ...(limit !== undefined && { limit }) });
  }

  /** Loads one more page of `list`. Resolves with false when that was the last. */
  async loadMore({ limit }: { limit?: number } = {}): Promise<boolean> {
    if (this.#next !== undefined) await this.#page({ after: this.#next, ...(limit !== undefined && { limit }) });
    return this.hasMore;
  }

  /**
   * The conversation with somebody, or one by its id; the public room is `{ conversation: 'everyone' }`. Rejects with
   * `user_not_found`, `conversation_not_found`.
   */
  async open(whom: Whom): Promise<Conversation> {
    const where = whereOf(whom);
    const conversation = 'user' in where ? this.#with(where.user) : this.#known.get(where.conversation);
    return conversation?.isIn === true ? conversation : this.#ask(where);
  }

  /** Makes a group of oneself and these. Rejects with `name_invalid`, `user_not_found`, `too_many_people`. */
  async group(name: string, people: readonly Address[]): Promise<Conversation> {
    const id = this.#link.platform.random.token(128);
    const { conversation } = await this.#link.connection.request(
      'group',
      { conversation: id, name, people: [...people] },
      true,
    );
    return this.#show(conversation);
  }

  /** Finds messages by words, or beginnings of words, that all must be in them; everywhere, or in one conversation. */
  search(query: string, { in: place, ...page }: { in?: Conversation; before?: string; limit?: number } = {}): Promise<Found> {
    return this.#link.connection.request('search', { query, ...page, ...(place && { in: { conversation: place.id } }) });
  }

  /**
   * Sends a file, to be shown by a message of one's own. Pieces that are lost on their way are sent again. Rejects with
   * `file_too_large` (32 MB), `file_refused` (programs), `files_full` (all files of one person), `file_unreadable` (changed or removed meanwhile).
   */
  send(content: Blob, options: SendOptions = {}): Promise<FileInfo> {
    return sendFile(this.#link, content, options);
  }

  /** The address of a file, for `src` or `href`; it holds for an hour. Rejects with `file_not_found`. */
  async address({ file }: FileInfo): Promise<string> {
    const { url } = await this.#link.connection.request('file', { file });
    return addressOfFile(this.#link, url);
  }

  #happened(event: Exclude<Parameters<Part>[0], Welcome>): void {
    switch (event.type) {
      case 'entries':
        for (const entry of event.entries) this.#heard(entry);
        return;
      case 'conversation':
        if (this.#known.has(event.conversation.conversation)) this.#show(event.conversation);
        else this.#refresh(event.conversation.conversation);
        return;
      case 'left':
        return this.#known.get(event.conversation)?.leftBehind();
      case 'read': {
        const conversation = this.#known.get(event.conversation);
        if (conversation?.readBy(event.user, event.read) === false) this.#refresh(conversation.id);
        return;
      }
      case 'typing':
        return this.#known.get(event.conversation)?.typedBy(event.from);
      default:
      // For other parts.
    }
  }

  #heard(entry: Entry): void {
    const conversation = this.#known.get(entry.conversation);
    // Of one that was not loaded only the server knows what it is like.
    if (conversation === undefined) {
      this.#ask({ conversation: entry.conversation }).then(
        (asked) => {
          // It may have been said after the server had looked.
          if (entry.position > (asked.last?.position ?? 0)) asked.take(entry);
          this.#tell(asked, entry, true);
        },
        () => undefined,
      );
      return;
    }
    const isNew = entry.position > (conversation.last?.position ?? 0);
    if (!conversation.take(entry)) this.#refresh(conversation.id);
    this.#tell(conversation, entry, isNew);
  }

  #tell(conversation: Conversation, entry: Entry, isNew: boolean): void {
    const isNews = entry.kind === 'message' || (entry.kind === 'call' && entry.missed);
    if (isNew && isNews && entry.from.address !== this.#link.user().address) this.emit('heard', conversation, entry);
  }

  #show(view: Shown | ConversationView): Conversation {
    const before = this.#known.get(view.conversation);
    const conversation = before ?? new Conversation(this.#link, this.#unsent, view);
    if (before === undefined) {
      this.#known.set(conversation.id, conversation);
      conversation.on('changed', () => this.emit('changed', this.list));
    }
    conversation.show(view);
    return conversation;
  }

  #ask(where: Where): Promise<Conversation> {
    const key = JSON.stringify(where);
    const asked =
      this.#asked.get(key) ??
      this.#link.connection
        .request('conversation', { in: where }, true)
        .then(({ conversation }) => this.#show(conversation))
        .finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }

  /** Asks again how much is unread. */
  #refresh(conversation: string): void {
    this.#ask({ conversation }).catch(() => undefined);
  }

  async #page(page: { after?: string; limit?: number }): Promise<void> {
    const { conversations, next } = await this.#link.connection.request('conversations', page);
    this.#next = next;
    for (const view of conversations) this.#show(view);
    this.emit('changed', this.list);
  }

  /** The server tells of conversations those who have asked about them: also a page that only waits to hear something. */
  #follow(): void {
    this.#link.connection.request('conversations', { limit: 1 }).catch(() => undefined);
  }

  /** What was told meanwhile is lost: the list begins anew, and conversations that are looked at are read again. */
  async #reload(): Promise<void> {
    try {
      if (!this.#isLoaded) this.#follow();
      if (this.#isLoaded) await this.#page({});
      await Promise.all(Array.from(this.#known.values(), (conversation) => conversation.reload()));
    } catch {
      // It was closed, or one was left meanwhile.
    }
  }

  /** What was on its way when the page was left. */
  async #sayAgain(): Promise<void> {
    for (const unsent of this.#unsent.all()) {
      const { in: where, entry } = unsent;
      try {
        const conversation = await this.open('user' in where ? where.user : where);
        conversation.sayAgain(unsent);
      } catch {
        this.#unsent.refused(entry);
      }
    }
  }

  #with(user: Address): Conversation | undefined {
    return [...this.#known.values()].find(({ peer }) => peer?.address === user);
  }
}

function whereOf(whom: Whom): Where {
  if (typeof whom === 'string') return { user: whom };
  return 'conversation' in whom ? { conversation: whom.conversation } : { user: whom.address };
}

function byActivity(a: Conversation, b: Conversation): number {
  return (b.last?.at ?? 0) - (a.last?.at ?? 0) || (a.id < b.id ? -1 : 1);
}
