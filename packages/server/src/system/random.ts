import { randomFillSync } from 'node:crypto';
import type { Random } from '../ports.ts';

/** Asking the system costs about as much for many bytes as for few. */
const poolBytes = 4096;

/** Chance from the operating system. */
export class SystemRandom implements Random {
  readonly #pool = Buffer.alloc(poolBytes);
  /** What has not been given out; no byte is given twice. */
  #at = poolBytes;

  token(bits: number): string {
    const bytes = Math.ceil(bits / 8);
    if (bytes > poolBytes) return randomFillSync(Buffer.alloc(bytes)).toString('base64url');
    if (this.#at + bytes > poolBytes) {
      randomFillSync(this.#pool);
      this.#at = 0;
    }
    const from = this.#at;
    this.#at += bytes;
    const token = this.#pool.toString('base64url', from, this.#at);
    // What was a secret is not kept. So few bytes are written one by one in less time than `fill` takes to look at its arguments.
    for (let at = from; at < this.#at; at++) this.#pool[at] = 0;
    return token;
  }
}
