/** What protects a stream, by the names that descriptions have for it (RFC 4568 §6.2, RFC 6188 §4, RFC 7714 §14.2). */
import { randomBytes } from 'node:crypto';

export type SuiteName =
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AES_CM_128_HMAC_SHA1_32'
  | 'AES_256_CM_HMAC_SHA1_80'
  | 'AES_256_CM_HMAC_SHA1_32'
  | 'AEAD_AES_128_GCM'
  | 'AEAD_AES_256_GCM';

export interface Suite {
  readonly name: SuiteName;
  readonly mode: 'counter' | 'gcm';
  /** Bytes of the master key and of the keys made of it. */
  readonly keyLength: 16 | 32;
  /** Bytes of the master salt. */
  readonly saltLength: 12 | 14;
  /** Bytes of what proves a packet of RTP, and one of RTCP. */
  readonly tagLength: 4 | 10 | 16;
  readonly controlTagLength: 10 | 16;
}

function counter(name: SuiteName, keyLength: 16 | 32, tagLength: 4 | 10): Suite {
  return { name, mode: 'counter', keyLength, saltLength: 14, tagLength, controlTagLength: 10 };
}

function gcm(name: SuiteName, keyLength: 16 | 32): Suite {
  return { name, mode: 'gcm', keyLength, saltLength: 12, tagLength: 16, controlTagLength: 16 };
}

export const suites: readonly Suite[] = [
  counter('AES_CM_128_HMAC_SHA1_80', 16, 10),
  counter('AES_CM_128_HMAC_SHA1_32', 16, 4),
  counter('AES_256_CM_HMAC_SHA1_80', 32, 10),
  counter('AES_256_CM_HMAC_SHA1_32', 32, 4),
  gcm('AEAD_AES_128_GCM', 16),
  gcm('AEAD_AES_256_GCM', 32),
];

/** Of one direction. */
export interface MasterKey {
  readonly suite: Suite;
  readonly key: Buffer;
  readonly salt: Buffer;
}

/** Key and salt, one behind the other, as `inline:` of a description has them in Base64 (RFC 4568 §6.1). */
export function masterKey(suite: Suite, both: Buffer): MasterKey {
  if (both.length !== suite.keyLength + suite.saltLength) throw new RangeError(`${suite.name} has other lengths`);
  return { suite, key: both.subarray(0, suite.keyLength), salt: both.subarray(suite.keyLength) };
}

/** A new one, of chance. */
export function newKey(suite: Suite): MasterKey {
  return masterKey(suite, randomBytes(suite.keyLength + suite.saltLength));
}

/** As `inline:` has it. */
export function inlineOf({ key, salt }: MasterKey): string {
  return Buffer.concat([key, salt]).toString('base64');
}

export function isSameKey(a: MasterKey, b: MasterKey): boolean {
  return a.suite === b.suite && a.key.equals(b.key) && a.salt.equals(b.salt);
}
