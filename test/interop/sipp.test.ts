/** SIPp as phones of users, against the server as it runs, with its data on disk. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import type { CallView } from '@offhook/core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { recording } from '../../bench/data/recorded.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { Server } from '../browser/harness/server.ts';
import { skipped } from '../support/programs.ts';
import { entryId, Wire } from '../support/wire.ts';
import type { SignedIn } from '../support/wire.ts';
import { sipp } from '../support/sipp.ts';
import type { SippOptions } from '../support/sipp.ts';

const key = newApiKey('I'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const { audio } = recording();
const media = { audio: true, video: false };
let server: Server;
let api: OffhookApi;
let sipPort: number;

beforeAll(async () => {
  const { first, last } = await freePorts(200);
  sipPort = await freePort();
  const settings = {
    apiKeys: [key.setting],
    mediaPort: await freePort(),
    mediaWorkers: 1,
    rtpPorts: `${first}-${last}`,
    sipPort,
  };
  server = await Server.start({ settings });
  api = new OffhookApi({ url: server.url, key: key.key });
});
afterAll(() => server.close());

let people = 0;

type Fields = readonly (readonly string[])[];

/** Lines for SIPp: the logins of so many people with one phone each, their passwords, and who they are. */
async function phones(count: number): Promise<Fields> {
  const added = Array.from({ length: count }, async () => {
    const { user } = await server.claim(`Person ${(people += 1)}`);
    const { phone, password } = await api.addPhone(user.address, 'Desk');
    return [phone.login, `[authentication username=${phone.login} password=${password}]`, user.address];
  });
  return Promise.all(added);
}

const ways = [{ way: 'UDP' }, { way: 'UDP that loses one in ten', lost: 10 }, { way: 'TCP', transport: 't1' }] as const;

/** For what is said right after something that is to be answered: SIPp takes nothing before it has, to which the way sees; by TCP nobody would. */
const inTurn = [
  { way: 'UDP', lost: 0 },
  { way: 'UDP that loses one in ten', lost: 10 },
];

/** Phones that are registered, but at no place where they could be called. */
async function signedIn(count: number, way: Partial<SippOptions> = {}): Promise<Fields> {
  const fields = await phones(count);
  await done({ scenario: 'sign in', fields, calls: count, ...way });
  return fields;
}

async function done(options: Omit<SippOptions, 'to'>): Promise<void> {
  const { ok, output } = await sipp({ to: sipPort, ...options });
  expect(ok, [output, server.log.slice(-3000)].join('\n')).toBe(true);
}

/** Somebody in a browser, with the words of a real one. */
async function page(name: string): Promise<SignedIn> {
  return Wire.signIn(server.port, await server.claim(`${name} ${(people += 1)}`));
}

/** The same, with its conversations. */
async function followed(name: string): Promise<SignedIn> {
  return Wire.follow(server.port, await server.claim(`${name} ${(people += 1)}`));
}

/** Takes the next call, with the words of a real browser. */
async function accepted(by: SignedIn): Promise<void> {
  const { view } = (await by.take('incoming', 30_000)) as unknown as { readonly view: CallView };
  const answer = { type: 'answer', sdp: audio.answer };
  expect(await by.request({ type: 'accept', call: view.call, epoch: 1, answer })).toHaveProperty('ok');
}

async function noCalls(): Promise<void> {
  await expect.poll(() => api.listLiveCalls()).toEqual([]);
}

describe.skipIf(skipped.has('sipp'))('SIPp', () => {
  it.each(ways)('registers and leaves by $way', async ({ way: _way, ...way }) => {
    await done({ scenario: 'register', fields: await phones(5), calls: 15, ...way });
  });

  it.each(ways)('asks what the server can do by $way', async ({ way: _way, ...way }) => {
    await done({ scenario: 'options', service: 'echo', calls: 20, perSecond: 50, fields: [['scanner', '']], ...way });
  });

  it.each(ways)('calls, talks and hangs up by $way', async ({ way: _way, ...way }) => {
    const fields = await signedIn(5, way);
    await done({ scenario: 'call', service: 'echo', fields, calls: 5, talks: 300, ...way });
    await noCalls();
  });

  it.each(ways)('holds and goes on by $way', async ({ way: _way, ...way }) => {
    const fields = await signedIn(3, way);
    await done({ scenario: 'hold', service: 'echo', fields, calls: 3, ...way });
    await noCalls();
  });

  it.each(ways)('calls by a late offer over $way', async ({ way: _way, ...way }) => {
    const fields = await signedIn(3, way);
    await done({ scenario: 'late offer', service: 'echo', fields, calls: 3, ...way });
    await done({ scenario: 'late reoffer', service: 'echo', fields, calls: 3, ...way });
    await noCalls();
  });

  it.each(ways)('says that it is still there by $way', async ({ way: _way, ...way }) => {
    const fields = await signedIn(3, way);
    await done({ scenario: 'session timer', service: 'echo', fields, calls: 3, ...way });
    await noCalls();
  });

  it.each(ways)('hears it ring and gives up by $way', async ({ way: _way, ...way }) => {
    const fields = await signedIn(3, way);
    const bo = await page('Bo');
    // That it rings is said once, whatever is lost (RFC 3261 §13.3.1.1), unless the caller insists.
    const scenario = 'lost' in way ? 'cancel what surely rings' : 'cancel';
    const over = done({ scenario, service: bo.welcome.user.address, fields, calls: 3, perSecond: 1, ...way });
    for (let n = 0; n < 3; n++) {
      const { view } = (await bo.take('incoming', 30_000)) as unknown as { readonly view: CallView };
      bo.send({ type: 'ringing', call: view.call });
    }
    await over;
    await noCalls();
  });

  // A phone that came by TCP is gone with its connection.
  it.each(ways.filter((way) => !('transport' in way)))(
    'rings, is taken and is hung up by $way',
    async ({ way: _way, ...way }) => {
      const port = await freePort();
      const [line = []] = await signedIn(1, { ...way, port });
      const anna = await page('Anna');
      const over = done({ scenario: 'is called', port, calls: 3, ...way });
      for (let n = 0; n < 3; n++) {
        const call = entryId();
        expect(
          await anna.request({ type: 'invite', call, to: line[2], media, offer: { type: 'offer', sdp: audio.offer } }),
        ).toHaveProperty('ok');
        await anna.take('accepted', 30_000);
        await anna.request({ type: 'hangup', call });
      }
      await over;
      await noCalls();
    },
  );

  it.each([
    { way: 'UDP', scenario: 'is given up' },
    { way: 'UDP that loses one in ten', lost: 10, scenario: 'is given up, and surely rings' },
  ] as const)('rings until the caller gives up by $way', async ({ way: _way, scenario, ...way }) => {
    const port = await freePort();
    const [line = []] = await signedIn(1, { ...way, port });
    const anna = await page('Anna');
    const over = done({ scenario, port, ...way });
    const call = entryId();
    expect(
      await anna.request({ type: 'invite', call, to: line[2], media, offer: { type: 'offer', sdp: audio.offer } }),
    ).toHaveProperty('ok');
    await anna.take('ringing', 30_000);
    await anna.request({ type: 'hangup', call });
    await over;
    await noCalls();
  });

  it.each(inTurn)('hears what becomes of leading the other side on by $way', async ({ way: _way, ...way }) => {
    const [line = []] = await signedIn(1, way);
    await done({ scenario: 'refer', service: 'echo', fields: [[...line, 'nobody-at-all']], calls: 3, ...way });
    await noCalls();
  });

  it.each(inTurn)('leads the other side on to somebody, who is rung, by $way', async ({ way: _way, ...way }) => {
    const [line = []] = await signedIn(1, way);
    const [bo, carla] = [await page('Bo'), await page('Carla')];
    const fields = [[...line, carla.welcome.user.address]];
    const over = done({ scenario: 'leads on', service: bo.welcome.user.address, fields, ...way });
    await accepted(bo);
    const led = (await bo.take('transferred', 30_000)) as unknown as { readonly view: CallView };
    // As a page does, which calls somebody else now.
    const { call, epoch } = led.view;
    const offer = { type: 'offer', sdp: audio.offer };
    expect(await bo.request({ type: 'reoffer', call, epoch: epoch + 1, offer })).toHaveProperty('ok');
    const { view } = (await carla.take('incoming', 30_000)) as unknown as { readonly view: CallView };
    expect(view).toMatchObject({ peer: { address: bo.welcome.user.address }, transferredBy: { address: line[2] } });
    await over;
    const live = await api.listLiveCalls({ user: bo.welcome.user.address });
    expect(live.map(({ caller, callee }) => [caller.address, callee.address])).toEqual([
      [bo.welcome.user.address, carla.welcome.user.address],
    ]);
    await carla.request({ type: 'reject', call: view.call, reason: 'declined' });
    await noCalls();
  });

  it.each(ways.filter((way) => !('transport' in way)))(
    'joins the two sides of its calls by $way',
    async ({ way: _way, ...way }) => {
      const port = await freePort();
      const [line] = await signedIn(1, { port, ...way });
      const [bo, carla] = [await page('Bo'), await page('Carla')];
      const over = done({ scenario: 'joins two', service: carla.welcome.user.address, fields: [line ?? []], port, ...way });
      const call = entryId();
      await bo.request({ type: 'invite', call, to: line?.[2], media, offer: { type: 'offer', sdp: audio.offer } });
      await accepted(carla);
      await over;
      const [anna, address] = [bo.welcome.user.address, carla.welcome.user.address];
      const [live, ...more] = await api.listLiveCalls({ user: anna });
      expect(new Set([live?.caller.address, live?.callee.address])).toEqual(new Set([anna, address]));
      expect(more).toEqual([]);
      await api.hangUp(live?.call ?? '');
      await noCalls();
    },
  );

  it.each(ways)('is told what waits for it by $way', async ({ way: _way, ...way }) => {
    const [line] = await signedIn(1, way);
    const { user } = await server.claim(`Writer ${(people += 1)}`);
    const isTold = join(mkdtempSync(join(tmpdir(), 'offhook-told-')), 'yes');
    onTestFinished(() => rmSync(dirname(isTold), { recursive: true }));
    const fields = [[...(line ?? []), isTold]];
    const over = done({ scenario: 'waits for messages', service: line?.[0] ?? '', fields, ...way });
    await expect.poll(() => existsSync(isTold), { timeout: 30_000 }).toBe(true);
    await api.sendMessage({ from: user.address, to: line?.[2] ?? '', text: 'Call me back' });
    await over;
  });

  it('tells its keys by INFO', async () => {
    const [line = []] = await signedIn(1);
    const over = new AbortController();
    const keys: string[] = [];
    const listening = (async () => {
      for await (const event of api.listen({ types: ['call.digit'], after: '0', signal: over.signal }))
        if (event.type === 'call.digit') keys.push(`${event.data.by.address} ${event.data.digit}`);
    })();
    await done({ scenario: 'presses keys', service: 'echo', fields: [line] });
    await expect.poll(() => keys).toEqual([`${line[2]} 5`, `${line[2]} #`]);
    over.abort();
    await listening;
    await noCalls();
  });

  it('changes its codec', async () => {
    const fields = await signedIn(1);
    await done({ scenario: 'changes its codec', service: 'echo', fields });
    await noCalls();
  });

  it('writes to somebody', async () => {
    const fields = await signedIn(1);
    const bo = await followed('Bo');
    await done({ scenario: 'writes', service: bo.welcome.user.address, fields });
    const { entries } = await bo.take('entries', 30_000);
    expect(entries).toMatchObject([{ kind: 'message', text: 'Back at three', from: { address: fields[0]?.[2] } }]);
  });
});
