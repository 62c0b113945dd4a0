/** SIP phones, as statements and as rows. */
import type { RegisteredPhone, SipPhoneStore, SipPhoneWrite, StoredBinding, StoredSipPhone } from '../../ports/sip-phones.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';

export const sipPhoneWrites = {
  sip_phone: `
    INSERT INTO sip_phones (device, login, md5, sha256, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (device) DO UPDATE SET login = excluded.login, md5 = excluded.md5, sha256 = excluded.sha256, bindings = NULL`,
  sip_bindings: 'UPDATE sip_phones SET bindings = ?2 WHERE device = ?1',
} as const;

interface PhoneRow {
  readonly device: string;
  readonly user: string;
  readonly name: string;
  readonly login: string;
  readonly md5: string;
  readonly sha256: string;
  readonly createdAt: number;
}

/** The rows that each of the reads yields. */
export interface SipPhoneRows {
  readonly sip_phone: PhoneRow;
  readonly sip_phone_of: PhoneRow;
  readonly sip_phones: PhoneRow;
  readonly registered_phones: {
    readonly device: string;
    readonly user: string;
    readonly name: string;
    readonly login: string;
    readonly bindings: string;
  };
}

const phone = 'device, user, name, login, md5, sha256, sip_phones.created_at AS createdAt';
const withDevice = 'sip_phones CROSS JOIN devices ON devices.id = sip_phones.device';

export const sipPhoneReads: Readonly<Record<keyof SipPhoneRows, string>> = {
  sip_phone: `SELECT ${phone} FROM ${withDevice} WHERE login = ?1`,
  sip_phone_of: `SELECT ${phone} FROM ${withDevice} WHERE device = ?1`,
  sip_phones: `
    SELECT ${phone} FROM devices CROSS JOIN sip_phones ON sip_phones.device = devices.id WHERE user = ?1
    ORDER BY devices.created_at, devices.rowid`,
  registered_phones: `
    SELECT device, user, name, login, bindings FROM ${withDevice} WHERE bindings IS NOT NULL ORDER BY device`,
};

export function encodeSipPhoneWrite(write: SipPhoneWrite): Statement {
  if (write.type === 'sip_bindings')
    return ['sip_bindings', write.device, write.bindings.length === 0 ? null : JSON.stringify(write.bindings)];
  const { device, login, secrets, createdAt } = write.phone;
  return ['sip_phone', device, login, secrets.MD5, secrets['SHA-256'], createdAt];
}

export function sipPhoneStore(connection: Connection): SipPhoneStore {
  return {
    async sipPhone(login) {
      const [row] = await connection.read('sip_phone', login);
      return row && decode(row);
    },
    async sipPhoneOf(device) {
      const [row] = await connection.read('sip_phone_of', device);
      return row && decode(row);
    },
    sipPhones: async (user) => (await connection.read('sip_phones', user)).map(decode),
    async registeredPhones() {
      const rows = await connection.read('registered_phones');
      return rows.map(({ bindings, ...phone }): RegisteredPhone => ({
        phone,
        bindings: JSON.parse(bindings) as readonly StoredBinding[],
      }));
    },
  };
}

function decode({ md5, sha256, ...phone }: PhoneRow): StoredSipPhone {
  return { ...phone, secrets: { MD5: md5, 'SHA-256': sha256 } };
}
