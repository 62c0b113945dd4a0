/**
 * Conversations on the server.
 *
 *      say, edit, react, read, group … ──► queue of the conversation ──► step ──► store (one transaction) ──► reply, events
 *      conversations, entries, search  ──► who is in it? ──► store ──► reply
 *      typing                          ──► who is in it? ──► the others
 *      a call is over                  ──► queue of the two people ──► step ──► store, with the record of the call ──► events
 *
 * Nothing is told to anybody before it is stored; what is only read waits for nobody.
 */
import {
  conversationLimits,
  conversationOf,
  directId,
  isEcho,
  isMeetings,
  isIn,
  isNumber,
  isVoicemail,
  peopleOfDirect,
} from '@offhook/core';
import type {
  Address,
  CallRecord,
  ConversationId,
  ConversationRequest,
  ConversationState,
  ErrorCode,
  From,
  Person,
  VoicemailFacts,
  Where,
} from '@offhook/core';
import { Buckets } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import type { Conversations, MeetingTalk, VoicemailTalk } from '../ports/conversations.ts';
import { StoreError } from '../ports.ts';
import type { Bus, Clock, Log, Outcome, Store, Write } from '../ports.ts';
import { fitting, rangeOf } from './pages.ts';
import { Queue } from './queue.ts';
import type { Asked, Commit, Decided, QueueDeps } from './queue.ts';
import { areApart, greetingPlace, noBlocks } from '../ports/people.ts';
import type { BlockBook, BlockLists } from '../ports/people.ts';
import { audience, tell } from './telling.ts';

export interface ConversationsDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly blocks: BlockBook;
  readonly clock: Clock;
  readonly log: Log;
  /** What one user may say, and search. */
  readonly sayRate: Rate;
  readonly searchRate: Rate;
  /** An address of a file that holds for a while. */
  readonly link: (file: string) => { readonly url: string; readonly ttlMs: number };
  /** The contents of these are no longer wanted by anybody. */
  readonly forget: (files: readonly string[]) => void;
}

type Respond = (outcome: Outcome) => void;
type RequestOf<T extends ConversationRequest['type']> = Extract<ConversationRequest, { type: T }>;

/** Conversations that nobody is writing in and that are kept in memory all the same. */
const keptMost = 10_000;
const defaultPage = 30;
const defaultEntries = 50;

export class ConversationDesk implements Conversations, MeetingTalk, VoicemailTalk {
  readonly #deps: ConversationsDeps;
  readonly #queueDeps: QueueDeps;
  /** The least recently used first. */
  readonly #queues = new Map<ConversationId, Queue>();
  readonly #says: Buckets;
  readonly #searches: Buckets;

  constructor(deps: ConversationsDeps) {
    this.#deps = deps;
    this.#queueDeps = { ...deps, tell: (decided) => this.#decided(decided) };
    this.#says = new Buckets(deps.sayRate);
    this.#searches = new Buckets(deps.searchRate);
  }

  request(from: From, request: ConversationRequest, respond: Respond): void {
    const refusal = this.#tooMuch(from.person.address, request);
    if (refusal !== undefined) return respond({ error: refusal });
    switch (request.type) {
      case 'say': {
        const { id: _id, in: where, files = [], ...said } = request;
        return this.#unlessApart(where, from, request, respond, () =>
          this.#feed(where, { ...said, from, fileIds: files }, from, respond),
        );
      }
      case 'edit':
      case 'react': {
        const { id: _id, in: where, ...input } = request;
        return this.#unlessApart(where, from, request, respond, () => this.#feed(where, { ...input, from }, from, respond));
      }
      case 'delete':
      case 'read': {
        const { id: _id, in: where, ...input } = request;
        return this.#feed(where, { ...input, from }, from, respond);
      }
      case 'leave':
        return this.#queue(request.conversation).feed({ type: 'leave', from, entry: request.entry }, respond);
      case 'group':
      case 'change':
        void this.#settle(this.#withPeople(from, request, respond), request, respond);
        return;
      case 'file':
        void this.#settle(this.#file(from.person.address, request.file).then(respond), request, respond);
        return;
      case 'conversations':
      case 'conversation':
      case 'entries':
      case 'search':
        void this.#settle(this.#read(from.person.address, request).then(respond), request, respond);
    }
  }

  typing(from: From, { in: where }: { readonly in: Where }): void {
    const user = from.person.address;
    const id = idOf(where, user);
    if (id === undefined) return;
    const queue = this.#queue(id);
    if (!queue.mayTellTyping(user, conversationLimits.typingMs)) return;
    void Promise.all([queue.state(), this.#deps.blocks.of(user)]).then(
      ([state, lists]) => this.#tellTyping(from, state, lists),
      (error: unknown) => this.#deps.log.warn('typing', { error: String(error) }),
    );
  }

  renamed(person: Person): void {
    for (const queue of this.#queues.values()) queue.renamed(person);
  }

  async isMember(conversation: ConversationId, user: Address): Promise<boolean> {
    return isIn(await this.#queue(conversation).state(), user);
  }

  gather(conversation: ConversationId, name: string, joined: readonly Person[], left: readonly Person[]): void {
    this.#queue(conversation).feed({ type: 'gather', name, joined, left }, () => undefined);
  }

  meeting(conversation: ConversationId, by: Person, meeting: Parameters<MeetingTalk['meeting']>[2]): void {
    this.#queue(conversation).feed({ type: 'meeting', by, ...meeting }, () => undefined);
  }

  /**
   * Stores a transition of a call; one that ends it goes into the conversation of its two people, in the same transaction, unless one
   * of them is not to hear of it, or is none: whoever tries their microphone has no conversation.
   */
  commitCall(writes: readonly Write[]): Promise<void> {
    const ended = writes
      .flatMap((write) => (write.type === 'record' && isTalk(write.record) ? write.record : []))
      .map((record) => ({ record, id: directId(record.caller.address, record.callee.address) }))
      // Always in the same order, so that nobody waits in a circle.
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    return ended.reduce<Commit>(
      (commit, { record, id }) =>
        (all) =>
          this.#queue(id).along(record, all, commit),
      (all) => this.#deps.store.commit(all),
    )(writes);
  }

  /** Stores what was said to the voicemail of somebody, or what became of that, in the conversation of the two. */
  commitVoicemail(voicemail: VoicemailFacts, writes: readonly Write[]): Promise<void> {
    const { from, to } = voicemail;
    return this.#queue(directId(from.address, to.address)).along(voicemail, writes, (all) => this.#deps.store.commit(all));
  }

  #feed(where: Where, input: Asked, { person }: From, respond: Respond): void {
    const id = idOf(where, person.address);
    if (id === undefined) respond({ error: 'self_conversation' });
    else this.#queue(id).feed(input, named(where, respond));
  }

  /** Between two people of whom one has blocked the other nothing is said. In groups and in the room everybody hears everybody. */
  #unlessApart(where: Where, { person }: From, request: ConversationRequest, respond: Respond, goOn: () => void): void {
    const other = otherOf(where, person.address);
    const lists = other === undefined ? noBlocks : this.#deps.blocks.of(person.address);
    const decide = (known: BlockLists): void => {
      const refusal = other === undefined ? undefined : refusedTo(known, other);
      if (refusal === undefined) goOn();
      else respond({ error: refusal });
    };
    if (!(lists instanceof Promise)) return decide(lists);
    void this.#settle(lists.then(decide), request, respond);
  }

  /** The address of a file, for those who are in its conversation, and for its owner where it is in none. */
  async #file(user: Address, file: string): Promise<Outcome> {
    const [stored] = await this.#deps.store.files([file]);
    if (stored === undefined) return { error: 'file_not_found' };
    const { owner, conversation } = stored;
    const isOwn = conversation === undefined || conversation === greetingPlace;
    const mayRead = isOwn ? owner === user : isIn(await this.#queue(conversation).state(), user);
    return mayRead ? { ok: { ...this.#deps.link(file) } } : { error: 'file_not_found' };
  }

  #tooMuch(user: Address, { type }: ConversationRequest): ErrorCode | undefined {
    const now = this.#deps.clock.now();
    switch (type) {
      case 'say':
      case 'edit':
      case 'delete':
      case 'react':
      case 'group':
      case 'change':
      case 'leave':
        return this.#says.take(user, now) ? undefined : 'rate_limited';
      case 'search':
        return this.#searches.take(user, now) ? undefined : 'rate_limited';
      case 'read':
      case 'conversations':
      case 'conversation':
      case 'entries':
      case 'file':
        return undefined;
    }
  }

  #decided(decided: Decided): void {
    this.#tell(decided);
    for (const effect of decided.effects) {
      if (effect.type === 'files' && effect.are === 'gone') this.#deps.forget(effect.files.map(({ file }) => file));
    }
  }

  /** How far somebody has read is told to those alone who may see them. */
  #tell(decided: Decided): void {
    const { state, effects } = decided;
    const reader = state.kind === 'direct' ? effects.find((effect) => effect.type === 'mark')?.user : undefined;
    const lists = reader === undefined ? noBlocks : this.#deps.blocks.of(reader);
    if (!(lists instanceof Promise)) return tell(this.#deps.bus, decided, lists);
    lists.then(
      (known) => tell(this.#deps.bus, decided, known),
      (error: unknown) => this.#deps.log.warn('tell', { error: String(error) }),
    );
  }

  async #settle(work: Promise<void>, { type }: ConversationRequest, respond: Respond): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#deps.log.error('request', { request: type, error: String(error) });
      respond({ error: error instanceof StoreError ? 'store_failed' : 'internal' });
    }
  }

  /** The people that a request names are looked up before it is the turn of the group. */
  async #withPeople(from: From, request: RequestOf<'group' | 'change'>, respond: Respond): Promise<void> {
    const queue = this.#queue(request.conversation);
    if (request.type === 'group') {
      const people = await this.#people(from, request.people);
      if ('error' in people) return respond(people);
      return queue.feed({ type: 'make', from, name: request.name, people: people.found }, respond);
    }
    const { change, entry } = request;
    if (change.type === 'renamed') return queue.feed({ type: 'change', from, entry, change }, respond);
    // To a stranger a group says nothing, also not whom it could take in.
    if (!isIn(await queue.state(), from.person.address)) return respond({ error: 'conversation_not_found' });
    const people = change.type === 'joined' ? await this.#people(from, change.people) : { found: change.people.map(unnamed) };
    if ('error' in people) return respond(people);
    queue.feed({ type: 'change', from, entry, change: { type: change.type, people: people.found } }, respond);
  }

  /** All of these, or why they cannot be brought together: one is nobody, or does not want to hear of whoever asks, or the reverse. */
  async #people(
    { person }: From,
    addresses: readonly Address[],
  ): Promise<{ readonly found: Person[] } | { readonly error: ErrorCode }> {
    const [users, lists] = await Promise.all([this.#deps.store.users(addresses), this.#deps.blocks.of(person.address)]);
    if (users.length < new Set(addresses).size) return { error: 'user_not_found' };
    const refusal = addresses.map((address) => refusedTo(lists, address)).find((code) => code !== undefined);
    return refusal === undefined ? { found: users.map(({ address, name }) => ({ address, name })) } : { error: refusal };
  }

  async #read(user: Address, request: RequestOf<'conversations' | 'conversation' | 'entries' | 'search'>): Promise<Outcome> {
    const { store } = this.#deps;
    if (request.type === 'conversations') {
      const page = await store.conversations(user, request.after, request.limit ?? defaultPage);
      return { ok: { ...page } };
    }
    if (request.type === 'search' && request.in === undefined) return this.#search(user, request, undefined);
    const where = request.in;
    const id = where && idOf(where, user);
    if (where === undefined || id === undefined) return { error: 'self_conversation' };
    const state = await this.#queue(id).state();
    if (!isIn(state, user)) return { error: 'user' in where ? 'user_not_found' : 'conversation_not_found' };
    switch (request.type) {
      case 'search':
        return this.#search(user, request, id);
      case 'conversation': {
        const view = await store.conversationView(id, user);
        return { ok: { conversation: view ?? { ...conversationOf(state), unread: 0, read: 0, theirs: 0 } } };
      }
      case 'entries': {
        const last = state.kind === 'unmade' ? 0 : state.last;
        const [first, until] = rangeOf(request, last, request.limit ?? defaultEntries);
        const entries = first > until ? [] : await store.entries(id, first, until);
        return { ok: { entries: fitting(entries, request, conversationLimits.entriesPageBytes), last } };
      }
    }
  }

  async #search(
    user: Address,
    { query, before, limit = defaultPage }: RequestOf<'search'>,
    id: ConversationId | undefined,
  ): Promise<Outcome> {
    return { ok: { ...(await this.#deps.store.searchEntries(user, id, query, before, limit)) } };
  }

  #tellTyping(from: From, state: ConversationState, lists: BlockLists): void {
    const user = from.person.address;
    if (state.kind === 'room' || !isIn(state, user)) return;
    const event = { type: 'typing', conversation: state.id, from: from.person } as const;
    for (const address of audience(state)) {
      const isApart = state.kind === 'direct' && areApart(lists, address);
      if (address !== user && !isApart) this.#deps.bus.publish(address, { event });
    }
  }

  #queue(id: ConversationId): Queue {
    const queue = this.#queues.get(id) ?? new Queue(id, this.#queueDeps);
    this.#queues.delete(id);
    this.#queues.set(id, queue);
    this.#makeRoom();
    return queue;
  }

  #makeRoom(): void {
    if (this.#queues.size <= keptMost) return;
    for (const [id, queue] of this.#queues) {
      if (this.#queues.size <= keptMost) return;
      if (queue.isIdle) this.#queues.delete(id);
    }
  }
}

/** The conversation that is meant; undefined when it would be one with oneself. */
/** A call between two people, of which both may hear. */
function isTalk({ callee, secret }: CallRecord): boolean {
  return secret !== true && !isEcho(callee) && !isVoicemail(callee) && !isMeetings(callee);
}

function idOf(where: Where, user: Address): ConversationId | undefined {
  if ('conversation' in where) return where.conversation;
  return where.user === user ? undefined : directId(user, where.user);
}

/** The other of two; undefined in a group and in the room. */
function otherOf(where: Where, user: Address): Address | undefined {
  if ('user' in where) return where.user;
  const people = peopleOfDirect(where.conversation);
  return people?.includes(user) === true ? people.find((address) => address !== user) : undefined;
}

/** Why nothing is said to them. Whoever was blocked is told what they would be told of somebody who has left. */
function refusedTo({ blocked, by }: BlockLists, other: Address): ErrorCode | undefined {
  if (blocked.has(other)) return 'blocked';
  // Whoever has a telephone number reads nothing here.
  return by.has(other) || isNumber(other) ? 'person_unavailable' : undefined;
}

/** Whoever was named by their address is missed under it. */
function named(where: Where, respond: Respond): Respond {
  if ('conversation' in where) return respond;
  return (outcome) => {
    const isNobody = 'error' in outcome && outcome.error === 'conversation_not_found';
    respond(isNobody ? { error: 'user_not_found' } : outcome);
  };
}

function unnamed(address: Address): Person {
  return { address, name: address };
}
