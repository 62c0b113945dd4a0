/** Voicemail, as statements and as rows. */
import type { StoredGreeting, StoredVoicemail, VoicemailCount, VoicemailStore, VoicemailWrite } from '../../ports/voicemail.ts';
import { cut, readNumberCursor } from '../pages.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';

export const voicemailWrites = {
  voicemail: `
    INSERT INTO voicemails (id, user, caller, caller_name, call, at, duration, file, heard_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (id) DO UPDATE SET duration = excluded.duration, file = excluded.file, heard_at = excluded.heard_at`,
  voicemail_gone: 'DELETE FROM voicemails WHERE id = ?1',
  greeting: `
    INSERT INTO greetings (user, file, duration) VALUES (?1, ?2, ?3)
    ON CONFLICT (user) DO UPDATE SET file = excluded.file, duration = excluded.duration`,
  no_greeting: 'DELETE FROM greetings WHERE user = ?1',
} as const;

interface VoicemailRow {
  readonly number: number;
  readonly id: string;
  readonly user: string;
  readonly caller: string;
  readonly callerName: string;
  readonly call: string;
  readonly at: number;
  readonly duration: number | null;
  readonly file: string | null;
  readonly heardAt: number | null;
}

/** The rows that each of the reads yields. */
export interface VoicemailRows {
  readonly voicemail: VoicemailRow;
  readonly voicemails: VoicemailRow;
  readonly voicemail_count: VoicemailCount;
  readonly unkept_voicemails: VoicemailRow;
  readonly greeting: StoredGreeting;
}

const columns = 'number, id, user, caller, caller_name AS callerName, call, at, duration, file, heard_at AS heardAt';

export const voicemailReads: Readonly<Record<keyof VoicemailRows, string>> = {
  voicemail: `SELECT ${columns} FROM voicemails WHERE id = ?1`,
  voicemails: `
    SELECT ${columns} FROM voicemails WHERE user = ?1 AND file IS NOT NULL AND number < ?2 ORDER BY number DESC LIMIT ?3`,
  voicemail_count: `
    SELECT count(*) FILTER (WHERE heard_at IS NULL) AS new, count(heard_at) AS old
    FROM voicemails WHERE user = ?1 AND file IS NOT NULL`,
  unkept_voicemails: `SELECT ${columns} FROM voicemails WHERE file IS NULL ORDER BY number`,
  greeting: 'SELECT file, duration AS durationMs FROM greetings WHERE user = ?1',
};

export function encodeVoicemailWrite(write: VoicemailWrite): Statement {
  switch (write.type) {
    case 'voicemail': {
      const { id, user, from, call, at, kept } = write.voicemail;
      const { durationMs = null, file = null, heardAt = null } = kept ?? {};
      return ['voicemail', id, user, from.address, from.name, call, at, durationMs, file, heardAt];
    }
    case 'voicemail_gone':
      return ['voicemail_gone', write.voicemail];
    case 'greeting': {
      const { user, greeting } = write;
      return greeting === undefined ? ['no_greeting', user] : ['greeting', user, greeting.file, greeting.durationMs];
    }
  }
}

export function voicemailStore(connection: Connection): VoicemailStore {
  return {
    async voicemail(id) {
      const [row] = await connection.read('voicemail', id);
      return row && decode(row);
    },
    async voicemails(user, before, limit) {
      const from = readNumberCursor(before);
      if (from === undefined) return { voicemails: [] };
      const rows = await connection.read('voicemails', user, from, limit + 1);
      const { items, next } = cut(rows, limit, decode, ({ number }) => String(number));
      return { voicemails: items, next };
    },
    async voicemailCount(user) {
      const [row] = await connection.read('voicemail_count', user);
      return { new: row?.new ?? 0, old: row?.old ?? 0 };
    },
    unkeptVoicemails: async () => (await connection.read('unkept_voicemails')).map(decode),
    async greeting(user) {
      const [row] = await connection.read('greeting', user);
      return row && { file: row.file, durationMs: row.durationMs };
    },
  };
}

function decode({ id, user, caller, callerName, call, at, duration, file, heardAt }: VoicemailRow): StoredVoicemail {
  const kept = file === null ? undefined : { durationMs: duration ?? 0, file, ...(heardAt !== null && { heardAt }) };
  return { id, user, from: { address: caller, name: callerName }, call, at, ...(kept && { kept }) };
}
