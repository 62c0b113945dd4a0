/** SIPp as a carrier: its calls come in by a trunk, to numbers that lead to a phone, to nobody new, or out again by a trunk. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { Server } from '../browser/harness/server.ts';
import { skipped } from '../support/programs.ts';
import { sipp } from '../support/sipp.ts';
import type { SippOptions } from '../support/sipp.ts';

const key = newApiKey('T'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
/** Known by its address alone; phones and the other carrier are elsewhere on loopback. */
const carrier = '127.0.0.2';
const callers = [['+4930123456'], ['+4930123457'], ['+4930123458']];
const calls = callers.length;
let server: Server;
let api: OffhookApi;
let sipPort: number;
/** Where the carrier is called. */
let outside: number;

beforeAll(async () => {
  const { first, last } = await freePorts(200);
  [sipPort, outside] = [await freePort(), await freePort()];
  const settings = {
    apiKeys: [key.setting],
    country: 'DE',
    mediaPort: await freePort(),
    mediaWorkers: 1,
    rtpPorts: `${first}-${last}`,
    sipPort,
  };
  server = await Server.start({ settings });
  api = new OffhookApi({ url: server.url, key: key.key });
  await api.trunks.create({
    name: 'Carrier',
    host: carrier,
    port: outside,
    watchSeconds: 0,
    incoming: { addresses: [carrier] },
  });
  await api.trunks.setOutgoing({ rules: [{ prefix: '+49', allow: true }], userCaps: {} });
});
afterAll(() => server.close());

/** Who hangs up has been acknowledged, also where that was lost once. */
const ways: readonly ({ readonly way: string } & Pick<SippOptions, 'lost' | 'talks'>)[] = [
  { way: 'UDP' },
  { way: 'UDP that loses one in ten', lost: 10, talks: 3_000 },
];

async function done(options: Omit<SippOptions, 'to'>): Promise<void> {
  const { ok, output } = await sipp({ to: sipPort, ...options });
  expect(ok, [output, server.log.slice(-3000)].join('\n')).toBe(true);
}

async function noCalls(): Promise<void> {
  await expect.poll(() => api.listLiveCalls()).toEqual([]);
}

describe.skipIf(skipped.has('sipp'))('SIPp as a carrier', () => {
  it.each(ways)('reaches a phone of somebody by a number over $way', async ({ way: _way, ...way }) => {
    const { user } = await server.claim(`Desk ${way.lost ?? 0}`);
    const { phone, password } = await api.addPhone(user.address, 'Desk');
    const port = await freePort();
    const fields = [[phone.login, `[authentication username=${phone.login} password=${password}]`]];
    await done({ scenario: 'sign in', fields, port, ...way });
    await api.trunks.setNumber('+498990001', { lead: { to: 'user', user: user.address } });
    await Promise.all([
      done({ scenario: 'is called', port, calls, ...way }),
      done({
        scenario: 'from a trunk',
        address: carrier,
        service: '+498990001',
        fields: callers,
        calls,
        perSecond: 1,
        ...way,
      }),
    ]);
    await noCalls();
  });

  it.each(ways)('is led on to a number outside over $way', async ({ way: _way, ...way }) => {
    await api.trunks.setNumber('+498990002', { lead: { to: 'number', number: '+4940654321' } });
    await Promise.all([
      done({ scenario: 'is called', address: carrier, port: outside, calls, ...way }),
      done({
        scenario: 'from a trunk',
        address: carrier,
        service: '+498990002',
        fields: callers,
        calls,
        perSecond: 1,
        ...way,
      }),
    ]);
    await noCalls();
  });

  it.each([...ways, { way: 'TCP', transport: 't1' } as const])(
    'says who it is, from anywhere, by $way',
    async ({ way: name, ...way }) => {
      const username = `carrier-${name.replaceAll(' ', '-')}`;
      const incoming = { username, password: 'password-of-a-trunk' };
      await api.trunks.create({ name: 'Digest', host: '127.0.0.3', outgoing: false, watchSeconds: 0, incoming });
      await api.trunks.setNumber('+498990003', { lead: { to: 'user', user: 'echo' } });
      const fields = [[username, `[authentication username=${username} password=${incoming.password}]`]];
      await done({ scenario: 'from a trunk that says who it is', service: '+498990003', fields, calls, ...way });
      await noCalls();
    },
  );

  it('is heard before it takes the call, and hears', async () => {
    const { user } = await server.claim('Early');
    const { phone, password } = await api.addPhone(user.address, 'Desk');
    const port = await freePort();
    const fields = [[phone.login, `[authentication username=${phone.login} password=${password}]`]];
    await done({ scenario: 'sign in', fields, port });
    const talks = 300;
    await api.trunks.setNumber('+498990005', { lead: { to: 'user', user: user.address } });
    await Promise.all([
      done({ scenario: 'is heard before', port }),
      done({ scenario: 'from a trunk, and hears before', address: carrier, service: '+498990005', fields: callers, talks }),
    ]);
    await Promise.all([
      done({ scenario: 'is heard before', address: carrier, port: outside }),
      done({ scenario: 'hears before', service: '+4940654321', fields, talks }),
    ]);
    await noCalls();
  });

  it('has its calls go by the next trunk where it is out of order', async () => {
    const [broken, port] = ['127.0.0.5', await freePort()];
    const settings = { host: broken, port, watchSeconds: 0, priority: 1 };
    const { trunk } = await api.trunks.create({ name: 'Out of order', ...settings });
    await api.trunks.setNumber('+498990002', { lead: { to: 'number', number: '+4940654321' } });
    await Promise.all([
      done({ scenario: 'is out of order', address: broken, port, calls }),
      done({ scenario: 'is called', address: carrier, port: outside, calls }),
      done({ scenario: 'from a trunk', address: carrier, service: '+498990002', fields: callers, calls, perSecond: 1 }),
    ]);
    await api.trunks.remove(trunk);
    await noCalls();
  });

  it.each([
    { scenario: 'is called, and asks who it is', asks: 'as a user agent' },
    { scenario: 'is called, and asks who it is, twice', asks: 'as a proxy, twice' },
  ] as const)('asks who we are $asks, and is told', async ({ scenario }) => {
    const [strict, port] = ['127.0.0.6', await freePort()];
    const login = { username: '4930123450', password: 'four words of theirs' };
    const { trunk } = await api.trunks.create({ name: 'Strict', host: strict, port, watchSeconds: 0, priority: 1, ...login });
    onTestFinished(() => api.trunks.remove(trunk));
    await api.trunks.setNumber('+498990002', { lead: { to: 'number', number: '+4940654321' } });
    await Promise.all([
      done({ scenario, address: strict, port, calls }),
      done({
        scenario: 'from a trunk',
        address: carrier,
        service: '+498990002',
        fields: callers,
        calls,
        perSecond: 1,
        talks: 1_000,
      }),
    ]);
    await noCalls();
  });

  it('asks who we are where we hang up on a call that it has brought, and is told', async () => {
    const [strict, port] = ['127.0.0.8', await freePort()];
    const login = { username: '4930123450', password: 'four words of theirs' };
    const settings = { host: strict, port, watchSeconds: 0, outgoing: false, incoming: { addresses: [strict] } };
    const { trunk } = await api.trunks.create({ name: 'Strict', ...settings, ...login });
    onTestFinished(() => api.trunks.remove(trunk));
    await api.trunks.setNumber('+498990003', { lead: { to: 'user', user: 'echo' } });
    const over = done({
      scenario: 'from a trunk, and asks who hangs up',
      address: strict,
      service: '+498990003',
      fields: [['+4930123459']],
    });
    await expect.poll(async () => (await api.listLiveCalls()).map(({ state }) => state)).toEqual(['active']);
    for (const { call } of await api.listLiveCalls()) await api.hangUp(call);
    await over;
    await noCalls();
  });

  it.each(ways)('has no more calls than its cap, and the event tells of it, over $way', async ({ way: _way, ...way }) => {
    const [small, port] = ['127.0.0.7', await freePort()];
    const settings = { host: small, port, watchSeconds: 0, caps: { channels: 1 }, incoming: { addresses: [small] } };
    const { trunk } = await api.trunks.create({ name: 'Small', outgoing: false, ...settings });
    onTestFinished(() => api.trunks.remove(trunk));
    await api.trunks.setNumber('+498990006', { lead: { to: 'user', user: 'echo' } });
    const of = { address: small, service: '+498990006', fields: callers, ...way };
    const over = done({ scenario: 'from a trunk', ...of, talks: 8_000 });
    await expect.poll(async () => (await api.listLiveCalls()).length).toBe(1);
    await done({ scenario: 'from a trunk, in vain', ...of });
    for await (const event of api.listen({ types: ['trunk.cap_reached'], after: '0' }))
      if (event.type === 'trunk.cap_reached' && event.data['trunk'] === trunk) {
        expect(event.data).toMatchObject({ name: 'Small', code: 'channels_exceeded' });
        break;
      }
    await over;
    await done({ scenario: 'from a trunk', ...of, talks: 100 });
    await noCalls();
  });

  it.each(ways)('calls and is called as SIPp does by itself, over $way', async ({ way: _way, ...way }) => {
    await api.trunks.setNumber('+498990002', { lead: { to: 'number', number: '+4940654321' } });
    await Promise.all([
      done({ scenario: { builtIn: 'uas' }, address: carrier, port: outside, calls, ...way }),
      done({ scenario: { builtIn: 'uac' }, address: carrier, service: '+498990002', calls, perSecond: 1, ...way }),
    ]);
    await noCalls();
  });
});
