/** Sessions and those for whom tokens were made, as statements and as rows. */
import type { Recorded, SessionState, StreamKind } from '@offhook/core';
import type { SessionStore, SessionWrite, StoredParticipant } from '../../ports/sessions.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';

export const sessionWrites = {
  session: 'INSERT INTO sessions (id, state) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET state = excluded.state',
  session_over: 'DELETE FROM sessions WHERE id = ?1',
  participant: `
    INSERT INTO participants (id, token_digest, publish, tag, made_at, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (id) DO UPDATE SET
      token_digest = excluded.token_digest, publish = excluded.publish, tag = excluded.tag, made_at = excluded.made_at,
      record = excluded.record`,
  participant_gone: 'DELETE FROM participants WHERE id = ?1',
  recording: `
    INSERT INTO recordings (id, session, started_at, state) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state`,
  recording_complete: "UPDATE recordings SET state = json_set(state, '$.isComplete', json('true')) WHERE id = ?1",
  recording_gone: 'DELETE FROM recordings WHERE id = ?1',
  participants_gone: 'DELETE FROM participants WHERE made_at < ?1',
} as const;

interface ParticipantRow {
  readonly id: string;
  readonly tokenDigest: string;
  /** JSON. */
  readonly publish: string;
  readonly tag: string | null;
  readonly madeAt: number;
  readonly record: number;
}

/** The rows that each of the reads yields. */
export interface SessionRows {
  readonly sessions: { readonly state: string };
  readonly participant: ParticipantRow;
  readonly participant_of: ParticipantRow;
  readonly recording: { readonly state: string };
  readonly recordings: { readonly state: string };
  readonly recordings_of: { readonly state: string };
  readonly recordings_incomplete: { readonly state: string };
}

const columns = 'id, token_digest AS tokenDigest, publish, tag, made_at AS madeAt, record';

export const sessionReads: Readonly<Record<keyof SessionRows, string>> = {
  sessions: 'SELECT state FROM sessions ORDER BY rowid',
  participant: `SELECT ${columns} FROM participants WHERE id = ?1`,
  participant_of: `SELECT ${columns} FROM participants WHERE token_digest = ?1`,
  recording: 'SELECT state FROM recordings WHERE id = ?1',
  recordings: `
    SELECT state FROM recordings WHERE (started_at, id) < (?1, ?2) ORDER BY started_at DESC, id DESC LIMIT ?3`,
  recordings_of: 'SELECT state FROM recordings WHERE session = ?1 ORDER BY started_at, id',
  recordings_incomplete: "SELECT state FROM recordings WHERE json_extract(state, '$.isComplete') = 0 ORDER BY started_at, id",
};

export function encodeSessionWrite(write: SessionWrite): Statement {
  switch (write.type) {
    case 'session':
      return write.state.kind === 'open'
        ? ['session', write.state.id, JSON.stringify(write.state)]
        : ['session_over', write.state.id];
    case 'participant': {
      const { id, tokenDigest, publish, tag, madeAt, record } = write.participant;
      return ['participant', id, tokenDigest, JSON.stringify(publish), tag ?? null, madeAt, Number(record)];
    }
    case 'recording': {
      const { id, session, startedAt } = write.recording;
      return ['recording', id, session, startedAt, JSON.stringify(write.recording)];
    }
    case 'recording_complete':
    case 'recording_gone':
      return [write.type, write.recording];
    case 'participant_gone':
      return ['participant_gone', write.participant];
    case 'participants_gone':
      return ['participants_gone', write.before];
  }
}

export function sessionStore(connection: Connection): SessionStore {
  return {
    async liveSessions() {
      const rows = await connection.read('sessions');
      return rows.map(({ state }) => JSON.parse(state) as SessionState);
    },
    async participant(id) {
      return toParticipant(await connection.read('participant', id));
    },
    async participantOf(tokenDigest) {
      return toParticipant(await connection.read('participant_of', tokenDigest));
    },
    async recording(id) {
      const [row] = await connection.read('recording', id);
      return row && (JSON.parse(row.state) as Recorded);
    },
    async recordings(before, limit) {
      const { startedAt, id } = before ?? { startedAt: Number.MAX_VALUE, id: '' };
      const rows = await connection.read('recordings', startedAt, id, limit);
      return rows.map(({ state }) => JSON.parse(state) as Recorded);
    },
    async recordingsOf(session) {
      const rows = await connection.read('recordings_of', session);
      return rows.map(({ state }) => JSON.parse(state) as Recorded);
    },
    async incompleteRecordings() {
      const rows = await connection.read('recordings_incomplete');
      return rows.map(({ state }) => JSON.parse(state) as Recorded);
    },
  };
}

function toParticipant([row]: readonly ParticipantRow[]): StoredParticipant | undefined {
  if (row === undefined) return undefined;
  const { publish, tag, record, ...participant } = row;
  return { ...participant, record: record === 1, publish: JSON.parse(publish) as StreamKind[], ...(tag !== null && { tag }) };
}
