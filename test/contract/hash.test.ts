/** What every adapter of the Hash port does. */
import { describe, expect, it } from 'vitest';
import type { Hash } from '../../packages/server/src/ports.ts';
import { SystemHash } from '../../packages/server/src/system/hash.ts';

const hashes: readonly { readonly name: string; readonly open: (key: string) => Hash }[] = [
  { name: 'system', open: (key) => new SystemHash(key) },
];

const bytes = (text: string, encoding: 'hex' | 'base64'): string => Buffer.from(text, encoding).toString('base64url');

describe.each(hashes)('hash: $name', ({ open }) => {
  it('digests by SHA-256 (FIPS 180-4, examples of NIST)', () => {
    expect(open('key').digest('abc')).toBe(bytes('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex'));
    expect(open('key').digest('')).toBe(bytes('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex'));
    expect(open('other').digest('abc')).toBe(open('key').digest('abc'));
  });

  it('digests text as UTF-8', () => {
    expect(open('key').digest('é')).toBe(bytes('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c', 'hex'));
  });

  it('signs by HMAC-SHA-256 under its key (RFC 4231 §4.3)', () => {
    expect(open('Jefe').sign('what do ya want for nothing?')).toBe(
      bytes('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843', 'hex'),
    );
    expect(open('other').sign('abc')).not.toBe(open('key').sign('abc'));
  });

  it('makes TURN passwords by HMAC-SHA-1, base64 (RFC 2202 §3, case 2)', () => {
    const password = open('key').turn('Jefe', 'what do ya want for nothing?');
    expect(password).toBe(Buffer.from('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79', 'hex').toString('base64'));
  });

  it.each([
    ['', '', true],
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'ab', false],
    ['', 'a', false],
    ['é', 'e\u0301', false],
    ['🙂'.repeat(1_000), '🙂'.repeat(1_000), true],
  ])('compares %j with %j', (a, b, same) => {
    expect(open('key').equal(a, b)).toBe(same);
  });
});
