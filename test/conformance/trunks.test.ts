/** Trunks between real servers, over UDP, TCP and TLS: what one registers at the other, and whether it is there. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import type { Trunk, TrunkCreation } from '@offhook/api';
import { expect, onTestFinished, test } from 'vitest';
import type { Config } from '../../packages/server/src/config.ts';
import { ownCertificate } from '../../packages/server/src/http/certificate.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { freePort } from '../browser/harness/ports.ts';
import { claim, startServer } from '../support/wire.ts';

const key = newApiKey('A'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
/** A machine that does other things, too. */
const patience = { timeout: 90_000, interval: 50 };
const longer = { timeout: 180_000 };

interface Started {
  readonly server: RunningServer;
  readonly api: OffhookApi;
}

async function start(config: Partial<Config>): Promise<Started> {
  const server = await startServer({ apiKeys: [key.setting], mediaWorkers: 1, mediaPort: await freePort(), ...config });
  let isStopped = false;
  const stop = server.stop.bind(server);
  server.stop = async () => {
    if (!isStopped) await stop();
    isStopped = true;
  };
  onTestFinished(() => server.stop());
  return { server, api: new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: key.key }) };
}

async function login(carrier: Started): Promise<Pick<TrunkCreation, 'username' | 'password'>> {
  await claim(carrier.server.port, 'Line');
  const { phone, password } = await carrier.api.addPhone('line', 'Trunk');
  return { username: phone.login, password };
}

/** Of the only trunk. */
async function registrationAt({ api }: Started): Promise<Trunk['registration']> {
  return (await api.trunks.list())[0]?.registration;
}

/** What is told of trunks, as it comes. */
function listening({ api }: Started): { readonly told: [string, unknown][] } {
  const told: [string, unknown][] = [];
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  void (async () => {
    for await (const { type, data } of api.listen({ types: ['trunk.*'], signal: stop.signal })) told.push([type, data]);
  })().catch(() => undefined);
  return { told };
}

test.each(['udp', 'tcp'] as const)(
  'a trunk registers at another server by %s, and is taken back with it',
  async (transport) => {
    const port = await freePort();
    const carrier = await start({ sipPort: port });
    const ours = await start({ sipPort: await freePort() });
    const { told } = listening(ours);
    const settings = { name: 'Carrier', host: '127.0.0.1', port, transport, register: true };
    const { trunk } = await ours.api.trunks.create({ ...settings, ...(await login(carrier)) });
    const state = async (): Promise<Trunk['registration']> => (await ours.api.trunks.get(trunk)).registration;
    const registered = async (): Promise<boolean[]> =>
      (await carrier.api.listPhones('line')).phones.map((phone) => phone.registered);
    await expect.poll(state, patience).toEqual({ state: 'registered' });
    expect(await registered()).toEqual([true]);
    await expect.poll(async () => (await ours.api.trunks.get(trunk)).health, patience).toBe('up');
    await ours.api.trunks.change(trunk, { password: 'a wrong one' });
    await expect.poll(state, patience).toEqual({ state: 'failed', status: 401 });
    await ours.api.trunks.change(trunk, { enabled: false });
    expect(await state()).toBeUndefined();
    const about = { trunk, name: 'Carrier' };
    await expect
      .poll(() => told, patience)
      .toEqual([
        ['trunk.registered', about],
        ['trunk.failed', { ...about, status: 401 }],
      ]);
  },
);

test('a registration is taken back with its trunk, and made again by a server that has started anew', longer, async () => {
  const port = await freePort();
  const carrier = await start({ sipPort: port });
  const dataDir = mkdtempSync(join(tmpdir(), 'offhook-trunks-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const config = { sipPort: await freePort(), dataDir };
  const first = await start(config);
  const settings = { name: 'Carrier', host: '127.0.0.1', port, register: true, watchSeconds: 0 };
  const { trunk } = await first.api.trunks.create({ ...settings, ...(await login(carrier)) });
  const state = async ({ api }: Started): Promise<string | undefined> => (await api.trunks.get(trunk)).registration?.state;
  await expect.poll(() => state(first), patience).toBe('registered');
  await first.server.stop();
  const second = await start(config);
  await expect.poll(() => state(second), patience).toBe('registered');
  await second.api.trunks.remove(trunk);
  const registered = async (): Promise<boolean[]> =>
    (await carrier.api.listPhones('line')).phones.map((phone) => phone.registered);
  await expect.poll(registered, patience).toEqual([false]);
});

test('by TLS the other end has to show who it is', longer, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-trunks-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [port, sipTlsCert, sipTlsKey] = [await freePort(), join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const { cert, key: privateKey } = await ownCertificate(undefined, ['127.0.0.1'], new Date());
  writeFileSync(sipTlsCert, cert);
  writeFileSync(sipTlsKey, privateKey);
  const carrier = await start({ sipTlsPort: port, sipTlsCert, sipTlsKey });
  const settings = { name: 'Carrier', host: '127.0.0.1', port, transport: 'tls', register: true } as const;
  const creation = { ...settings, ...(await login(carrier)) };
  const trusting = await start({ sipTlsPort: await freePort(), sipTlsCa: [sipTlsCert] });
  await trusting.api.trunks.create(creation);
  await expect.poll(() => registrationAt(trusting), patience).toEqual({ state: 'registered' });
  // Of no authority that this one knows.
  const other = await start({ sipTlsPort: await freePort() });
  await other.api.trunks.create(creation);
  await expect.poll(() => registrationAt(other), patience).toEqual({ state: 'failed' });
});

test('a trunk of which nobody answers is down, and up again at once when somebody does', longer, async () => {
  const port = await freePort();
  const ours = await start({ sipPort: await freePort() });
  const { told } = listening(ours);
  // By TCP it is known at once that nobody is there.
  const settings = { name: 'Carrier', host: '127.0.0.1', port, transport: 'tcp' as const, watchSeconds: 1 };
  const { trunk } = await ours.api.trunks.create(settings);
  const health = async (): Promise<string> => (await ours.api.trunks.get(trunk)).health;
  await expect.poll(health, patience).toBe('down');
  await start({ sipPort: port });
  await expect.poll(health, patience).toBe('up');
  const about = { trunk, name: 'Carrier' };
  await expect
    .poll(() => told, patience)
    .toEqual([
      ['trunk.down', about],
      ['trunk.up', about],
    ]);
});
