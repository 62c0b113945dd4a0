/** Trunks as programs make them, over real servers. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { expect, onTestFinished, test } from 'vitest';
import type { Config } from '../../packages/server/src/config.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { freePort } from '../browser/harness/ports.ts';
import { claim, startServer } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const [full, looking] = [newApiKey('A'.repeat(43), digest), newApiKey('B'.repeat(43), digest, ['trunks.read'])];

async function start(config: Partial<Config> = {}): Promise<{ port: number; api: OffhookApi; looker: OffhookApi }> {
  const apiKeys = [full.setting, looking.setting.replace('app:', 'looker:')];
  const server = await startServer({ sipPort: await freePort(), country: 'DE', apiKeys, ...config });
  onTestFinished(() => server.stop());
  const { port } = server;
  const url = `http://127.0.0.1:${port}`;
  return { port, api: new OffhookApi({ url, key: full.key }), looker: new OffhookApi({ url, key: looking.key }) };
}

const refused = (code: string): object => ({ code });
const settings = { name: 'Carrier', host: 'sip.carrier.example' };

test('a trunk is made, seen without its passwords, changed in parts, and removed', async () => {
  const { api, looker } = await start();
  expect(await looker.trunks.list()).toEqual([]);
  const made = await api.trunks.create({
    ...settings,
    username: '4930123450',
    password: 'open sesame',
    incoming: { addresses: ['192.0.2.0/28', '2001:db8::1'], username: 'carrier', password: 'come in, come in' },
  });
  expect(made).toMatchObject({
    ...settings,
    enabled: true,
    transport: 'udp',
    priority: 10,
    weight: 10,
    numbers: { format: 'plus' },
    hasPassword: true,
    incoming: { addresses: ['192.0.2.0/28', '2001:db8::1'], username: 'carrier', hasPassword: true },
    caps: { channels: 30, callsPerSecond: 5, minutesPerDay: 3_000 },
    calls: 0,
    today: { minutes: 0, spent: 0 },
    health: 'unknown',
  });
  expect(JSON.stringify(made)).not.toMatch(/sesame|come in|secret/);
  const { trunk } = made;
  expect(await looker.trunks.get(trunk)).toEqual(made);
  const changed = await api.trunks.change(trunk, { priority: 1, username: null, password: null, number: '+4930123450' });
  const { username: _username, ...rest } = made;
  expect(changed).toEqual({ ...rest, priority: 1, hasPassword: false, number: '+4930123450' });
  // Who does not say the password of calls that come in again keeps it, but not for another user name.
  const again = await api.trunks.change(trunk, { incoming: { addresses: [], username: 'carrier' } });
  expect(again.incoming).toEqual({ addresses: [], username: 'carrier', hasPassword: true });
  await expect(api.trunks.change(trunk, { incoming: { username: 'other' } })).rejects.toMatchObject(refused('trunk_unsigned'));
  expect(await looker.trunks.list()).toEqual([again]);
  await api.trunks.remove(trunk);
  await expect(looker.trunks.get(trunk)).rejects.toMatchObject(refused('trunk_not_found'));
  await expect(api.trunks.change(trunk, {})).rejects.toMatchObject(refused('trunk_not_found'));
  await expect(api.trunks.remove(trunk)).rejects.toMatchObject(refused('trunk_not_found'));
});

test('what is wrong with a trunk is said, and changes nothing', async () => {
  const { api, looker, port } = await start();
  await claim(port, 'Anna');
  const { phone } = await api.addPhone('anna', 'Desk');
  const one = await api.trunks.create({ ...settings, incoming: { username: 'carrier', password: 'come in, come in' } });
  for (const [wrong, code] of [
    [{ name: ' ' }, 'name_invalid'],
    [{ host: 'sip.carrier.example:5060' }, 'bad_message'],
    [{ host: 'a\r\nb' }, 'bad_message'],
    [{ proxy: 'proxy.example:99999' }, 'bad_message'],
    [{ proxy: 'proxy.example:0' }, 'bad_message'],
    [{ proxy: '[2001:db8::1]:65536' }, 'bad_message'],
    [{ transport: 'sctp' }, 'bad_message'],
    [{ codecs: [] }, 'bad_message'],
    [{ caps: { channels: 0 } }, 'bad_message'],
    [{ caps: { spendPerDay: -1 } }, 'bad_message'],
    [{ number: '030 123' }, 'bad_message'],
    [{ username: 'we"\r\nVia: us' }, 'bad_message'],
    [{ unknown: true }, 'bad_message'],
    [{ password: 'open sesame' }, 'trunk_unsigned'],
    [{ register: true }, 'trunk_unsigned'],
    [{ incoming: { username: 'they' } }, 'trunk_unsigned'],
    [{ incoming: { password: 'come in, come in' } }, 'trunk_unsigned'],
    [{ incoming: { username: 'they', password: 'fifteen letters' } }, 'trunk_password_weak'],
    [{ incoming: { addresses: ['sip.carrier.example'] } }, 'address_invalid'],
    [{ incoming: { addresses: ['0.0.0.0/0'] } }, 'address_invalid'],
    [{ incoming: { addresses: ['192.0.2.1/33'] } }, 'address_invalid'],
    [{ incoming: { username: 'carrier', password: 'come in, come in' } }, 'username_taken'],
    [{ incoming: { username: phone.login, password: 'come in, come in' } }, 'username_taken'],
  ] as const) {
    await expect(api.trunks.create({ ...settings, ...(wrong as object) })).rejects.toMatchObject(refused(code));
    if (code === 'username_taken' && 'carrier' === wrong.incoming.username) continue;
    await expect(api.trunks.change(one.trunk, wrong as object)).rejects.toMatchObject(refused(code));
  }
  await expect(looker.trunks.create(settings)).rejects.toMatchObject(refused('forbidden'));
  await expect(looker.trunks.remove(one.trunk)).rejects.toMatchObject(refused('forbidden'));
  expect(await looker.trunks.list()).toEqual([one]);
  for (let n = 1; n < 100; n++) await api.trunks.create(settings);
  await expect(api.trunks.create(settings)).rejects.toMatchObject(refused('too_many_trunks'));
});

test('who may call what is said for all and for each, and nothing else', async () => {
  const { api, looker, port } = await start();
  await claim(port, 'Anna');
  const none = {
    rules: [],
    roles: {},
    emergency: { numbers: [] },
    userCaps: { channels: 4, callsPerSecond: 1 },
    rates: [],
    currency: 'EUR',
  };
  expect(await looker.trunks.getOutgoing()).toEqual(none);
  const rules = [{ prefix: '+49', allow: true }];
  expect(await api.trunks.setOutgoing({ rules })).toEqual({ ...none, rules });
  const own = { rules: [{ prefix: '+1', allow: true, international: true as const }], number: '+4930123', withheld: true };
  const seen = { ...own, calls: 0, today: { minutes: 0, spent: 0 } };
  expect(await api.trunks.setUserOutgoing('anna', own)).toEqual(seen);
  expect([await looker.trunks.getOutgoing(), await looker.trunks.getUserOutgoing('anna')]).toEqual([{ ...none, rules }, seen]);

  await expect(api.trunks.setOutgoing({ rules: [{ prefix: '49', allow: true }] })).rejects.toMatchObject(
    refused('bad_message'),
  );
  await expect(api.trunks.setOutgoing({ emergency: { trunk: 'nothing-of-this-name' } })).rejects.toMatchObject(
    refused('trunk_not_found'),
  );
  const rates = [{ prefix: '+49', perMinute: -1 }];
  await expect(api.trunks.setOutgoing({ rates })).rejects.toMatchObject(refused('bad_message'));
  await expect(api.trunks.setUserOutgoing('nobody', own)).rejects.toMatchObject(refused('user_not_found'));
  await expect(api.trunks.setUserOutgoing('anna', { number: '030' })).rejects.toMatchObject(refused('bad_message'));
  await expect(looker.trunks.setOutgoing({})).rejects.toMatchObject(refused('forbidden'));
  expect([await looker.trunks.getOutgoing(), await looker.trunks.getUserOutgoing('anna')]).toEqual([{ ...none, rules }, seen]);
});

test('a server without a port for SIP has no trunks', async () => {
  const { api } = await start({ sipPort: undefined });
  await expect(api.trunks.list()).rejects.toMatchObject(refused('trunks_unavailable'));
  await expect(api.trunks.create(settings)).rejects.toMatchObject(refused('trunks_unavailable'));
});
