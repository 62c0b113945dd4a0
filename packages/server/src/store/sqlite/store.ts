import type { Address, CallId, CallRecord, CallState, Cause, Instant } from '@offhook/core';
import type { DeviceWrite, HistoryPage, PeoplePage, Store, StoredDevice, StoredUser, Write } from '../../ports.ts';
import { DeviceNews } from '../device-news.ts';
import type { EventStore } from '../../ports/events.ts';
import type { StoredFile } from '../../ports/files.ts';
import {
  cut,
  historyEntry,
  newest,
  readHistoryCursor,
  readPeopleCursor,
  writeHistoryCursor,
  writePeopleCursor,
} from '../pages.ts';
import { searchTerm } from '../people.ts';
import type { AccountStore } from '../../ports/accounts.ts';
import type { PeopleStore } from '../../ports/people.ts';
import type { PushStore } from '../../ports/push.ts';
import type { MeetingStore } from '../../ports/meetings.ts';
import type { RequestStore } from '../../ports/requests.ts';
import type { SessionStore } from '../../ports/sessions.ts';
import type { SipPhoneStore } from '../../ports/sip-phones.ts';
import type { NumberStore } from '../../ports/numbers.ts';
import type { TrunkStore } from '../../ports/trunk-store.ts';
import type { VoicemailStore } from '../../ports/voicemail.ts';
import type { WebhookStore } from '../../ports/webhooks.ts';
import { accountStore } from './accounts.ts';
import { Connection } from './connection.ts';
import { ConversationReads } from './conversations.ts';
import type { DatabaseOptions } from './database.ts';
import { decodeCall } from './encode.ts';
import { eventStore } from './events.ts';
import { Groups } from './groups.ts';
import { peopleStore, toUser } from './people.ts';
import { pushStore } from './pushes.ts';
import { meetingStore } from './meetings.ts';
import { requestStore } from './requests.ts';
import { sessionStore } from './sessions.ts';
import { sipPhoneStore } from './sip-phones.ts';
import { voicemailStore } from './voicemails.ts';
import { webhookStore } from './webhooks.ts';
import type { Rows } from './statements.ts';
import { numberStore } from './numbers.ts';
import { trunkStore } from './trunks.ts';

export interface SqliteOptions {
  /** A file in a folder that exists, or `:memory:`. */
  readonly path: string;
  /** How large the file may grow; without it, as large as the disk lets it. */
  readonly maxBytes?: number | undefined;
  /** How long to wait for another process that holds the file. */
  readonly lockedMs?: number | undefined;
}

/** Behind every term that begins with the query. */
const afterAll = '\u{10FFFF}';

/**
 * Opens the store in a SQLite file and becomes its owner: servers that had it open before can no longer write. Throws a StoreError
 * that says what is wrong with the file.
 */
export async function openSqliteStore({ path, maxBytes, lockedMs = 5_000 }: SqliteOptions): Promise<Store> {
  const options: DatabaseOptions = { path, maxBytes, lockedMs };
  const connection = new Connection(options);
  await connection.open();
  const store = new SqliteStore(connection);
  return Object.assign(
    store,
    accountStore(connection),
    peopleStore(connection),
    pushStore(connection),
    sessionStore(connection),
    eventStore(connection),
    meetingStore(connection),
    requestStore(connection),
    sipPhoneStore(connection),
    trunkStore(connection),
    numberStore(connection),
    voicemailStore(connection),
    webhookStore(connection),
  );
}

/** The embedded store: one SQLite file, on a thread of its own, so that a slow disk never stalls signalling. */
class SqliteStore
  extends ConversationReads
  implements
    Omit<
      Store,
      | keyof AccountStore
      | keyof PeopleStore
      | keyof PushStore
      | keyof SessionStore
      | keyof MeetingStore
      | keyof EventStore
      | keyof RequestStore
      | keyof SipPhoneStore
      | keyof TrunkStore
      | keyof NumberStore
      | keyof VoicemailStore
      | keyof WebhookStore
    >
{
  readonly #connection: Connection;
  readonly #groups: Groups;
  readonly #deviceNews = new DeviceNews();

  constructor(connection: Connection) {
    super(connection);
    this.#connection = connection;
    this.#groups = new Groups((parts) => connection.commit(parts));
  }

  async commit(writes: readonly Write[]): Promise<void> {
    await this.#groups.commit(writes);
    this.#deviceNews.tell(writes);
  }

  onDevice(listener: (write: DeviceWrite) => void): void {
    this.#deviceNews.on(listener);
  }

  async liveCalls(): Promise<readonly CallState[]> {
    const rows = await this.#connection.read('calls');
    return rows.map(decodeCall);
  }

  async record(call: CallId): Promise<CallRecord | undefined> {
    const [row] = await this.#connection.read('record', call);
    return row && toRecord(row);
  }

  async user(address: Address): Promise<StoredUser | undefined> {
    const [row] = await this.#connection.read('user', address);
    return row && toUser(row);
  }

  async users(addresses: readonly Address[]): Promise<readonly StoredUser[]> {
    const rows = await this.#connection.read('users', JSON.stringify([...new Set(addresses)]));
    return rows.map(toUser);
  }

  async people(query: string | undefined, after: string | undefined, limit: number, now: Instant): Promise<PeoplePage> {
    const wanted = searchTerm(query ?? '');
    const from = after === undefined ? { term: wanted, address: '' } : readPeopleCursor(after);
    if (from === undefined || !from.term.startsWith(wanted)) return { people: [] };
    const rows =
      wanted === ''
        ? await this.#connection.read('people', from.term, from.address, limit + 1, now)
        : await this.#connection.read('search', from.term, from.address, wanted + afterAll, wanted, limit + 1, now);
    const { items, next } = cut(rows, limit, toUser, ({ matched, address }) => writePeopleCursor({ term: matched, address }));
    return { people: items, next };
  }

  async device(tokenDigest: string): Promise<StoredDevice | undefined> {
    const [row] = await this.#connection.read('device', tokenDigest);
    return row && toDevice(row);
  }

  async devices(user: Address): Promise<readonly StoredDevice[]> {
    return (await this.#connection.read('devices', user)).map(toDevice);
  }

  async history(user: Address, before: string | undefined, limit: number): Promise<HistoryPage> {
    const from = before === undefined ? newest : readHistoryCursor(before);
    if (from === undefined) return { entries: [] };
    const rows = await this.#connection.read('history', user, from.startedAt, from.number, limit + 1);
    const { items, next } = cut(rows, limit, (row) => historyEntry(toRecord(row), user), writeHistoryCursor);
    return { entries: items, next };
  }

  async files(ids: readonly string[]): Promise<readonly StoredFile[]> {
    return (await this.#connection.read('files', JSON.stringify(ids))).map(toFile);
  }

  async fileBytes(owner: Address): Promise<number> {
    const [row] = await this.#connection.read('file_bytes', owner);
    return row?.bytes ?? 0;
  }

  async unsaidFiles(before: Instant): Promise<readonly StoredFile[]> {
    return (await this.#connection.read('unsaid_files', before)).map(toFile);
  }

  async secret(name: string, make: () => string): Promise<string> {
    const read = async (): Promise<string | undefined> => (await this.#connection.read('secret', name))[0]?.value;
    const known = await read();
    if (known !== undefined) return known;
    const made = make();
    await this.#connection.commit([{ statements: [['key', name, made]] }]);
    // Whoever asked at the same moment may have been first.
    return (await read()) ?? made;
  }

  async close(): Promise<void> {
    await this.#groups.settled();
    await this.#connection.close();
  }
}

function toDevice({ phone, ...device }: Rows['device']): StoredDevice {
  return phone === 1 ? { ...device, phone: true } : device;
}

function toFile({ conversation, ...file }: Rows['files']): StoredFile {
  return { ...file, ...(conversation !== null && { conversation }) };
}

function toRecord(row: Rows['record']): CallRecord {
  const connectedAt: Instant | null = row.connectedAt;
  return {
    call: row.call,
    caller: { address: row.caller, name: row.callerName },
    callee: { address: row.callee, name: row.calleeName },
    media: { audio: row.audio === 1, video: row.video === 1 },
    startedAt: row.startedAt,
    ...(connectedAt !== null && { connectedAt }),
    endedAt: row.endedAt,
    cause: row.cause as Cause,
    ...(row.quality !== null && { quality: JSON.parse(row.quality) as NonNullable<CallRecord['quality']> }),
    ...(row.answeredOn !== null && { answeredOn: row.answeredOn }),
    ...(row.course !== null && (JSON.parse(row.course) as Pick<CallRecord, 'origin' | 'transfer' | 'forward'>)),
    ...(row.secret === 1 && { secret: true }),
  };
}
