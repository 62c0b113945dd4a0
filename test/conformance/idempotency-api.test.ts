/** What is made by a request that is said again with its `Idempotency-Key`: tokens, phones and trunks, whose secrets are told once. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import { expect, onTestFinished, test } from 'vitest';
import type { Config } from '../../packages/server/src/config.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { freePort } from '../browser/harness/ports.ts';
import { holding, secret } from '../support/tokens.ts';
import { startServer, Wire } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const [one, other] = [newApiKey('A'.repeat(43), digest), newApiKey('B'.repeat(43), digest)];
const apiKeys = [one.setting, other.setting.replace('app:', 'other:')];

async function start(
  config: Partial<Config>,
): Promise<{ readonly server: RunningServer; readonly api: OffhookApi; readonly theirs: OffhookApi }> {
  const server = await startServer({ apiKeys, ...config });
  const url = `http://127.0.0.1:${server.port}`;
  return { server, api: new OffhookApi({ url, key: one.key }), theirs: new OffhookApi({ url, key: other.key }) };
}

const again = { idempotencyKey: 'order 4711' };
const mismatch = { code: 'idempotency_mismatch', status: 422 };

/** Of several that were asked for at once. */
async function outcomes<T>(...asked: Promise<T>[]): Promise<readonly T[]> {
  const all = await Promise.all(asked);
  return [...new Set(all.map((each) => JSON.stringify(each)))].map((each) => JSON.parse(each) as T);
}

test('a token is the very same one, over a restart too, and is void once it is revoked', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'offhook-idempotency-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const creation = { user: 'anna', name: 'Anna Berg', ttl: 3_600 };
  const first = await start({ tokenSecret: secret, dataDir });
  const ask = (): Promise<unknown> => first.api.createToken(creation, again);
  const made = await outcomes(ask(), ask(), ask());
  expect(made).toHaveLength(1);
  await expect(first.api.createToken({ ...creation, ttl: 60 }, again)).rejects.toMatchObject(mismatch);
  expect((await first.api.createToken(creation)).id).not.toBe((made[0] as { id: string }).id);
  expect((await first.theirs.createToken(creation, again)).id).not.toBe((made[0] as { id: string }).id);
  await first.server.stop();

  const { server, api } = await start({ tokenSecret: secret, dataDir });
  onTestFinished(() => server.stop());
  const token = await api.createToken(creation, again);
  expect([token]).toEqual(made);
  const anna = await Wire.signIn(server.port, holding(token.token));
  expect(anna.welcome.user).toEqual({ address: 'anna', name: 'Anna Berg' });
  await api.revokeToken(token.id);
  expect(await api.createToken(creation, again)).toEqual(token);
  await expect(Wire.signIn(server.port, holding(token.token))).rejects.toThrow('token_revoked');
});

test('a phone is added once, with the login and the password that it had, until it is gone', async () => {
  const { server, api, theirs } = await start({ tokenSecret: secret, sipPort: await freePort() });
  onTestFinished(() => server.stop());
  await api.putUser('anna', 'Anna');
  await api.putUser('bo', 'Bo');
  const ask = (): Promise<unknown> => api.addPhone('anna', 'Desk', again);
  expect(await outcomes(ask(), ask(), ask())).toHaveLength(1);
  const { phone, password } = await api.addPhone('anna', 'Desk', again);
  expect((await api.listPhones('anna')).phones).toEqual([phone]);
  await expect(api.addPhone('anna', 'Hall', again)).rejects.toMatchObject(mismatch);
  await expect(api.addPhone('bo', 'Desk', again)).rejects.toMatchObject(mismatch);
  const others = [await api.addPhone('anna', 'Desk'), await theirs.addPhone('anna', 'Desk', again)];
  expect(new Set([password, ...others.map((each) => each.password)]).size).toBe(3);
  expect((await api.listPhones('anna')).phones).toHaveLength(3);
  expect((await api.listPhones('bo')).phones).toEqual([]);
  await api.removeDevice('anna', phone.id);
  await expect(api.addPhone('anna', 'Desk', again)).rejects.toMatchObject({ code: 'device_not_found' });
  expect((await api.listPhones('anna')).phones).toHaveLength(2);
});

test('a trunk is added once, and shown as it is by now, until it is removed', async () => {
  const { server, api } = await start({ sipPort: await freePort(), country: 'DE' });
  onTestFinished(() => server.stop());
  const creation = { name: 'Carrier', host: 'sip.carrier.example', username: 'we', password: 'open sesame' };
  const ask = (): Promise<unknown> => api.trunks.create(creation, again);
  expect(await outcomes(ask(), ask(), ask())).toHaveLength(1);
  const [trunk] = await api.trunks.list();
  expect(await api.trunks.list()).toHaveLength(1);
  await expect(api.trunks.create({ ...creation, password: 'other' }, again)).rejects.toMatchObject(mismatch);
  const refused = { idempotencyKey: 'refused' };
  await expect(api.trunks.create({ ...creation, register: true, username: undefined }, refused)).rejects.toMatchObject({
    code: 'trunk_unsigned',
  });
  const changed = await api.trunks.change(trunk!.trunk, { name: 'Carrier 2' });
  expect(await api.trunks.create(creation, again)).toEqual(changed);
  await api.trunks.remove(trunk!.trunk);
  await expect(api.trunks.create(creation, again)).rejects.toMatchObject({ code: 'trunk_not_found' });
  expect(await api.trunks.list()).toEqual([]);
});
