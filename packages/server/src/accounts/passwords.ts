/** Passwords as they are kept: scrypt (RFC 7914) with a salt of each one's own, computed on the thread pool of Node. */
import { serverLimits } from '@offhook/core';
import { hash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../ports.ts';

interface Parameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

const saltBytes = 16;
const hashBytes = 32;

export class Passwords {
  readonly #present: Parameters;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** What a password is compared with that belongs to nobody. */
  readonly #nobodys: Promise<string>;

  /** `logN`: what it costs to compute one, and so to guess one. */
  constructor(logN: number) {
    this.#present = { N: 2 ** logN, r: serverLimits.scryptR, p: serverLimits.scryptP };
    this.#nobodys = this.hash(randomBytes(saltBytes).toString('hex'));
  }

  /** `scrypt N r p salt hash`: says how it was made, so that old ones are checked as they were. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const key = await this.#compute(password, salt, this.#present);
    const { N, r, p } = this.#present;
    return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join(' ');
  }

  /** Takes as long when nobody has this password, so that the time does not tell who has an account. */
  async isRight(password: string, stored: string | undefined): Promise<boolean> {
    const [, N, r, p, salt = '', key = ''] = (stored ?? (await this.#nobodys)).split(' ');
    const expected = Buffer.from(key, 'base64url');
    const parameters = { N: Number(N), r: Number(r), p: Number(p) };
    const actual = await this.#compute(password, Buffer.from(salt, 'base64url'), parameters);
    return timingSafeEqual(actual, expected) && stored !== undefined;
  }

  /** Few at once, as each takes memory and a thread; too many waiting are refused. */
  async #compute(password: string, salt: Buffer, { N, r, p }: Parameters): Promise<Buffer> {
    await this.#turn();
    try {
      return await new Promise((resolve, reject) => {
        // RFC 7914 §2: 128 N r bytes.
        scrypt(digest(password), salt, hashBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
          if (error === null) resolve(key);
          else reject(error);
        });
      });
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running >= serverLimits.passwordsAtOnce) {
      if (this.#waiting.length >= serverLimits.passwordsWaiting) throw new Refusal('rate_limited');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
  }
}

/**
 * The same characters, however the keyboard composed them (RFC 8265 §4.2.2). Of one length, as HMAC takes a short key for the same
 * with zeros behind it (RFC 2104 §2), and a long one for its digest.
 */
function digest(password: string): Buffer {
  return hash('sha512', password.normalize('NFC'), 'buffer');
}

/** Long enough to be hard to guess, short enough to be computed. */
export function isPassword(text: string): boolean {
  const { length } = [...text];
  return length >= serverLimits.passwordLengthLeast && length <= serverLimits.passwordLength;
}
