import { decodeJwt, decodeProtectedHeader, exportJWK, exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { TokenClaims } from '@offhook/core/protocol';
import { mintToken } from './token.ts';
import type { MintOptions } from './token.ts';

const secret = 'a secret that both applications know';
const now = 1_790_000_000_500;

describe('mintToken', () => {
  it('says whom the token is for, for ten minutes', async () => {
    const token = await mintToken({ secret, address: 'anna', now });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
    const claims = decodeJwt(token);
    expect(claims).toEqual({ sub: 'anna', aud: 'offhook', iat: 1_790_000_000, exp: 1_790_000_600, jti: claims.jti });
    expect(claims.jti).toMatch(/^[\da-f-]{36}$/);
    expect(decodeJwt(await mintToken({ secret, address: 'anna', now })).jti).not.toBe(claims.jti);
  });

  it('says all that it is told', async () => {
    const token = await mintToken({
      secret,
      address: 'anna',
      name: 'Anna Berg',
      grants: { incoming: false, outgoing: ['support-*'] },
      ttl: 60,
      audience: 'calls',
      issuer: 'shop',
      id: 'one',
      now,
    });
    expect(TokenClaims.parse(decodeJwt(token))).toEqual({
      sub: 'anna',
      name: 'Anna Berg',
      aud: 'calls',
      iss: 'shop',
      iat: 1_790_000_000,
      exp: 1_790_000_060,
      jti: 'one',
      grants: { incoming: false, outgoing: ['support-*'] },
    });
  });

  it.each(['EdDSA', 'ES256', 'RS256'] as const)('signs with a key in PEM or JWK: %s', async (algorithm) => {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), alg: algorithm, kid: '2026-01' };
    const [pem, named] = await Promise.all([
      mintToken({ key: await exportPKCS8(privateKey), algorithm, address: 'anna' }),
      mintToken({ key: jwk, address: 'anna' }),
    ]);
    for (const token of [pem, named]) expect((await jwtVerify(token, publicKey)).payload.sub).toBe('anna');
    expect(decodeProtectedHeader(pem).kid).toMatch(/^[\w-]{43}$/);
    expect(decodeProtectedHeader(named)).toEqual({ alg: algorithm, typ: 'JWT', kid: '2026-01' });
  });

  it.each([
    [{ address: 'Anna Berg' }, '"Anna Berg" is no address; "anna-berg" is.'],
    [{ address: '' }, '"" is no address.'],
    [{ grants: { outgoing: ['b*o'] } }, '"b*o" is no destination.'],
    [{ ttl: 0 }, 'A token lasts from a second to a day.'],
    [{ ttl: 86_401 }, 'A token lasts from a second to a day.'],
    [{ ttl: Number.NaN }, 'A token lasts from a second to a day.'],
    [{ secret: 'short' }, 'at least 32 characters'],
    [{ secret: undefined }, 'at least 32 characters'],
  ])('refuses %j', async (wrong, message) => {
    await expect(mintToken({ secret, address: 'anna', ...wrong } as MintOptions)).rejects.toThrow(message);
  });
});
