import { randomBytes } from 'node:crypto';
import type { Random } from '../ports.ts';

/** Chance from the operating system. */
export class SystemRandom implements Random {
  token(bits: number): string {
    return randomBytes(Math.ceil(bits / 8)).toString('base64url');
  }
}
