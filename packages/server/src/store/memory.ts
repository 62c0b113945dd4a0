import { isNumber } from '@offhook/core';
import type {
  Address,
  CallId,
  CallRecord,
  CallState,
  ConversationId,
  ConversationView,
  Entry,
  DeviceId,
  HistoryEntry,
  Instant,
  ParticipantId,
  Recorded,
  RecordingId,
  SessionId,
  SessionState,
  StandingMeeting,
} from '@offhook/core';
import { StoreError } from '../ports.ts';
import type { DeviceWrite, HistoryPage, PeoplePage, Store, StoredDevice, StoredUser, Write } from '../ports.ts';
import type { ConversationsPage, EntriesPage, StoredConversation } from '../ports/conversations.ts';
import type { Delivery, DeliveryState, LoggedEvent } from '../ports/events.ts';
import type { StoredFile } from '../ports/files.ts';
import type { Revocation, Role, StoredAccount, StoredInvite } from '../ports/accounts.ts';
import type { Blocks, StoredContact } from '../ports/people.ts';
import type { OwedPush, StoredPush } from '../ports/push.ts';
import type { StoredMail } from '../ports/meetings.ts';
import type { CarriedOut } from '../ports/requests.ts';
import type { StoredParticipant } from '../ports/sessions.ts';
import type { RegisteredPhone, StoredSipPhone } from '../ports/sip-phones.ts';
import { DeviceNews } from './device-news.ts';
import { MemoryDisk, shown } from './memory-disk.ts';
import type { Numbered } from './memory-disk.ts';
import { cut, historyEntry, newest } from './pages.ts';
import { readHistoryCursor, readPeopleCursor, writeHistoryCursor, writePeopleCursor } from './pages.ts';
import { compareText, searchTerm, searchTerms } from './people.ts';

export interface MemoryOptions {
  readonly disk?: MemoryDisk | undefined;
  /** When a transaction, or an answer, is done: calls `done` then. Immediately after the present task if nothing is said. */
  readonly schedule?: ((work: 'commit' | 'read', done: () => void) => void) | undefined;
  /** Asked once per transaction: whether the disk fails it. */
  readonly fails?: (() => boolean) | undefined;
}

interface Commit {
  readonly writes: readonly Write[];
  readonly resolve: () => void;
  readonly reject: (error: StoreError) => void;
}

/**
 * The store of simulations and tests: the semantics of a database with the time it takes, its failures and its crashes decided from
 * outside. Like the others it commits in groups: what arrives while a transaction is on its way goes into the next one.
 */
export class MemoryStore implements Store {
  readonly #disk: MemoryDisk;
  readonly #schedule: (work: 'commit' | 'read', done: () => void) => void;
  readonly #fails: () => boolean;
  readonly #generation: number;
  readonly #deviceNews = new DeviceNews();
  #gathering: Commit[] = [];
  #running: Commit[] = [];
  #gone: 'closed' | 'crashed' | undefined;
  #settled: (() => void)[] = [];

  /** Takes the disk over from the store that had it before. */
  constructor({
    disk = new MemoryDisk(),
    schedule = (_, done) => queueMicrotask(done),
    fails = () => false,
  }: MemoryOptions = {}) {
    this.#disk = disk;
    this.#schedule = schedule;
    this.#fails = fails;
    this.#generation = ++disk.generation;
  }

  commit(writes: readonly Write[]): Promise<void> {
    if (this.#gone === 'closed') return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      this.#gathering.push({ writes, resolve, reject });
      if (this.#running.length === 0) this.#run();
    });
  }

  onDevice(listener: (write: DeviceWrite) => void): void {
    this.#deviceNews.on(listener);
  }

  liveCalls(): Promise<readonly CallState[]> {
    return this.#read(({ calls }) => Array.from(calls.values(), (state) => JSON.parse(state) as CallState));
  }

  record(call: CallId): Promise<CallRecord | undefined> {
    return this.#read(({ records }) => records.get(call)?.record);
  }

  user(address: Address): Promise<StoredUser | undefined> {
    return this.#read(({ users }) => users.get(address));
  }

  users(addresses: readonly Address[]): Promise<readonly StoredUser[]> {
    return this.#read(({ users }) => [...new Set(addresses)].flatMap((address) => users.get(address) ?? []));
  }

  people(query: string | undefined, after: string | undefined, limit: number, now: Instant): Promise<PeoplePage> {
    const wanted = searchTerm(query ?? '');
    const from = after === undefined ? { term: wanted, address: '' } : readPeopleCursor(after);
    if (from === undefined || !from.term.startsWith(wanted)) return this.#read(() => ({ people: [] }));
    return this.#read(({ users, accounts }) => {
      const found = [...users.values()]
        .filter(({ address }) => {
          const { role, grants, until = Infinity } = accounts.reads.account(address) ?? {};
          return until > now && !isNumber(address) && !(role === 'guest' && grants?.incoming === false);
        })
        .flatMap((user) => {
          const terms = wanted === '' ? [searchTerm(user.name)] : searchTerms(user).filter((term) => term.startsWith(wanted));
          const [term] = terms.sort(compareText);
          return term === undefined ? [] : { term, address: user.address, user };
        })
        .sort((a, b) => compareText(a.term, b.term) || compareText(a.address, b.address))
        .filter(({ term, address }) => (compareText(term, from.term) || compareText(address, from.address)) > 0);
      const { items, next } = cut(found, limit, ({ user }) => user, writePeopleCursor);
      return { people: items, next };
    });
  }

  device(tokenDigest: string): Promise<StoredDevice | undefined> {
    return this.#read((disk) => [...disk.devices.values()].map(shown(disk)).find((one) => one.tokenDigest === tokenDigest));
  }

  devices(user: Address): Promise<readonly StoredDevice[]> {
    return this.#read((disk) => {
      const found = [...disk.devices.values()].filter((device) => device.user === user);
      return found.sort((a, b) => a.createdAt - b.createdAt).map(shown(disk));
    });
  }

  history(user: Address, before: string | undefined, limit: number): Promise<HistoryPage> {
    const from = before === undefined ? newest : readHistoryCursor(before);
    if (from === undefined) return this.#read(() => ({ entries: [] }));
    return this.#read(({ recordsOf }) => {
      const found = (recordsOf.get(user) ?? [])
        .toSorted((a, b) => b.record.startedAt - a.record.startedAt || b.number - a.number)
        .filter(({ record, number }) => (record.startedAt - from.startedAt || number - from.number) < 0);
      const show = ({ record }: Numbered): HistoryEntry => historyEntry(record, user);
      const { items, next } = cut(found, limit, show, ({ record, number }) =>
        writeHistoryCursor({ startedAt: record.startedAt, number }),
      );
      return { entries: items, next };
    });
  }

  outbox(webhook: string, after: number, limit: number): Promise<readonly LoggedEvent[]> {
    return this.#read(({ events }) => events.reads.outbox(webhook, after, limit));
  }

  events(after: number, limit: number): Promise<readonly LoggedEvent[]> {
    return this.#read(({ events }) => events.reads.events(after, limit));
  }

  deliveries(webhook: string, before: number, limit: number, state?: DeliveryState): Promise<readonly Delivery[]> {
    return this.#read(({ events }) => events.reads.deliveries(webhook, before, limit, state));
  }

  eventRange(): Promise<{ readonly first: number; readonly last: number }> {
    return this.#read(({ events }) => events.reads.eventRange());
  }

  carriedOut(id: string): Promise<CarriedOut | undefined> {
    return this.#read(({ requests }) => requests.get(id));
  }

  secret(name: string, make: () => string): Promise<string> {
    return this.#read(({ secrets }) => {
      const value = secrets.get(name) ?? make();
      secrets.set(name, value);
      return value;
    });
  }

  conversation(id: ConversationId): Promise<StoredConversation | undefined> {
    return this.#read(({ conversations }) => conversations.conversation(id));
  }

  conversationView(id: ConversationId, user: Address): Promise<ConversationView | undefined> {
    return this.#read(({ conversations }) => conversations.view(id, user));
  }

  conversations(user: Address, after: string | undefined, limit: number): Promise<ConversationsPage> {
    return this.#read(({ conversations }) => conversations.conversations(user, after, limit));
  }

  entries(conversation: ConversationId, first: number, last: number): Promise<readonly Entry[]> {
    return this.#read(({ conversations }) => conversations.entries(conversation, first, last));
  }

  entryOf(conversation: ConversationId, author: Address, id: string): Promise<Entry | undefined> {
    return this.#read(({ conversations }) => conversations.entryOf(conversation, author, id));
  }

  readMark(conversation: ConversationId, user: Address): Promise<number> {
    return this.#read(({ conversations }) => conversations.readMark(conversation, user));
  }

  searchEntries(
    user: Address,
    conversation: ConversationId | undefined,
    query: string,
    before: string | undefined,
    limit: number,
  ): Promise<EntriesPage> {
    return this.#read(({ conversations }) => conversations.search(user, conversation, query, before, limit));
  }

  files(ids: readonly string[]): Promise<readonly StoredFile[]> {
    return this.#read(({ files }) => ids.flatMap((id) => files.get(id) ?? []));
  }

  fileBytes(owner: Address): Promise<number> {
    return this.#read(({ files }) =>
      [...files.values()].reduce((sum, file) => (file.owner === owner ? sum + file.bytes : sum), 0),
    );
  }

  unsaidFiles(before: Instant): Promise<readonly StoredFile[]> {
    return this.#read(({ files }) =>
      [...files.values()].filter(({ conversation, createdAt }) => conversation === undefined && createdAt < before),
    );
  }

  account(address: Address): Promise<StoredAccount | undefined> {
    return this.#read(({ accounts }) => accounts.reads.account(address));
  }

  accounts(role: Role, after: Address | undefined, limit: number): Promise<readonly StoredAccount[]> {
    return this.#read(({ accounts }) => accounts.reads.accounts(role, after, limit));
  }

  invite(digest: string): Promise<StoredInvite | undefined> {
    return this.#read(({ accounts }) => accounts.reads.invite(digest));
  }

  invites(by: Address | undefined): Promise<readonly StoredInvite[]> {
    return this.#read(({ accounts }) => accounts.reads.invites(by));
  }

  login(issuer: string, subject: string): Promise<Address | undefined> {
    return this.#read(({ accounts }) => accounts.reads.login(issuer, subject));
  }

  revocations(keys: readonly string[]): Promise<readonly Revocation[]> {
    return this.#read(({ accounts }) => accounts.reads.revocations(keys));
  }

  contacts(user: Address): Promise<readonly StoredContact[]> {
    return this.#read(({ people }) => people.reads.contacts(user));
  }

  blocks(user: Address): Promise<Blocks> {
    return this.#read(({ people }) => people.reads.blocks(user));
  }

  pushes(user: Address): Promise<readonly StoredPush[]> {
    return this.#read(({ pushes }) => pushes.reads.pushes(user));
  }

  liveSessions(): Promise<readonly SessionState[]> {
    return this.#read(({ sessions }) => sessions.reads.liveSessions());
  }

  participant(id: ParticipantId): Promise<StoredParticipant | undefined> {
    return this.#read(({ sessions }) => sessions.reads.participant(id));
  }

  participantOf(tokenDigest: string): Promise<StoredParticipant | undefined> {
    return this.#read(({ sessions }) => sessions.reads.participantOf(tokenDigest));
  }

  meetings(): Promise<readonly StandingMeeting[]> {
    return this.#read(({ meetings }) => meetings.reads.meetings());
  }

  mails(): Promise<readonly StoredMail[]> {
    return this.#read(({ meetings }) => meetings.reads.mails());
  }

  recording(id: RecordingId): Promise<Recorded | undefined> {
    return this.#read(({ sessions }) => sessions.reads.recording(id));
  }

  recordings(...page: Parameters<Store['recordings']>): Promise<readonly Recorded[]> {
    return this.#read(({ sessions }) => sessions.reads.recordings(...page));
  }

  recordingsOf(session: SessionId): Promise<readonly Recorded[]> {
    return this.#read(({ sessions }) => sessions.reads.recordingsOf(session));
  }

  incompleteRecordings(): Promise<readonly Recorded[]> {
    return this.#read(({ sessions }) => sessions.reads.incompleteRecordings());
  }

  pushesByToken(jti: string): Promise<readonly StoredPush[]> {
    return this.#read(({ pushes }) => pushes.reads.pushesByToken(jti));
  }

  owedPushes(): Promise<readonly OwedPush[]> {
    return this.#read(({ pushes }) => pushes.reads.owedPushes());
  }

  sipPhone(login: string): Promise<StoredSipPhone | undefined> {
    return this.#read(({ sipPhones }) => sipPhones.reads.sipPhone(login));
  }

  sipPhoneOf(device: DeviceId): Promise<StoredSipPhone | undefined> {
    return this.#read(({ sipPhones }) => sipPhones.reads.sipPhoneOf(device));
  }

  sipPhones(user: Address): Promise<readonly StoredSipPhone[]> {
    return this.#read(({ sipPhones }) => sipPhones.reads.sipPhones(user));
  }

  registeredPhones(): Promise<readonly RegisteredPhone[]> {
    return this.#read(({ sipPhones }) => sipPhones.reads.registeredPhones());
  }

  readonly webhooks: Store['webhooks'] = () => this.#read(({ events }) => events.webhooks());
  readonly trunks: Store['trunks'] = () => this.#read(({ trunks }) => trunks.reads.trunks());
  readonly outgoing: Store['outgoing'] = () => this.#read(({ trunks }) => trunks.reads.outgoing());
  readonly userOutgoing: Store['userOutgoing'] = (user) => this.#read(({ trunks }) => trunks.reads.userOutgoing(user));
  readonly trunkUsage: Store['trunkUsage'] = (day) => this.#read(({ trunks }) => trunks.reads.trunkUsage(day));
  readonly numbers: Store['numbers'] = () => this.#read(({ numbers }) => numbers.reads.numbers());
  readonly voicemail: Store['voicemail'] = (id) => this.#read(({ voicemails }) => voicemails.reads.voicemail(id));
  readonly voicemails: Store['voicemails'] = (...about) =>
    this.#read(({ voicemails }) => voicemails.reads.voicemails(...about));
  readonly voicemailCount: Store['voicemailCount'] = (user) =>
    this.#read(({ voicemails }) => voicemails.reads.voicemailCount(user));
  readonly unkeptVoicemails: Store['unkeptVoicemails'] = () =>
    this.#read(({ voicemails }) => voicemails.reads.unkeptVoicemails());
  readonly greeting: Store['greeting'] = (user) => this.#read(({ voicemails }) => voicemails.reads.greeting(user));

  async close(): Promise<void> {
    if (this.#gone !== undefined) return;
    this.#gone = 'closed';
    if (this.#running.length > 0) await new Promise<void>((resolve) => this.#settled.push(resolve));
  }

  /**
   * The process dies here and now: what was not confirmed is lost, and whoever waits for it waits for ever. With `landed` that many of
   * the oldest unconfirmed commits have reached the disk all the same, as may happen when only their confirmation was lost.
   */
  crash(landed = 0): void {
    this.#gone = 'crashed';
    if (this.#disk.generation !== this.#generation) return;
    for (const { writes } of [...this.#running, ...this.#gathering].slice(0, landed)) this.#disk.apply(writes);
  }

  #run(): void {
    this.#running = this.#gathering;
    this.#gathering = [];
    this.#schedule('commit', () => {
      if (this.#gone === 'crashed') return;
      const group = this.#running;
      const failure = this.#failure();
      for (const { writes, resolve, reject } of group) {
        const refusal = failure ?? this.#disk.apply(writes);
        if (refusal !== undefined) reject(refusal);
        else {
          this.#deviceNews.tell(writes);
          resolve();
        }
      }
      this.#running = [];
      if (this.#gathering.length > 0) this.#run();
      else for (const settled of this.#settled.splice(0)) settled();
    });
  }

  #failure(): StoreError | undefined {
    if (this.#disk.generation !== this.#generation)
      return new StoreError('not_owner', 'Another store has taken over this disk.');
    return this.#fails() ? new StoreError('store_failed', 'The disk failed.') : undefined;
  }

  #read<T>(look: (disk: MemoryDisk) => T): Promise<T> {
    if (this.#gone === 'closed') return Promise.reject(closed());
    return new Promise((resolve) => {
      this.#schedule('read', () => {
        if (this.#gone !== 'crashed') resolve(look(this.#disk));
      });
    });
  }
}

function closed(): StoreError {
  return new StoreError('store_failed', 'The store is closed.');
}
