import { exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mint } from '../../../../test/support/tokens.ts';
import { SystemClock } from '../system/clock.ts';
import { Verifier } from './verifier.ts';

const cooldownMs = 150;
let host: Server;
let published: JWK[] = [];
let fetches = 0;

beforeAll(async () => {
  host = createServer((_request, response) => {
    fetches += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
});
afterAll(() => host.close());

it('takes keys that were rotated as soon as the minimum interval is over, and keeps those it has meanwhile', async () => {
  const pairs = await Promise.all(
    ['old', 'new'].map(async (kid) => ({ kid, ...(await generateKeyPair('EdDSA', { extractable: true })) })),
  );
  const [first, second] = await Promise.all(
    pairs.map(async ({ kid, publicKey, privateKey }) => ({
      jwk: { ...(await exportJWK(publicKey)), kid },
      token: await mint('anna', { key: privateKey, header: { alg: 'EdDSA', kid } }),
    })),
  );
  if (first === undefined || second === undefined) throw new Error('no keys');
  const jwks = new URL(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
  const clock = new SystemClock();
  const verifier = new Verifier({
    clock,
    secret: undefined,
    keys: { keys: [] },
    jwks,
    audience: 'offhook',
    issuer: undefined,
    jwksCooldownMs: cooldownMs,
  });

  published = [first.jwk];
  expect(await verifier.verify(first.token)).toMatchObject({ sub: 'anna' });
  published = [second.jwk];
  expect(await verifier.verify(second.token)).toMatchObject({ error: 'token_signature' });
  expect(await verifier.verify(first.token)).toMatchObject({ sub: 'anna' });
  expect(fetches).toBe(1);
  await new Promise((resolve) => clock.schedule(cooldownMs, () => resolve(undefined)));
  expect(await Promise.all(Array.from({ length: 5 }, () => verifier.verify(second.token)))).toMatchObject(
    Array.from({ length: 5 }, () => ({ sub: 'anna' })),
  );
  expect(fetches).toBe(2);
  expect(await verifier.verify(first.token)).toMatchObject({ error: 'token_signature' });
});
