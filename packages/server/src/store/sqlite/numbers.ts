/** Numbers of ours, as statements and as rows. */
import type { OwnNumber } from '@offhook/core';
import type { NumberStore, NumberWrite } from '../../ports/numbers.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';

export const numberWrites = {
  number: 'INSERT INTO numbers (number, setting) VALUES (?1, ?2) ON CONFLICT (number) DO UPDATE SET setting = excluded.setting',
  number_gone: 'DELETE FROM numbers WHERE number = ?1',
} as const;

/** The rows that each of the reads yields. */
export interface NumberRows {
  readonly numbers: { readonly setting: string };
}

export const numberReads: Readonly<Record<keyof NumberRows, string>> = {
  numbers: 'SELECT setting FROM numbers ORDER BY number',
};

export function encodeNumberWrite(write: NumberWrite): Statement {
  return write.type === 'number'
    ? ['number', write.number.number, JSON.stringify(write.number)]
    : ['number_gone', write.number];
}

export function numberStore(connection: Connection): NumberStore {
  return {
    async numbers() {
      return (await connection.read('numbers')).map(({ setting }) => JSON.parse(setting) as OwnNumber);
    },
  };
}
