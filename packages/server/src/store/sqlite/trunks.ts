/** Trunks and what may be called by them, as statements and as rows. */
import type { OutgoingSettings, UserOutgoing } from '@offhook/core';
import type { StoredTrunk, TrunkStore, TrunkUsage, TrunkWrite } from '../../ports/trunk-store.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';

export const trunkWrites = {
  trunk: 'INSERT INTO trunks (id, trunk) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET trunk = excluded.trunk',
  trunk_gone: 'DELETE FROM trunks WHERE id = ?1',
  outgoing: `
    INSERT INTO outgoing (subject, settings) VALUES (?1, ?2)
    ON CONFLICT (subject) DO UPDATE SET settings = excluded.settings`,
  trunk_usage: `
    INSERT INTO trunk_usage (subject, day, ms, spent) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (day, subject) DO UPDATE SET ms = excluded.ms, spent = excluded.spent`,
  trunk_usage_gone: 'DELETE FROM trunk_usage WHERE day < ?1',
} as const;

/** The rows that each of the reads yields. */
export interface TrunkRows {
  readonly trunks: { readonly trunk: string };
  readonly outgoing: { readonly settings: string };
  readonly trunk_usage: TrunkUsage;
}

export const trunkReads: Readonly<Record<keyof TrunkRows, string>> = {
  trunks: 'SELECT trunk FROM trunks ORDER BY rowid',
  outgoing: 'SELECT settings FROM outgoing WHERE subject = ?1',
  trunk_usage: 'SELECT subject, day, ms, spent FROM trunk_usage WHERE day = ?1 ORDER BY subject',
};

const everybody = '';
const ofUser = (user: string): string => `user ${user}`;

export function encodeTrunkWrite(write: TrunkWrite): Statement {
  switch (write.type) {
    case 'trunk':
      return ['trunk', write.trunk.id, JSON.stringify(write.trunk)];
    case 'trunk_gone':
      return ['trunk_gone', write.trunk];
    case 'outgoing':
      return ['outgoing', everybody, JSON.stringify(write.settings)];
    case 'user_outgoing':
      return ['outgoing', ofUser(write.user), JSON.stringify(write.settings)];
    case 'trunk_usage': {
      const { subject, day, ms, spent } = write.usage;
      return ['trunk_usage', subject, day, ms, spent];
    }
    case 'trunk_usage_gone':
      return ['trunk_usage_gone', write.before];
  }
}

export function trunkStore(connection: Connection): TrunkStore {
  return {
    async trunks() {
      return (await connection.read('trunks')).map(({ trunk }) => JSON.parse(trunk) as StoredTrunk);
    },
    async outgoing() {
      const [row] = await connection.read('outgoing', everybody);
      return row && (JSON.parse(row.settings) as OutgoingSettings);
    },
    async userOutgoing(user) {
      const [row] = await connection.read('outgoing', ofUser(user));
      return row && (JSON.parse(row.settings) as UserOutgoing);
    },
    trunkUsage: (day) => connection.read('trunk_usage', day),
  };
}
