import type { Phone } from '@offhook/client';
import { conversationsOf } from '@offhook/client/conversations';
import type { Conversation, Conversations } from '@offhook/client/conversations';
import type { Address } from '@offhook/core';
import type { InConversation } from '../view/commands.ts';
import type { ConversationRow, ConversationsState, Where } from '../view/conversations-state.ts';
import { headOf, OpenConversationControl } from './open-conversation.ts';
import { Part } from './part.ts';

const everyone = 'everyone';

/** The conversations of this person, and the one that is looked at. */
export class ConversationsControl extends Part<ConversationsState> {
  readonly #all: Conversations;
  /** Those that were looked at: they are kept up to date from then on. */
  readonly #loaded = new WeakSet<Conversation>();
  #isListed = false;
  #open: OpenConversationControl | undefined;
  #where: Where | undefined;

  constructor(phone: Phone, changed: () => void) {
    super({ more: false, unread: 0 }, changed);
    this.#all = conversationsOf(phone);
    this.#all.on('changed', () => this.#show());
  }

  async load(): Promise<void> {
    await this.#all.load();
    // It stands in the list from the start, where one may be in it at all.
    await this.#all.open({ conversation: everyone }).catch(() => undefined);
    this.#isListed = true;
    this.#show();
  }

  async more(): Promise<void> {
    await this.#all.loadMore();
    this.#show();
  }

  /** What is before the person's eyes from now on. */
  async look(where: Where | undefined): Promise<void> {
    if (JSON.stringify(where) === JSON.stringify(this.#where)) return;
    this.#where = where;
    this.close();
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
    this.#open?.close();
    this.#open = undefined;
  }

  async #enter(conversation: Conversation): Promise<void> {
    const open = new OpenConversationControl(this.#all, conversation, this.#loaded.has(conversation), () =>
      this.set({ open: open.state }),
    );
    this.#open = open;
    this.set({ open: open.state });
    await open.load();
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
