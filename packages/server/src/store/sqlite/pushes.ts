/** How devices are reached that have no page open, as statements and as rows. */
import type { RingNotice } from '@offhook/core';
import type { PushStore, PushWrite, StoredPush } from '../../ports/push.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';

export const pushWrites = {
  push_on: `
    INSERT INTO pushes (device, user, provider, endpoint, p256dh, auth, language, jti, at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (device) DO UPDATE SET
      user = excluded.user, provider = excluded.provider, endpoint = excluded.endpoint, p256dh = excluded.p256dh,
      auth = excluded.auth, language = excluded.language, jti = excluded.jti, at = excluded.at`,
  push_off: 'DELETE FROM pushes WHERE device = ?1 AND endpoint = coalesce(?2, endpoint)',
  push_owed: `
    INSERT INTO owed_pushes (device, call, user, notice) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (device, call) DO UPDATE SET user = excluded.user, notice = excluded.notice`,
  push_told: 'DELETE FROM owed_pushes WHERE device = ?1 AND call = ?2',
} as const;

interface PushRow {
  readonly device: string;
  readonly user: string;
  readonly provider: string;
  readonly endpoint: string;
  readonly p256dh: string | null;
  readonly auth: string | null;
  readonly language: string | null;
  readonly jti: string | null;
  readonly at: number;
}

/** The rows that each of the reads yields. */
export interface PushRows {
  readonly pushes: PushRow;
  readonly pushes_by_token: PushRow;
  readonly owed_pushes: { readonly device: string; readonly user: string; readonly notice: string };
}

const columns = 'device, user, provider, endpoint, p256dh, auth, language, jti, at';

export const pushReads: Readonly<Record<keyof PushRows, string>> = {
  pushes: `SELECT ${columns} FROM pushes WHERE user = ?1 ORDER BY device`,
  pushes_by_token: `SELECT ${columns} FROM pushes WHERE jti = ?1 ORDER BY device`,
  owed_pushes: 'SELECT device, user, notice FROM owed_pushes ORDER BY device, call',
};

export function encodePushWrite(write: PushWrite): Statement {
  if (write.type === 'push_off') return ['push_off', write.device, write.endpoint ?? null];
  if (write.type === 'push_told') return ['push_told', write.device, write.call];
  if (write.type === 'push_owed') {
    const { device, user, notice } = write.owed;
    return ['push_owed', device, notice.call, user, JSON.stringify(notice)];
  }
  const { device, user, provider, endpoint, keys, language = null, jti = null, at } = write.push;
  return ['push_on', device, user, provider, endpoint, keys?.p256dh ?? null, keys?.auth ?? null, language, jti, at];
}

export function pushStore(connection: Connection): PushStore {
  return {
    pushes: async (of) => (await connection.read('pushes', of)).map(decode),
    pushesByToken: async (jti) => (await connection.read('pushes_by_token', jti)).map(decode),
    async owedPushes() {
      const rows = await connection.read('owed_pushes');
      return rows.map(({ notice, ...row }) => ({ ...row, notice: JSON.parse(notice) as RingNotice }));
    },
  };
}

function decode({ p256dh, auth, language, jti, ...row }: PushRow): StoredPush {
  return {
    ...row,
    ...(p256dh !== null && auth !== null && { keys: { p256dh, auth } }),
    ...(language !== null && { language }),
    ...(jti !== null && { jti }),
  };
}
