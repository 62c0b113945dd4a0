/** Requests that were carried out, as statements and as rows. */
import type { CarriedOut, RequestStore, RequestWrite } from '../../ports/requests.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';

export const requestWrites = {
  request: 'INSERT INTO requests (id, digest, at) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING',
  requests_gone: 'DELETE FROM requests WHERE at < ?1',
} as const;

export interface RequestRows {
  readonly request: CarriedOut;
}

export const requestReads: Readonly<Record<keyof RequestRows, string>> = {
  request: 'SELECT id, digest, at FROM requests WHERE id = ?1',
};

export function encodeRequestWrite(write: RequestWrite): Statement {
  if (write.type === 'requests_gone') return ['requests_gone', write.before];
  const { id, digest, at } = write.request;
  return ['request', id, digest, at];
}

export function requestStore(connection: Connection): RequestStore {
  return {
    async carriedOut(id) {
      const [row] = await connection.read('request', id);
      return row;
    },
  };
}
