import type { Phone } from '@offhook/client';
import { conversationsOf } from '@offhook/client/conversations';
import type { Conversation, Conversations } from '@offhook/client/conversations';
import type { Address, Entry } from '@offhook/core';
import type { InConversation } from '../view/commands.ts';
import type { ConversationRow, ConversationsState, Where } from '../view/conversations-state.ts';
import { Background } from './background.ts';
import { headOf, OpenConversationControl } from './open-conversation.ts';
import type { OfVoicemail } from './open-conversation.ts';
import { Pages } from './pages.ts';
import { Part } from './part.ts';

const everyone = 'everyone';
const foundPage = 20;
/** Typing goes on within this time; the server is asked once it has stopped. */
const typingMs = 200;

/** The conversations of this person, and the one that is looked at. */
export class ConversationsControl extends Part<ConversationsState> {
  readonly #all: Conversations;
  /** Those that were looked at: they are kept up to date from then on. */
  readonly #loaded = new WeakSet<Conversation>();
  #isListed = false;
  #open: OpenConversationControl | undefined;
  #where: Where | undefined;
  /** The message to be shown in the conversation that is opened next. */
  #aim: number | undefined;
  readonly #loading = new Background(() => this.#load());
  readonly #finding = new Background(() => this.#find());
  readonly #pages = new Pages();
  readonly #voicemail: OfVoicemail;
  #query = '';
  #found = new Pages();
  #next: string | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;

  /** `heard`: somebody has said something, or called in vain. */
  constructor(phone: Phone, changed: () => void, heard: (conversation: Conversation, entry: Entry) => void) {
    super({ more: false, unread: 0 }, changed);
    this.#all = conversationsOf(phone);
    this.#voicemail = async (id, is) => {
      const { deleteVoicemail, markVoicemail } = await import('@offhook/client/voicemail');
      await (is === 'heard' ? markVoicemail : deleteVoicemail)(phone, id);
    };
    this.#all.on('changed', () => this.#show());
    this.#all.on('heard', heard);
  }

  load(): Promise<void> {
    return this.#loading.ask();
  }

  async more(): Promise<void> {
    await this.#pages.load(() => this.#all.loadMore());
    this.#show();
  }

  /** Finds what was said; the server is asked once somebody has stopped typing. */
  search(query: string): void {
    this.#query = query.trim();
    this.#found = new Pages();
    clearTimeout(this.#typing);
    this.#finding.stop();
    if (this.#query === '') return this.set({ found: undefined });
    this.#typing = setTimeout(() => this.#finding.start(), typingMs);
  }

  moreFound(): Promise<void> {
    return this.#found.load(() => this.#find(this.#next));
  }

  async #load(): Promise<void> {
    await this.#all.load();
    // It stands in the list from the start, where one may be in it at all.
    await this.#all.open({ conversation: everyone }).catch(() => undefined);
    this.#isListed = true;
    this.#show();
  }

  async #find(before?: string): Promise<void> {
    const query = this.#query;
    const { entries, next } = await this.#all.search(query, { limit: foundPage, ...(before !== undefined && { before }) });
    const messages = await Promise.all(
      entries
        .filter((entry) => entry.kind === 'message')
        .map(async (entry) => ({ entry, head: headOf(await this.#all.open({ conversation: entry.conversation })) })),
    );
    // Something else is searched for by now.
    if (query !== this.#query) return;
    this.#next = next;
    const known = before === undefined ? [] : (this.state.found?.messages ?? []);
    this.set({ found: { messages: [...known, ...messages], more: next !== undefined } });
  }

  /** The conversation that is looked at next begins at this message. */
  aim(position: number): void {
    this.#aim = position;
  }

  /** What is before the person's eyes from now on. */
  async look(where: Where | undefined): Promise<void> {
    if (JSON.stringify(where) === JSON.stringify(this.#where)) return;
    this.#where = where;
    this.#leave();
    this.set({ open: undefined });
    if (where === undefined) return;
    try {
      const conversation = await this.#all.open('person' in where ? where.person : where);
      if (this.#where === where) await this.#enter(conversation);
    } catch (error) {
      if (this.#where === where) this.#where = undefined;
      throw error;
    }
  }

  /** Makes a group; resolves with its id. */
  async group(name: string, people: readonly Address[]): Promise<string> {
    const { id } = await this.#all.group(name, people);
    return id;
  }

  async run(command: InConversation): Promise<void> {
    await this.#open?.run(command);
  }

  close(): void {
    clearTimeout(this.#typing);
    this.#loading.stop();
    this.#finding.stop();
    this.#leave();
  }

  #leave(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  async #enter(conversation: Conversation): Promise<void> {
    // One that was left at an old message begins anew.
    const isLoaded = this.#loaded.has(conversation) && !conversation.hasLater;
    const open = new OpenConversationControl(this.#all, conversation, isLoaded, this.#voicemail, () =>
      this.set({ open: open.state }),
    );
    const aim = this.#aim;
    this.#aim = undefined;
    this.#open = open;
    this.set({ open: open.state });
    await (aim === undefined ? open.load() : open.seek(aim));
    this.#loaded.add(conversation);
  }

  #show(): void {
    const list = this.#isListed ? this.#all.list.map(rowOf) : undefined;
    this.set({ list, more: this.#all.hasMore, unread: this.#all.unread });
  }
}

function rowOf(conversation: Conversation): ConversationRow {
  return { ...headOf(conversation), unread: conversation.unread, last: conversation.last };
}
