/** Everything that is said to the database, by name. Parameters go by number. */
import { accountReads, accountWrites } from './statements-accounts.ts';
import type { AccountRows } from './statements-accounts.ts';
import { conversationReads, conversationWrites } from './statements-conversations.ts';
import type { ConversationRows } from './statements-conversations.ts';
import { eventReads, eventWrites } from './events.ts';
import type { EventRows } from './events.ts';
import { guestWrites } from './guests.ts';
import { isStillHere, peopleReads, peopleWrites, userColumns as user } from './statements-people.ts';
import type { PeopleRows, UserRow } from './statements-people.ts';
import { pushReads, pushWrites } from './pushes.ts';
import type { PushRows } from './pushes.ts';
import { requestReads, requestWrites } from './requests.ts';
import type { RequestRows } from './requests.ts';
import { sessionReads, sessionWrites } from './sessions.ts';
import type { SessionRows } from './sessions.ts';
import { sipPhoneReads, sipPhoneWrites } from './sip-phones.ts';
import type { SipPhoneRows } from './sip-phones.ts';
import { numberReads, numberWrites } from './numbers.ts';
import type { NumberRows } from './numbers.ts';
import { trunkReads, trunkWrites } from './trunks.ts';
import type { TrunkRows } from './trunks.ts';
import { voicemailReads, voicemailWrites } from './voicemails.ts';
import type { VoicemailRows } from './voicemails.ts';
import { webhookReads, webhookWrites } from './webhooks.ts';
import type { WebhookRows } from './webhooks.ts';
import { meetingReads, meetingWrites } from './meetings.ts';
import type { MeetingRows } from './meetings.ts';

export type SqlValue = string | number | null;

const ownWrites = {
  call: `
    INSERT INTO calls (id, state, sdp) VALUES (?1, ?2, ?3)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, sdp = excluded.sdp`,
  call_over: 'DELETE FROM calls WHERE id = ?1',
  /** A call ends once: what was recorded first holds. */
  record: `
    INSERT INTO records
      (call, caller, caller_name, callee, callee_name, audio, video, started_at, connected_at, ended_at, cause, quality, answered_on,
       course)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
    ON CONFLICT (call) DO NOTHING`,
  secret: 'UPDATE records SET secret = 1 WHERE call = ?1',
  new_user: 'INSERT INTO users (address, name, term, settings, created_at, vouched) VALUES (?1, ?2, ?3, ?4, ?5, ?6)',
  user: `
    INSERT INTO users (address, name, term, settings, created_at, vouched) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (address) DO UPDATE SET
      name = excluded.name, term = excluded.term, settings = excluded.settings, created_at = excluded.created_at,
      vouched = excluded.vouched`,
  /** Fails when the name is somebody else's. */
  take_name: `
    INSERT INTO names (key, address)
    SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM names WHERE key = ?1 AND address = ?2)`,
  free_names: 'DELETE FROM names WHERE address = ?1 AND key NOT IN (SELECT value FROM json_each(?2))',
  no_terms: 'DELETE FROM terms WHERE address = ?1',
  term: 'INSERT INTO terms (term, address) VALUES (?1, ?2)',
  device: `
    INSERT INTO devices (id, user, name, token_digest, created_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (id) DO UPDATE SET
      user = excluded.user, name = excluded.name, token_digest = excluded.token_digest, created_at = excluded.created_at,
      seen_at = excluded.seen_at`,
  device_seen: 'UPDATE devices SET seen_at = ?2 WHERE id = ?1',
  device_named: 'UPDATE devices SET name = ?2 WHERE id = ?1',
  device_gone: 'DELETE FROM devices WHERE id = ?1',
  touch: 'UPDATE owner SET touched = touched + 1',
  key: 'INSERT INTO secrets (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING',
} as const;

export type WriteName =
  | keyof typeof ownWrites
  | keyof typeof conversationWrites
  | keyof typeof accountWrites
  | keyof typeof guestWrites
  | keyof typeof peopleWrites
  | keyof typeof pushWrites
  | keyof typeof sessionWrites
  | keyof typeof meetingWrites
  | keyof typeof eventWrites
  | keyof typeof requestWrites
  | keyof typeof sipPhoneWrites
  | keyof typeof trunkWrites
  | keyof typeof numberWrites
  | keyof typeof voicemailWrites
  | keyof typeof webhookWrites;

export const writes: Readonly<Record<WriteName, string>> = {
  ...ownWrites,
  ...conversationWrites,
  ...accountWrites,
  ...guestWrites,
  ...peopleWrites,
  ...pushWrites,
  ...sessionWrites,
  ...eventWrites,
  ...meetingWrites,
  ...requestWrites,
  ...sipPhoneWrites,
  ...trunkWrites,
  ...numberWrites,
  ...voicemailWrites,
  ...webhookWrites,
};

interface PersonRow extends UserRow {
  readonly matched: string;
}

interface DeviceRow {
  readonly id: string;
  readonly user: string;
  readonly name: string;
  readonly tokenDigest: string;
  readonly createdAt: number;
  readonly seenAt: number;
  /** 1: it is a SIP phone. */
  readonly phone: number;
}

interface RecordRow {
  readonly number: number;
  readonly call: string;
  readonly caller: string;
  readonly callerName: string;
  readonly callee: string;
  readonly calleeName: string;
  readonly audio: number;
  readonly video: number;
  readonly startedAt: number;
  readonly connectedAt: number | null;
  readonly endedAt: number;
  readonly cause: string;
  /** JSON. */
  readonly quality: string | null;
  readonly answeredOn: string | null;
  readonly course: string | null;
  readonly secret: number;
}

/** The rows that each of the reads yields. */
export interface Rows
  extends
    ConversationRows,
    AccountRows,
    PeopleRows,
    PushRows,
    SessionRows,
    MeetingRows,
    EventRows,
    RequestRows,
    SipPhoneRows,
    TrunkRows,
    NumberRows,
    VoicemailRows,
    WebhookRows {
  readonly calls: { readonly state: string; readonly sdp: string | null };
  readonly record: RecordRow;
  readonly user: UserRow;
  readonly users: UserRow;
  readonly people: PersonRow;
  readonly search: PersonRow;
  readonly device: DeviceRow;
  readonly devices: DeviceRow;
  readonly history: RecordRow;
  readonly secret: { readonly value: string };
}

export type ReadName = keyof Rows;

const device = `id, user, name, token_digest AS tokenDigest, created_at AS createdAt, seen_at AS seenAt,
  EXISTS (SELECT 1 FROM sip_phones WHERE sip_phones.device = devices.id) AS phone`;
const record = `number, call, caller, caller_name AS callerName, callee, callee_name AS calleeName, audio, video,
  started_at AS startedAt, connected_at AS connectedAt, ended_at AS endedAt, cause, quality, answered_on AS answeredOn, course,
  secret`;
const recordsOf = (side: 'caller' | 'callee'): string => `
  SELECT * FROM (
    SELECT ${record} FROM records WHERE ${side} = ?1 ${side === 'callee' ? 'AND secret = 0' : ''} AND (started_at, number) < (?2, ?3)
    ORDER BY started_at DESC, number DESC LIMIT ?4
  )`;

export const reads: Readonly<Record<ReadName, string>> = {
  ...accountReads,
  ...peopleReads,
  ...pushReads,
  ...sessionReads,
  ...eventReads,
  ...meetingReads,
  ...requestReads,
  ...sipPhoneReads,
  ...trunkReads,
  ...numberReads,
  ...voicemailReads,
  ...webhookReads,
  calls: 'SELECT state, sdp FROM calls ORDER BY rowid',
  record: `SELECT ${record} FROM records WHERE call = ?1`,
  user: `SELECT ${user} FROM users WHERE address = ?1`,
  users: `SELECT ${user} FROM json_each(?1) AS asked CROSS JOIN users ON users.address = asked.value ORDER BY asked.key`,
  people: `
    SELECT ${user}, users.term AS matched FROM users WHERE (term, address) > (?1, ?2) AND ${isStillHere('?4')}
    ORDER BY term, address LIMIT ?3`,
  /** ?1 ?2 where to begin, ?3 behind the last term, ?4 the query, ?6 the present. Who matches by several terms is shown at the first. */
  search: `
    SELECT ${user}, terms.term AS matched FROM terms CROSS JOIN users ON users.address = terms.address
    WHERE (terms.term, terms.address) > (?1, ?2) AND terms.term < ?3 AND NOT EXISTS (
      SELECT 1 FROM terms AS other WHERE other.address = terms.address AND other.term >= ?4 AND other.term < terms.term
    ) AND ${isStillHere('?6')}
    ORDER BY terms.term, terms.address LIMIT ?5`,
  device: `SELECT ${device} FROM devices WHERE token_digest = ?1`,
  devices: `SELECT ${device} FROM devices WHERE user = ?1 ORDER BY created_at, rowid`,
  history: `${recordsOf('caller')} UNION ALL ${recordsOf('callee')} ORDER BY startedAt DESC, number DESC LIMIT ?4`,
  secret: 'SELECT value FROM secrets WHERE name = ?1',
  ...conversationReads,
};
