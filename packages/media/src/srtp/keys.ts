/** Session keys from a master key (RFC 3711 §4.3, with AES-256 as RFC 6188 §2 has it), which is not changed while a stream lasts. */
import { createCipheriv, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { MasterKey } from './suites.ts';

export interface SessionKeys {
  readonly cipher: KeyObject;
  /** Absent in GCM, which proves what it encrypts. */
  readonly authentication: KeyObject | undefined;
  readonly salt: Buffer;
}

const authenticationLength = 20;
/** RFC 3711 §4.3.1 and §4.3.2: what is derived, for RTP and for RTCP. */
const labels = { rtp: { cipher: 0, authentication: 1, salt: 2 }, rtcp: { cipher: 3, authentication: 4, salt: 5 } } as const;

export function sessionKeys(master: MasterKey, of: 'rtp' | 'rtcp'): SessionKeys {
  const { mode, keyLength, saltLength } = master.suite;
  const { cipher, authentication, salt } = labels[of];
  return {
    cipher: createSecretKey(derived(master, cipher, keyLength)),
    authentication: mode === 'gcm' ? undefined : createSecretKey(derived(master, authentication, authenticationLength)),
    salt: derived(master, salt, saltLength),
  };
}

/** The pseudo-random function of RFC 3711 §4.3.3: as many bytes of the key stream that begins at the label. */
export function derived({ suite, key, salt }: MasterKey, label: number, length: number): Buffer {
  // A salt of 96 bits stands in front of 16 bits of zero (RFC 7714 §11).
  const start = Buffer.alloc(16);
  salt.copy(start);
  start[7] = start[7]! ^ label;
  return createCipheriv(`aes-${suite.keyLength * 8}-ctr`, key, start).update(Buffer.alloc(length));
}
