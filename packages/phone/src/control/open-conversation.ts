import type { Unsubscribe } from '@offhook/client';
import type { Conversation, Conversations } from '@offhook/client/conversations';
import { conversationLimits } from '@offhook/core';
import type { Address, FileInfo, Person } from '@offhook/core';
import type { GroupChange, InConversation } from '../view/commands.ts';
import type { ConversationHead, FileOnItsWay, OpenConversation } from '../view/conversations-state.ts';
import { Pages } from './pages.ts';
import { FilesUnsent } from './problems.ts';

/** Says what becomes of a message of the voicemail. */
export type OfVoicemail = (id: string, is: 'heard' | 'deleted') => Promise<void>;

/** Somebody writes until nothing was heard of it for this time. */
const typingMs = 2.5 * conversationLimits.typingMs;
/** Addresses of files are asked for again a while before they end. */
const addressesMs = 0.9 * conversationLimits.fileUrlMs;

/** The conversation that is looked at: what was said, who writes, what is on its way. */
export class OpenConversationControl {
  readonly #all: Conversations;
  readonly #voicemail: OfVoicemail;
  readonly #conversation: Conversation;
  readonly #changed: () => void;
  readonly #offs: readonly Unsubscribe[];
  readonly #typing = new Map<Address, { readonly person: Person; readonly end: ReturnType<typeof setTimeout> }>();
  readonly #sending = new Set<FileOnItsWay>();
  #addresses: ReadonlyMap<FileInfo['file'], string> = new Map();
  #asked = new Set<FileInfo['file']>();
  #askedSince = 0;
  #newFrom: number | undefined;
  #hadUnread: boolean;
  #isLoaded: boolean;
  #sought: { readonly position: number } | undefined;
  readonly #pages = new Pages();

  /** `isLoaded`: it was looked at before, and has been kept up to date since. `voicemail`: what becomes of a message of the voicemail. */
  constructor(all: Conversations, conversation: Conversation, isLoaded: boolean, voicemail: OfVoicemail, changed: () => void) {
    this.#all = all;
    this.#voicemail = voicemail;
    this.#conversation = conversation;
    this.#isLoaded = isLoaded;
    this.#changed = changed;
    this.#hadUnread = conversation.unread > 0;
    this.#newFrom = this.#hadUnread ? conversation.read : undefined;
    this.#offs = [
      conversation.on('entries', () => this.#told()),
      conversation.on('changed', () => this.#told()),
      conversation.on('typing', (person) => this.#types(person)),
    ];
    this.#findFiles();
  }

  get state(): OpenConversation {
    const { entries, hasEarlier, hasLater, theirs, isIn } = this.#conversation;
    return {
      ...headOf(this.#conversation),
      isIn,
      entries: this.#isLoaded ? entries : undefined,
      hasEarlier: this.#isLoaded && hasEarlier,
      hasLater: this.#isLoaded && hasLater,
      sought: this.#sought,
      newFrom: this.#newFrom,
      theirs,
      typing: Array.from(this.#typing.values(), ({ person }) => person),
      addresses: this.#addresses,
      sending: [...this.#sending],
    };
  }

  async load(): Promise<void> {
    if (this.#isLoaded) return;
    await this.#conversation.load();
    this.#isLoaded = true;
    this.#changed();
  }

  /** Loads what was said around this message, where it is not there yet, and has it shown. */
  async seek(position: number): Promise<void> {
    const isThere =
      this.#isLoaded && this.#conversation.entries.some((entry) => 'position' in entry && entry.position === position);
    if (!isThere) await this.#conversation.loadAround(position);
    this.#isLoaded = true;
    this.#sought = { position };
    this.#changed();
  }

  close(): void {
    for (const off of this.#offs) off();
    for (const { end } of this.#typing.values()) clearTimeout(end);
  }

  async run(command: InConversation): Promise<void> {
    const conversation = this.#conversation;
    switch (command.type) {
      case 'say':
        this.#newFrom = undefined;
        conversation.say(command.text, { ...(command.reply !== undefined && { reply: command.reply }) });
        return;
      case 'edit':
        await conversation.edit(command.position, command.text);
        return;
      case 'delete':
        if (command.voicemail !== undefined) return this.#voicemail(command.voicemail, 'deleted');
        await conversation.delete(command.position);
        return;
      case 'react':
        await conversation.react(command.position, command.value, command.on);
        return;
      case 'retry':
        return conversation.retry(command.outgoing);
      case 'discard':
        return conversation.discard(command.outgoing);
      case 'send-files':
        return this.#sendFiles(command.files, command.text, command.reply);
      case 'earlier':
        return this.#pages.load(() => conversation.loadEarlier());
      case 'later':
        return this.#pages.load(() => conversation.loadLater());
      case 'newest':
        this.#sought = undefined;
        return this.#pages.load(() => conversation.load());
      case 'seek':
        return this.seek(command.position);
      case 'change-group':
        return this.#changeGroup(command.change);
      case 'seen':
        if (command.heard !== undefined) await this.#voicemail(command.heard, 'heard');
        return conversation.markRead();
      case 'typing':
        return conversation.typing();
      case 'leave-group':
        return conversation.leave();
    }
  }

  async #changeGroup({ name, add, remove }: GroupChange): Promise<void> {
    if (name !== undefined) await this.#conversation.rename(name);
    if (add.length > 0) await this.#conversation.add(add);
    if (remove.length > 0) await this.#conversation.remove(remove);
  }

  /** Said once all has arrived that can; what cannot is told of, by name. */
  async #sendFiles(files: readonly File[], text: string, reply: number | undefined): Promise<void> {
    const results = await Promise.allSettled(files.map((file) => this.#sendFile(file)));
    const sent = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const { filesPerMessage } = conversationLimits;
    for (let at = 0; at === 0 || at < sent.length; at += filesPerMessage) {
      const part = sent.slice(at, at + filesPerMessage);
      const said = at === 0 ? text : '';
      if (said === '' && part.length === 0) continue;
      this.#conversation.say(said, {
        ...(part.length > 0 && { files: part }),
        ...(at === 0 && reply !== undefined && { reply }),
      });
    }
    const unsent = results.flatMap((result, at) =>
      result.status === 'rejected' ? [{ name: files[at]?.name ?? '', error: result.reason as unknown }] : [],
    );
    if (unsent.length > 0) throw new FilesUnsent(unsent);
  }

  async #sendFile(file: File): Promise<FileInfo> {
    let shown: FileOnItsWay = { name: file.name, part: 0 };
    const show = (part: number): void => {
      this.#sending.delete(shown);
      shown = { name: file.name, part };
      this.#sending.add(shown);
      this.#changed();
    };
    show(0);
    try {
      return await this.#all.send(file, { progress: (bytes) => show(bytes / Math.max(1, file.size)) });
    } finally {
      this.#sending.delete(shown);
      this.#changed();
    }
  }

  #types(person: Person): void {
    this.#stopped(person.address);
    const end = setTimeout(() => {
      this.#stopped(person.address);
      this.#changed();
    }, typingMs);
    this.#typing.set(person.address, { person, end });
    this.#changed();
  }

  #stopped(address: Address): void {
    clearTimeout(this.#typing.get(address)?.end);
    this.#typing.delete(address);
  }

  #told(): void {
    const { unread, read, last } = this.#conversation;
    const hasUnread = unread > 0;
    // What comes while somebody looks is not marked as new: they see it come.
    if (hasUnread && !this.#hadUnread && document.hidden) this.#newFrom = read;
    this.#hadUnread = hasUnread;
    // Whoever has sent what they wrote writes no longer.
    if (last) this.#stopped(last.from.address);
    this.#findFiles();
    this.#changed();
  }

  /** Asks where the files can be had that are shown. */
  #findFiles(): void {
    if (performance.now() - this.#askedSince > addressesMs) {
      this.#asked = new Set();
      this.#askedSince = performance.now();
    }
    const files = this.#conversation.entries.flatMap((entry) => {
      if (entry.kind === 'voicemail') return entry.file ?? [];
      return entry.kind === 'message' ? (entry.files ?? []) : [];
    });
    for (const file of files.filter((one) => !this.#asked.has(one.file))) void this.#find(file);
  }

  async #find(file: FileInfo): Promise<void> {
    this.#asked.add(file.file);
    try {
      const address = await this.#all.address(file);
      this.#addresses = new Map(this.#addresses).set(file.file, address);
      this.#changed();
    } catch {
      // It was deleted meanwhile, or the line is gone: asked again with the next entry.
      this.#asked.delete(file.file);
    }
  }
}

export function headOf({ id, kind, name, peer, people }: Conversation): ConversationHead {
  return { id, kind, name, peer, people };
}
