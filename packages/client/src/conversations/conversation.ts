import { conversationLimits } from '@offhook/core';
import type {
  Address,
  Conversation as Shown,
  ConversationView,
  Entry,
  FileInfo,
  MessageEntry,
  Person,
  RequestOf,
  Where,
} from '@offhook/core';
import { Emitter } from '../emitter.ts';
import { OffhookError } from '../errors.ts';
import type { PhoneLink } from '../part.ts';
import { OutgoingMessages } from './outgoing.ts';
import { Timeline } from './timeline.ts';
import type { Outgoing, TimelineEntry } from './timeline.ts';
import type { Unsent, UnsentMessages } from './unsent.ts';

/** What a conversation tells. */
export interface ConversationEvents {
  /** `entries` has changed: something was said, loaded, changed, or is on its way. */
  entries: [entries: readonly TimelineEntry[]];
  /** Name, people, unread count or read marks have changed. */
  changed: [];
  /** Somebody types, at the moment. */
  typing: [person: Person];
  /** You are no longer in this group. */
  left: [];
}

const defaultPage = 50;

/** One conversation: what was said in it as far as it is loaded, and what can be done there. Made by `conversations.open()`. */
export class Conversation extends Emitter<ConversationEvents> {
  /** Its id; not what people read. */
  readonly id: string;
  /** The public room, a conversation of two, or a group. */
  readonly kind: 'room' | 'direct' | 'group' | 'meeting';
  readonly #link: PhoneLink;
  readonly #timeline = new Timeline();
  readonly #outgoing: OutgoingMessages;
  #shown: Shown;
  #entry: Entry | undefined;
  #unread = 0;
  #read = 0;
  #theirs = 0;
  #isIn = true;
  /** Whether anybody has wanted to see what was said. */
  #isLoaded = false;
  #typedAt = 0;

  /** Conversations are made by `conversations.open()` and by what the server tells. */
  constructor(link: PhoneLink, unsent: UnsentMessages, shown: Shown) {
    super((error) => link.platform.report(error));
    this.id = shown.conversation;
    this.kind = shown.kind;
    this.#link = link;
    this.#shown = { ...shown, last: 0 };
    this.#outgoing = new OutgoingMessages(link, this.#where, unsent, {
      changed: () => this.#tellEntries(),
      sent: (entry) => this.take(entry),
    });
  }

  /** Of a group; undefined for others. */
  get name(): string | undefined {
    return this.#shown.name;
  }

  /** Who is in it, oneself included; nobody for the room, in which everybody is. */
  get people(): readonly Person[] {
    return this.#shown.people;
  }

  /** The other one, between two people. */
  get peer(): Person | undefined {
    return this.kind === 'direct' ? this.people.find(({ address }) => address !== this.#link.user().address) : undefined;
  }

  /** False once one has left the group. */
  get isIn(): boolean {
    return this.#isIn;
  }

  /** The last entry. */
  get last(): Entry | undefined {
    return this.#entry;
  }

  /** How many messages and missed calls of others are unread, at most 1,000. */
  get unread(): number {
    return this.#unread;
  }

  /** The position up to which one has read. */
  get read(): number {
    return this.#read;
  }

  /** The position up to which the other has read, between two people. */
  get theirs(): number {
    return this.#theirs;
  }

  /** What is loaded, without gaps, oldest first; then one's own messages that are on their way. */
  get entries(): readonly TimelineEntry[] {
    return [...this.#timeline.entries, ...this.#outgoing.all()];
  }

  /** Whether there are entries before those that are loaded. */
  get hasEarlier(): boolean {
    return (this.#timeline.first ?? this.#timeline.last + 1) > 1;
  }

  /** Whether there are entries behind those that are loaded. */
  get hasLater(): boolean {
    return !this.#timeline.isAtEnd;
  }

  /** Loads the newest entries, at most 100, in place of what was loaded. New ones are taken in as they come. */
  async load({ limit = defaultPage }: { limit?: number } = {}): Promise<void> {
    this.#isLoaded = true;
    await this.#replace({ limit });
  }

  /** Loads the entries around a position, e.g. one that a search has found, in place of what was loaded. */
  async loadAround(position: number, { limit = defaultPage }: { limit?: number } = {}): Promise<void> {
    this.#isLoaded = true;
    await this.#replace({ around: position, limit });
  }

  /** Loads what is before. Resolves with false when nothing is. */
  async loadEarlier({ limit = defaultPage }: { limit?: number } = {}): Promise<boolean> {
    const { first } = this.#timeline;
    if (first === undefined || first === 1) return false;
    await this.#join({ before: first, limit });
    return this.hasEarlier;
  }

  /** Loads what is behind. Resolves with false when nothing is. */
  async loadLater({ limit = defaultPage }: { limit?: number } = {}): Promise<boolean> {
    if (this.#timeline.isAtEnd) return false;
    await this.#join({ after: this.#timeline.end, limit });
    return this.hasLater;
  }

  /**
   * Writes a message. It is in `entries` at once, is sent again until the server has stored it, whatever the network does, and is
   * stored once. `sent` of what is returned resolves then. `files` were sent with `conversations.send()`; with some the text may be
   * empty.
   */
  say(text: string, { reply, files }: { reply?: number; files?: readonly FileInfo[] } = {}): Outgoing {
    return this.#outgoing.say({ entry: this.#link.platform.random.token(128), text, reply, files });
  }

  /** Says a message that failed once more. */
  retry(outgoing: Outgoing): void {
    this.#outgoing.retry(outgoing.id);
  }

  /** Takes a message that failed out of `entries`. */
  discard(outgoing: Outgoing): void {
    this.#outgoing.discard(outgoing.id);
  }

  /** Changes the text of a message of one's own. Rejects with `not_yours`, `not_changeable`, `text_empty`, `text_too_long`. */
  edit(position: number, text: string): Promise<MessageEntry> {
    return this.#changed(this.#link.connection.request('edit', { in: this.#where, position, text }, true));
  }

  /** Takes back what a message of one's own said. Its place remains. */
  delete(position: number): Promise<MessageEntry> {
    return this.#changed(this.#link.connection.request('delete', { in: this.#where, position }, true));
  }

  /** Reacts to a message with one emoji from now on, or no longer. */
  react(position: number, value: string, on = true): Promise<MessageEntry> {
    return this.#changed(this.#link.connection.request('react', { in: this.#where, position, value, on }, true));
  }

  /** One has read up to this position; without it, everything that is known. */
  markRead(position: number = this.#shown.last): void {
    const to = Math.min(position, this.#shown.last);
    if (to <= this.#read) return;
    this.#moveMark(to);
    this.#link.connection.ask<'read'>({ type: 'read', in: this.#where, position: to }, () => undefined, true);
  }

  /** Tells the others that one writes; to be called at each key. Not in the room. */
  typing(): void {
    const now = this.#link.platform.clock.now();
    if (this.kind === 'room' || now - this.#typedAt < conversationLimits.typingMs) return;
    this.#typedAt = now;
    this.#link.connection.say({ type: 'typing', in: this.#where });
  }

  /** Gives the group another name. Rejects with `name_invalid`, `not_a_group`. */
  rename(name: string): Promise<void> {
    return this.#changeGroup({ type: 'renamed', name });
  }

  /** Takes people into the group. Rejects with `user_not_found`, `too_many_people`. */
  add(people: readonly Address[]): Promise<void> {
    return this.#changeGroup({ type: 'joined', people: [...people] });
  }

  /** Takes people out of the group. */
  remove(people: readonly Address[]): Promise<void> {
    return this.#changeGroup({ type: 'left', people: [...people] });
  }

  /** Leaves the group. */
  async leave(): Promise<void> {
    const entry = this.#link.platform.random.token(128);
    await this.#link.connection.request('leave', { conversation: this.id, entry }, true);
    this.leftBehind();
  }

  /** From the server: what it is like. @internal */
  show(view: Shown | ConversationView): void {
    this.#isIn = true;
    // What else is new is told by entries.
    this.#shown = { ...view, last: this.#shown.last };
    if ('unread' in view) {
      this.#shown = { ...this.#shown, last: Math.max(view.last, this.#shown.last) };
      this.#unread = view.unread;
      this.#read = Math.max(view.read, this.#read);
      this.#theirs = Math.max(view.theirs ?? 0, this.#theirs);
      this.#entry = view.entry ?? this.#entry;
    }
    this.emit('changed');
  }

  /** From the server: an entry, new or changed. False when the unread count is no longer known. @internal */
  take(entry: Entry): boolean {
    const isNew = entry.position > this.#shown.last;
    if (isNew) this.#shown = { ...this.#shown, last: entry.position };
    if (entry.position >= (this.#entry?.position ?? 0)) this.#entry = entry;
    const isExact = this.#count(entry, isNew);
    if (entry.kind === 'message') this.#outgoing.told(entry.from.address, entry);
    if (this.#isLoaded && this.#timeline.tell(entry) === 'gap') void this.#fill();
    this.#tellEntries();
    this.emit('changed');
    return isExact;
  }

  /** From the server: a read mark has moved. False when the unread count is no longer known. @internal */
  readBy(user: Address, read: number): boolean {
    if (user !== this.#link.user().address) {
      this.#theirs = Math.max(this.#theirs, read);
      this.emit('changed');
      return true;
    }
    if (read > this.#read) this.#moveMark(read);
    return read >= this.#shown.last;
  }

  /** @internal */
  typedBy(person: Person): void {
    this.emit('typing', person);
  }

  /** From the server: one is no longer in it. @internal */
  leftBehind(): void {
    if (!this.#isIn) return;
    this.#isIn = false;
    this.emit('left');
    this.emit('changed');
  }

  /** What was told meanwhile is lost: what is loaded is read again. @internal */
  async reload(): Promise<void> {
    if (!this.#isLoaded) return;
    const { first, isAtEnd } = this.#timeline;
    const limit = Math.min(conversationLimits.entriesPage, Math.max(defaultPage, this.#timeline.entries.length));
    await this.#replace(isAtEnd || first === undefined ? { limit } : { after: first - 1, limit });
  }

  /** A message that was on its way when the page was left. @internal */
  sayAgain(unsent: Unsent): void {
    this.#outgoing.say(unsent);
  }

  get #where(): Where {
    return { conversation: this.id };
  }

  /** Own entries imply that everything before was read; those of others count until they are. */
  #count(entry: Entry, isNew: boolean): boolean {
    const author = entry.from.address;
    if (author === this.#link.user().address) {
      if (isNew && wasWritten(entry)) this.#moveMark(entry.position);
      return true;
    }
    if (isNew && this.kind === 'direct' && wasWritten(entry)) this.#theirs = Math.max(this.#theirs, entry.position);
    if (!isNew) return entry.kind !== 'message' || entry.deletedAt === undefined || entry.position <= this.#read;
    const counts = entry.kind === 'message' || entry.kind === 'voicemail' || (entry.kind === 'call' && entry.missed);
    if (counts && entry.position > this.#read) this.#unread = Math.min(conversationLimits.unreadMost, this.#unread + 1);
    return true;
  }

  #moveMark(to: number): void {
    this.#read = Math.max(this.#read, to);
    if (this.#read >= this.#shown.last) this.#unread = 0;
    this.emit('changed');
  }

  /** Loads what is missing behind the loaded part, page by page. */
  async #fill(): Promise<void> {
    try {
      while (!this.#timeline.isAtEnd) {
        const before = this.#timeline.end;
        await this.#join({ after: before, limit: conversationLimits.entriesPage });
        if (this.#timeline.end === before) return;
      }
    } catch (error) {
      if (!(error instanceof OffhookError && error.code === 'closed')) this.#link.platform.report(error);
    }
  }

  async #replace(page: Page): Promise<void> {
    const { entries, last } = await this.#link.connection.request('entries', { in: this.#where, ...page });
    this.#timeline.replace(entries, Math.max(last, this.#shown.last));
    this.#loaded(entries);
    // Something may have been said meanwhile, while nothing was there for it to join on to.
    if (!('around' in page) && !('after' in page)) void this.#fill();
  }

  async #join(page: Page): Promise<void> {
    const { entries, last } = await this.#link.connection.request('entries', { in: this.#where, ...page });
    this.#timeline.join(entries, last);
    this.#loaded(entries);
  }

  #loaded(entries: readonly Entry[]): void {
    const newest = entries.at(-1);
    if (newest !== undefined && newest.position > (this.#entry?.position ?? 0)) this.#entry = newest;
    for (const entry of entries) if (entry.kind === 'message') this.#outgoing.told(entry.from.address, entry);
    this.#tellEntries();
  }

  async #changed(reply: Promise<{ entry: Entry }>): Promise<MessageEntry> {
    const { entry } = await reply;
    this.take(entry);
    // What was edited or reacted to is a message.
    return entry as MessageEntry;
  }

  async #changeGroup(change: RequestOf<'change'>['change']): Promise<void> {
    const entry = this.#link.platform.random.token(128);
    const { conversation } = await this.#link.connection.request('change', { conversation: this.id, entry, change }, true);
    this.show(conversation);
  }

  #tellEntries(): void {
    this.emit('entries', this.entries);
  }
}

type Page = Omit<RequestOf<'entries'>, 'id' | 'type' | 'in'>;

/** Whoever makes an entry by writing has the conversation before them; who calls has not. */
function wasWritten({ kind }: Entry): boolean {
  return kind !== 'call' && kind !== 'voicemail';
}
