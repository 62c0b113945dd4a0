/** People, tokens and devices, as programs make and remove them, over real servers. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { expect, onTestFinished, test } from 'vitest';
import type { Config } from '../../packages/server/src/config.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { ask, codeIn, firstAdmin, password } from '../support/accounts.ts';
import { holding, secret } from '../support/tokens.ts';
import { freePort } from '../browser/harness/ports.ts';
import { addDevice, answer, audio, callId, claim, offer, startServer, Wire } from '../support/wire.ts';
import type { Identity } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const [full, looking] = [newApiKey('A'.repeat(43), digest), newApiKey('B'.repeat(43), digest, ['users.read'])];

interface Started {
  readonly port: number;
  readonly api: OffhookApi;
  readonly directory: OffhookApi;
  readonly firstInvite: string | undefined;
}

async function start(config: Partial<Config>): Promise<Started> {
  const server = await startServer({ ...config, apiKeys: [full.setting, looking.setting.replace('app:', 'directory:')] });
  onTestFinished(() => server.stop());
  const { port, firstInvite } = server;
  const url = `http://127.0.0.1:${port}`;
  const with_ = (key: string): OffhookApi => new OffhookApi({ url, key });
  return { port, firstInvite, api: with_(full.key), directory: with_(looking.key) };
}

const refused = (code: string): object => ({ code });

test('a token signs somebody in who is new, as they are called and with what they may do, until it is revoked', async () => {
  const { api, directory, port } = await start({ tokenSecret: secret, tokenIssuer: 'https://shop.example' });
  const { token, id, expiresAt } = await api.createToken({
    user: 'anna',
    name: 'Anna Berg',
    grants: { outgoing: ['support-*'] },
    ttl: 60,
  });
  expect(expiresAt - Date.now()).toBeLessThanOrEqual(60_000);
  const anna = await Wire.signIn(port, holding(token));
  expect(anna.welcome.user).toEqual({ address: 'anna', name: 'Anna Berg' });
  expect(await anna.request({ type: 'invite', call: callId(), to: 'bo', media: audio, offer })).toMatchObject({
    error: { code: 'destination_refused' },
  });
  expect(await directory.getUser('anna')).toMatchObject({ name: 'Anna Berg', presence: 'online' });
  await api.revokeToken(id);
  expect(await anna.end()).toMatchObject({ reason: 'token_revoked' });
  await expect(Wire.signIn(port, holding(token))).rejects.toThrow('token_revoked');

  await expect(api.createToken({ user: 'No Address' })).rejects.toMatchObject(refused('bad_message'));
  await expect(api.createToken({ user: 'bo', ttl: 1e6 })).rejects.toMatchObject(refused('bad_message'));
  await expect(api.createToken({ user: 'bo', name: '\u200b' })).rejects.toMatchObject(refused('name_invalid'));
  await expect(directory.createToken({ user: 'bo' })).rejects.toMatchObject(refused('forbidden'));
});

test('people of an application are made, renamed while they are here, and sent away', async () => {
  const { api, directory, port } = await start({ tokenSecret: secret });
  expect(await api.putUser('bo', 'Bo')).toMatchObject({ user: { address: 'bo', name: 'Bo', presence: 'offline' } });
  expect(await api.putUser('bo', 'Bo')).not.toHaveProperty('link');
  const { token } = await api.createToken({ user: 'bo' });
  const bo = await Wire.signIn(port, holding(token));
  expect(bo.welcome.user.name).toBe('Bo');
  expect(await api.putUser('bo', 'Bo Larsen')).toMatchObject({ user: { name: 'Bo Larsen', presence: 'online' } });
  expect(await bo.take('renamed')).toMatchObject({ user: { address: 'bo', name: 'Bo Larsen' } });
  await api.removeUser('bo');
  expect(await bo.end()).toMatchObject({ reason: 'token_revoked' });
  expect(await directory.listDevices('bo')).toEqual([]);
  expect(await directory.getUser('bo')).toMatchObject({ presence: 'offline' });

  for (const address of ['Bo', 'b o', '-'])
    await expect(api.putUser(address, 'Bo')).rejects.toMatchObject(refused('bad_message'));
  await expect(api.putUser('cleo', '\u200b')).rejects.toMatchObject(refused('name_invalid'));
  await expect(api.removeUser('nobody')).rejects.toMatchObject(refused('user_not_found'));
  await expect(directory.putUser('cleo', 'Cleo')).rejects.toMatchObject(refused('forbidden'));
  await expect(directory.removeUser('bo')).rejects.toMatchObject(refused('forbidden'));
});

test('somebody with an account gets a link by which they choose a password, and is signed out when it is closed', async () => {
  const { api, port, firstInvite } = await start({ accounts: true });
  await firstAdmin({ port, firstInvite } as never);
  const { user, link } = await api.putUser('bo', 'Bo');
  expect(user).toMatchObject({ address: 'bo', name: 'Bo' });
  const signed = await ask(port, 'POST', '/v1/password', { invite: codeIn(link), password });
  expect(signed.status).toBe(200);
  const bo = await Wire.signIn(port, signed.body as unknown as Identity);
  await api.removeUser('bo');
  expect(await bo.end()).toMatchObject({ reason: 'signed_out' });
  expect((await ask(port, 'POST', '/v1/session', { name: 'bo', password })).status).toBe(401);
  await expect(api.removeUser('ada')).rejects.toMatchObject(refused('last_admin'));
  await expect(api.createToken({ user: 'bo' })).rejects.toMatchObject(refused('forbidden'));
});

test('where people take their names themselves, nobody is made or sent away', async () => {
  const { api, port } = await start({});
  await claim(port, 'Anna');
  await expect(api.putUser('bo', 'Bo')).rejects.toMatchObject(refused('forbidden'));
  await expect(api.removeUser('anna')).rejects.toMatchObject(refused('forbidden'));
  await expect(api.revokeToken('x')).rejects.toMatchObject(refused('forbidden'));
});

test('a device is signed out for good, and its calls end', async () => {
  const { api, directory, port } = await start({});
  const [anna, bo] = await Promise.all([claim(port, 'Anna'), claim(port, 'Bo')]);
  const tablet = await addDevice(port, anna, 'tablet');
  const caller = await Wire.signIn(port, tablet);
  const laptop = await Wire.signIn(port, anna);
  const callee = await Wire.signIn(port, bo);
  const call = callId();
  await caller.request({ type: 'invite', call, to: 'bo', media: audio, offer });
  await callee.request({ type: 'accept', call, epoch: 1, answer });
  await api.removeDevice('anna', tablet.device.id);
  expect(await callee.take('ended')).toMatchObject({ call, cause: 'hangup' });
  expect(await caller.end()).toMatchObject({ reason: 'signed_out' });
  await laptop.take('devices');
  expect((await directory.listDevices('anna')).map(({ id }) => id)).toEqual([anna.device.id]);
  await expect(Wire.signIn(port, tablet)).rejects.toThrow('unauthorized');
  await expect(api.removeDevice('anna', tablet.device.id)).rejects.toMatchObject(refused('device_not_found'));
  await expect(api.removeDevice('bo', anna.device.id)).rejects.toMatchObject(refused('device_not_found'));
  await expect(api.removeDevice('nobody', anna.device.id)).rejects.toMatchObject(refused('user_not_found'));
  await expect(directory.removeDevice('anna', anna.device.id)).rejects.toMatchObject(refused('forbidden'));
});

test('phones of people are made, listed apart from other devices, and removed as they are', async () => {
  const { api, directory, port } = await start({ sipPort: await freePort() });
  const laptop = await claim(port, 'Anna');
  const anna = await Wire.signIn(port, laptop);
  const { phone, password, server } = await api.addPhone('anna', 'Desk');
  expect(phone).toMatchObject({ name: 'Desk', registered: false });
  expect([password.length, phone.login.startsWith('anna-'), server.host]).toEqual([16, true, '127.0.0.1']);
  expect(await directory.listPhones('anna')).toEqual({ server, phones: [phone] });
  expect((await directory.listDevices('anna')).map(({ id }) => id)).toEqual([laptop.device.id]);
  expect(await anna.request({ type: 'phones' })).toMatchObject({ ok: { server, phones: [phone] } });
  expect(await anna.request({ type: 'devices' })).toMatchObject({ ok: { devices: [{ id: laptop.device.id }] } });
  expect(await anna.request({ type: 'phone_add', name: ' ' })).toMatchObject({ error: { code: 'name_invalid' } });
  const own = await anna.request({ type: 'phone_add', name: 'Kitchen' });
  expect(own).toMatchObject({ ok: { server, phone: { name: 'Kitchen' }, password: expect.any(String) as string } });
  await anna.request({ type: 'remove_device', device: phone.id });
  expect((await directory.listPhones('anna')).phones.map(({ name }) => name)).toEqual(['Kitchen']);

  for (let n = 1; n < 10; n++) await api.addPhone('anna', `Phone ${n}`);
  await expect(api.addPhone('anna', 'One more')).rejects.toMatchObject(refused('too_many_phones'));
  expect(await anna.request({ type: 'phone_add', name: 'One more' })).toMatchObject({ error: { code: 'too_many_phones' } });
  const [first] = (await directory.listPhones('anna')).phones;
  await api.removeDevice('anna', first?.id ?? '');
  await anna.take('devices');
  expect((await api.addPhone('anna', 'One more')).phone.name).toBe('One more');
  await expect(api.addPhone('anna', '')).rejects.toMatchObject(refused('bad_message'));
  await expect(api.addPhone('nobody', 'Desk')).rejects.toMatchObject(refused('user_not_found'));
  await expect(directory.addPhone('anna', 'Desk')).rejects.toMatchObject(refused('forbidden'));
});

test('phones are no devices that make room for another, and none are given where there are none, or to those who are here for a while', async () => {
  const { api, port } = await start({ tokenSecret: secret });
  const { token } = await api.createToken({ user: 'anna', name: 'Anna' });
  const anna = await Wire.signIn(port, holding(token));
  expect(await anna.request({ type: 'phones' })).toMatchObject({ error: { code: 'phones_unavailable' } });
  await expect(api.addPhone('anna', 'Desk')).rejects.toMatchObject(refused('phones_unavailable'));
  const other = await start({ tokenSecret: secret, sipPort: await freePort() });
  const next = await other.api.createToken({ user: 'anna', name: 'Anna' });
  const guest = await Wire.signIn(other.port, holding(next.token));
  expect(await guest.request({ type: 'phone_add', name: 'Desk' })).toMatchObject({ error: { code: 'forbidden' } });
  const { phone } = await other.api.addPhone('anna', 'Desk');
  for (let n = 0; n < 33; n++) {
    const browser = await Wire.signIn(other.port, holding(next.token), { device: { id: `browser-${n}` } });
    await browser.request({ type: 'bye' });
  }
  expect((await other.directory.listDevices('anna')).length).toBe(32);
  expect((await other.api.listPhones('anna')).phones).toEqual([phone]);
  await other.api.removeUser('anna');
  expect((await other.api.listPhones('anna')).phones).toEqual([]);
});
