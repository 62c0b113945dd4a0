import { conversationMachine, isIn, newDirect, peopleOfDirect } from '@offhook/core';
import type {
  Address,
  CallRecord,
  ConversationEffect,
  ConversationId,
  ConversationInput,
  ConversationState,
  Entry,
  FileInfo,
  From,
  Instant,
  Person,
  VoicemailFacts,
} from '@offhook/core';
import type { StoredConversation } from '../ports/conversations.ts';
import type { StoredFile } from '../ports/files.ts';
import { StoreError } from '../ports.ts';
import type { Clock, Log, Outcome, Store, Write } from '../ports.ts';

/** An input as it comes in: what the store knows is added when its turn has come. */
type WithoutKnown<I> = I extends { readonly type: 'say' }
  ? Omit<I, 'known' | 'files'> & { readonly fileIds: readonly string[] }
  : I extends unknown
    ? Omit<I, 'known' | 'found' | 'mark'>
    : never;
export type Asked = WithoutKnown<Exclude<ConversationInput, { type: 'call' | 'voicemail' }>>;

export interface Request {
  readonly input: Asked;
  readonly respond: (outcome: Outcome) => void;
}

/** Stores all of these writes or none. */
export type Commit = (writes: readonly Write[]) => Promise<void>;

/** A call that is over, or what was said to a voicemail; and what is to be stored in the same transaction. */
interface Along {
  readonly news: CallRecord | VoicemailFacts;
  readonly along: readonly Write[];
  readonly commit: Commit;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What is to be told once it is stored. */
export interface Decided {
  readonly state: ConversationState;
  readonly effects: readonly ConversationEffect[];
  readonly from: From | undefined;
}

export interface QueueDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly tell: (decided: Decided) => void;
}

/** So many inputs at most go into one transaction. */
const batchMost = 256;

/**
 * One conversation in memory, with its serial queue. While something is being stored, what comes in waits, and then goes into one
 * transaction together: a busy conversation shares the cost of the disk.
 */
export class Queue {
  readonly id: ConversationId;
  readonly #deps: QueueDeps;
  #state: ConversationState | undefined;
  #loading: Promise<ConversationState> | undefined;
  readonly #waiting: (Request | Along)[] = [];
  #isRunning = false;
  /** When it was last told that somebody types, by address. */
  readonly #typed = new Map<Address, Instant>();

  constructor(id: ConversationId, deps: QueueDeps) {
    this.id = id;
    this.#deps = deps;
  }

  /** Nothing is being done, so that it may be forgotten. */
  get isIdle(): boolean {
    return !this.#isRunning && this.#loading === undefined;
  }

  /** As it is stored. */
  state(): ConversationState | Promise<ConversationState> {
    return this.#state ?? (this.#loading ??= this.#load());
  }

  feed(input: Asked, respond: Request['respond']): void {
    this.#waiting.push({ input, respond });
    if (!this.#isRunning) void this.#run();
  }

  /** Names of people in it are those they have, as far as it is in memory. */
  renamed(person: Person): void {
    if (this.#state !== undefined && isIn(this.#state, person.address)) this.feed({ type: 'renamed', person }, () => undefined);
  }

  /** Resolves when they and their entry are stored. `commit`: how, as the entry of another call may go along. */
  along(news: Along['news'], along: readonly Write[], commit: Commit): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ news, along, commit, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  /** Whether it may be told now that this user types. */
  mayTellTyping(user: Address, every: number): boolean {
    const now = this.#deps.clock.now();
    for (const [other, at] of this.#typed) if (now - at >= every) this.#typed.delete(other);
    if (this.#typed.has(user)) return false;
    this.#typed.set(user, now);
    return true;
  }

  async #load(): Promise<ConversationState> {
    const { store } = this.#deps;
    try {
      const state = (await store.conversation(this.id)) ?? (await this.#unstored());
      this.#keep(state);
      return state;
    } finally {
      this.#loading = undefined;
    }
  }

  /** What does not exist yet may exist the next time. */
  #keep(state: ConversationState): void {
    if (state.kind !== 'unmade') this.#state = state;
  }

  /** What nobody has written into yet. */
  async #unstored(): Promise<ConversationState> {
    const addresses = peopleOfDirect(this.id);
    const [a, b] = addresses === undefined ? [] : await this.#deps.store.users(addresses);
    if (a === undefined || b === undefined) return { kind: 'unmade', id: this.id };
    return newDirect({ address: a.address, name: a.name }, { address: b.address, name: b.name });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const [first] = this.#waiting;
      if (first !== undefined && 'news' in first) {
        this.#waiting.shift();
        await this.#store(first);
      } else await this.#carryOut(this.#nextBatch(), false);
    }
    this.#isRunning = false;
  }

  #nextBatch(): Request[] {
    const batch: Request[] = [];
    for (let [next] = this.#waiting; next !== undefined && 'input' in next; [next] = this.#waiting) {
      if (batch.length === batchMost) break;
      batch.push(next);
      this.#waiting.shift();
    }
    return batch;
  }

  /** All of them in one transaction. `isRepeated`: one of them has made its entry before, so the store is asked for each. */
  async #carryOut(batch: readonly Request[], isRepeated: boolean): Promise<void> {
    let decided: readonly Decided[];
    try {
      decided = await this.#decide(batch, isRepeated);
    } catch (error) {
      if (!isRepeated && error instanceof StoreError && error.code === 'entry_exists') return this.#carryOut(batch, true);
      this.#deps.log.error('store', { conversation: this.id, inputs: batch.length, error: String(error) });
      for (const { respond } of batch) respond({ error: error instanceof StoreError ? 'store_failed' : 'internal' });
      return;
    }
    for (const [at, one] of decided.entries()) this.#perform(one, batch[at]?.respond);
  }

  /** What becomes of these inputs, once it is stored. */
  async #decide(batch: readonly Request[], isRepeated: boolean): Promise<readonly Decided[]> {
    const before = await this.state();
    let state = before;
    const seen = new Seen(this.id, this.#deps.store);
    await Promise.all(batch.map(({ input }) => seen.lookUp(input, isRepeated)));
    const decided = batch.map(({ input }): Decided => {
      const step = conversationMachine.step(state, seen.complete(input), this.#deps.clock.now());
      ({ state } = step);
      seen.note(step.effects);
      return { ...step, from: 'from' in input ? input.from : undefined };
    });
    const writes = writesOf(before, decided);
    if (writes.length > 0) await this.#deps.store.commit(writes);
    this.#keep(state);
    return decided;
  }

  /** With its entry. */
  async #store({ news, along, commit, resolve, reject }: Along): Promise<void> {
    try {
      const before = await this.state();
      const step = conversationMachine.step(before, await this.#inputOf(news), this.#deps.clock.now());
      const decided = { ...step, from: undefined };
      const isStored = await isNew(commit, [...along, ...writesOf(before, [decided])]);
      if (!isStored) await commit(along);
      resolve();
      if (!isStored) return;
      this.#keep(step.state);
      this.#perform(decided, undefined);
    } catch (error) {
      reject(error);
    }
  }

  async #inputOf(news: Along['news']): Promise<ConversationInput> {
    if ('caller' in news) return { type: 'call', record: news };
    const found = await this.#deps.store.entryOf(this.id, news.from.address, news.id);
    return { type: 'voicemail', voicemail: news, found };
  }

  /** It holds: whoever asked is answered, then the others hear of it. What goes wrong in that takes nothing back. */
  #perform(decided: Decided, respond: Request['respond'] | undefined): void {
    try {
      for (const effect of decided.effects) {
        if (effect.type === 'reply') respond?.({ ok: effect.ok });
        if (effect.type === 'refuse') respond?.({ error: effect.code });
      }
      this.#deps.tell(decided);
    } catch (error) {
      this.#deps.log.error('tell', { conversation: this.id, error: String(error) });
    }
  }
}

/** False when the call has its entry already: a commit that failed was stored all the same. */
async function isNew(commit: Commit, writes: readonly Write[]): Promise<boolean> {
  try {
    await commit(writes);
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'entry_exists') return false;
    throw error;
  }
}

/** What the store knows that inputs of one transaction speak of, kept up to date while they are carried out. */
class Seen {
  readonly #conversation: ConversationId;
  readonly #store: Store;
  readonly #byPosition = new Map<number, Entry | undefined>();
  readonly #byAuthor = new Map<string, Entry | undefined>();
  readonly #marks = new Map<Address, number>();
  readonly #files = new Map<string, StoredFile>();

  constructor(conversation: ConversationId, store: Store) {
    this.#conversation = conversation;
    this.#store = store;
  }

  async lookUp(input: Asked, isRepeated: boolean): Promise<void> {
    const [id, store] = [this.#conversation, this.#store];
    if ('position' in input && input.type !== 'read') {
      const [found] = await store.entries(id, input.position, input.position);
      this.#byPosition.set(input.position, found);
    }
    if ('entry' in input && isRepeated) {
      const author = input.from.person.address;
      this.#byAuthor.set(keyOf(author, input.entry), await store.entryOf(id, author, input.entry));
    }
    if (input.type === 'meeting') {
      const author = input.by.address;
      this.#byAuthor.set(keyOf(author, input.meeting), await store.entryOf(id, author, input.meeting));
    }
    if (input.type === 'say' && input.fileIds.length > 0) {
      for (const file of await store.files(input.fileIds)) this.#files.set(file.file, file);
    }
    if (input.type === 'read') {
      const user = input.from.person.address;
      this.#marks.set(user, await store.readMark(id, user));
    }
  }

  complete(input: Asked): ConversationInput {
    switch (input.type) {
      case 'edit':
      case 'delete':
      case 'react':
        return { ...input, found: this.#byPosition.get(input.position) };
      case 'say': {
        const { fileIds, ...said } = input;
        const author = input.from.person.address;
        return { ...said, files: this.#filesOf(author, fileIds), known: this.#byAuthor.get(keyOf(author, input.entry)) };
      }
      case 'change':
      case 'leave':
        return { ...input, known: this.#byAuthor.get(keyOf(input.from.person.address, input.entry)) };
      case 'read':
        return { ...input, mark: this.#marks.get(input.from.person.address) ?? 0 };
      case 'meeting':
        return { ...input, found: this.#byAuthor.get(keyOf(input.by.address, input.meeting)) };
      case 'make':
      case 'gather':
      case 'renamed':
        return input;
    }
  }

  /** Undefined when one of them is not theirs to say here. */
  #filesOf(owner: Address, ids: readonly string[]): FileInfo[] | undefined {
    const files = ids.flatMap((id) => this.#files.get(id) ?? []);
    const isTheirs = files.every(
      (file) => file.owner === owner && (file.conversation === undefined || file.conversation === this.#conversation),
    );
    if (files.length < ids.length || !isTheirs) return undefined;
    return files.map(({ file, name, type, bytes }) => ({ file, name, type, bytes }));
  }

  note(effects: readonly ConversationEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'mark') this.#marks.set(effect.user, effect.read);
      if (effect.type !== 'made' && effect.type !== 'changed') continue;
      const { entry } = effect;
      this.#byPosition.set(entry.position, entry);
      this.#byAuthor.set(keyOf(entry.from.address, entry.id), entry);
    }
  }
}

function keyOf(author: Address, id: string): string {
  return `${author}\n${id}`;
}

/** What is stored of these decisions: the conversation as it is after all of them, first. */
function writesOf(before: ConversationState, decided: readonly Decided[]): Write[] {
  const after = decided.at(-1)?.state ?? before;
  const writes = decided.flatMap(({ effects }) => effects.flatMap((effect) => writeOf(after.id, effect)));
  const isNews = writes.some(({ type }) => type === 'new_entry') || (before.kind === 'unmade' && after.kind === 'meeting');
  return isNews ? [{ type: 'conversation', state: after as StoredConversation }, ...writes] : writes;
}

function writeOf(conversation: ConversationId, effect: ConversationEffect): Write[] {
  switch (effect.type) {
    case 'made':
      return [{ type: 'new_entry', entry: effect.entry }];
    case 'changed':
      return [{ type: 'entry', entry: effect.entry }];
    case 'mark':
      return [{ type: 'mark', conversation, user: effect.user, read: effect.read }];
    case 'joined':
    case 'left':
      return effect.people.map(({ address }) => ({
        type: 'member',
        conversation,
        user: address,
        is: effect.type === 'joined',
      }));
    case 'files':
      return effect.files.map(({ file }) =>
        effect.are === 'said' ? { type: 'file_said', file, conversation } : { type: 'file_gone', file },
      );
    case 'reply':
    case 'refuse':
    case 'announce':
      return [];
  }
}
