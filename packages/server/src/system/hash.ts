import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { Hash } from '../ports.ts';

/** One-way functions of node:crypto. `key` is the server's own; whoever knows it can make tokens. */
export class SystemHash implements Hash {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  digest(value: string): string {
    return hash('sha256', value, 'base64url');
  }

  sign(value: string): string {
    return createHmac('sha256', this.#key).update(value).digest('base64url');
  }

  turn(secret: string, username: string): string {
    return createHmac('sha1', secret).update(username).digest('base64');
  }

  equal(a: string, b: string): boolean {
    // Digests have one length, so that not even the length of the secret shows.
    return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
  }
}
