import { dialInLimits } from '@offhook/core';
import type { Random } from '../ports.ts';

/** Digits that nobody can guess; leading zeros are among them. */
export function newPin(random: Pick<Random, 'token'>): string {
  const chance = Buffer.from(random.token(128), 'base64url').readBigUInt64BE();
  // Of so many values that none of them is likelier than another.
  return String(chance % 10n ** BigInt(dialInLimits.pinDigits)).padStart(dialInLimits.pinDigits, '0');
}
