/** The keys with which this server tells push services who pushes (VAPID, RFC 8292). */
import { createECDH } from 'node:crypto';

export interface VapidKeys {
  /** base64url: an uncompressed point on P-256, and the number that belongs to it. */
  readonly publicKey: string;
  readonly privateKey: string;
}

const curve = 'prime256v1';

/** A private key, base64url. Subscriptions are bound to it: with another one, everybody has to subscribe anew. */
export function makePrivateKey(): string {
  const pair = createECDH(curve);
  pair.generateKeys();
  return Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()])
    .subarray(-32)
    .toString('base64url');
}

export function vapidKeys(privateKey: string): VapidKeys {
  const pair = createECDH(curve);
  pair.setPrivateKey(privateKey, 'base64url');
  return { privateKey, publicKey: pair.getPublicKey('base64url') };
}
