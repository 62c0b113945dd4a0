/** Signatures of Standard Webhooks (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md). */
import { createHmac } from 'node:crypto';

/** What is signed: the id stays the same when a delivery is repeated, the time does not. */
export interface Message {
  readonly id: string;
  /** Seconds since the Unix epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/** The key that a secret stands for: the bytes after `whsec_` in base64, or else the secret itself. */
export function signingKey(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
}

/** The headers by which a receiver tells who sent a message, and whether it has seen it before. Each key signs. */
export function signedHeaders(keys: readonly Buffer[], { id, timestamp, body }: Message): Record<string, string> {
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signatures.join(' ') };
}
