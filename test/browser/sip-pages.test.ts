/** Pages made with JsSIP and SIP.js: they register by WebSocket and talk with the browsers of others, directly and both ways. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { beforeAll, describe, expect } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort, freePorts } from './harness/ports.ts';
import type { Remote } from './harness/remote.ts';
import { openSipPage, scriptOf } from './harness/sip-page.ts';
import type { MediaKit } from './page/media-kit.ts';
import type { SipPage } from './page/sip-pages.ts';

const key = newApiKey('J'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const [ofBrowser, ofPage] = [440, 1_000];
const kit = (person: Person): Remote<MediaKit> => person.page as Remote<MediaKit>;

let script = '';
beforeAll(async () => {
  script = await scriptOf('sip-pages.ts');
}, 120_000);

interface Scene {
  readonly api: OffhookApi;
  readonly anna: Person;
  /** Whose phone the page is. */
  readonly bo: Person;
  readonly carla: Person;
  readonly page: Remote<SipPage>;
}

async function scene(world: World, library: 'jssip' | 'sipjs'): Promise<Scene> {
  const { first, last } = await freePorts(20);
  const server = await world.anotherServer({
    settings: {
      apiKeys: [key.setting],
      mediaPort: await freePort(),
      mediaWorkers: 1,
      rtpPorts: `${first}-${last}`,
      sipPort: await freePort(),
    },
  });
  const api = new OffhookApi({ url: server.url, key: key.key });
  const [anna, carla] = [
    await world.person('Anna', { server, page: 'modules.html' }),
    await world.person('Carla', { server, page: 'modules.html' }),
  ];
  const bo = await world.person('Bo', { server });
  const { phone, password } = await api.addPhone(bo.address, 'Page');
  const page = await openSipPage(server.url, library, script);
  const url = new URL('sip', server.url.replace(/^http/, 'ws')).href;
  await page.register({ url, host: '127.0.0.1', login: phone.login, password, hertz: ofPage });
  expect((await api.listPhones(bo.address)).phones).toMatchObject([{ registered: true }]);
  return { api, anna, bo, carla, page };
}

/** Calls the page, which takes it, and hears it. */
async function talk(anna: Person, bo: Person): Promise<void> {
  await anna.page.call(bo.address, { own: true });
  await anna.page.until(bo.address, 'active');
  await kit(anna).untilTone(bo.address, ofPage);
}

/** The two others are in one call, and hear one another where they have heard the page. */
async function talkAlone(anna: Person, carla: Person): Promise<void> {
  await anna.page.until(carla.address, 'active');
  await carla.page.until(anna.address, 'active');
  await kit(anna).untilTone(carla.address, ofBrowser);
  await kit(carla).untilTone(anna.address, ofBrowser);
}

describe.for(['jssip', 'sipjs'] as const)('a page made with %s', (library) => {
  it('registers by WebSocket, is rung and calls, and talks both ways', { timeout: 240_000 }, async ({ world }) => {
    const { api, anna, bo, page } = await scene(world, library);
    await talk(anna, bo);
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'answered_elsewhere' });
    await page.untilTone(ofBrowser);
    await anna.page.hangUp(bo.address);
    await page.untilEnded();

    await page.call(anna.address);
    await anna.page.until(bo.address, 'incoming');
    await anna.page.answer(bo.address, { own: true });
    await anna.page.until(bo.address, 'active');
    await kit(anna).untilTone(bo.address, ofPage);
    await page.untilTone(ofBrowser);
    await page.hangUp();
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'hangup' });
    expect(await api.listLiveCalls()).toEqual([]);
  });

  it('holds and is held, and both go on', { timeout: 240_000 }, async ({ world }) => {
    const { anna, bo, page } = await scene(world, library);
    await talk(anna, bo);
    await page.untilTone(ofBrowser);
    await page.hold(true);
    await anna.page.untilSeen(bo.address, { state: 'active', remote: { held: true } });
    await anna.page.hearsNothing();
    await page.hold(false);
    await anna.page.untilSeen(bo.address, { state: 'active', remote: { held: false } });
    await kit(anna).untilTone(bo.address, ofPage);
    await page.untilTone(ofBrowser);

    await anna.page.hold(bo.address);
    await page.untilSilent();
    await anna.page.resume(bo.address);
    await page.untilTone(ofBrowser);
    await kit(anna).untilTone(bo.address, ofPage);
  });

  it('leads the other side on to somebody', { timeout: 240_000 }, async ({ world }) => {
    const { anna, bo, carla, page } = await scene(world, library);
    await talk(anna, bo);
    expect(await page.transfer('nobody')).toBe(404);
    await kit(anna).untilTone(bo.address, ofPage);
    expect(await page.transfer(carla.address)).toBe(200);
    await page.untilEnded();
    await carla.page.untilSeen(anna.address, { state: 'incoming', by: bo.address });
    await carla.page.answer(anna.address, { own: true });
    await talkAlone(anna, carla);
  });

  it('asks somebody before it leads the other side on to them', { timeout: 240_000 }, async ({ world }) => {
    const { anna, bo, carla, page } = await scene(world, library);
    await talk(anna, bo);
    await page.hold(true);
    await anna.page.untilSeen(bo.address, { remote: { held: true } });
    await page.call(carla.address);
    await carla.page.answer(bo.address, { own: true });
    await carla.page.until(bo.address, 'active');
    await kit(carla).untilTone(bo.address, ofPage);
    expect(await page.join()).toBe(200);
    await page.untilEnded();
    await talkAlone(anna, carla);
    await anna.page.untilSeen(carla.address, { by: bo.address, remote: { held: false } });
  });
});
