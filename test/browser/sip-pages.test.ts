/** Pages made with JsSIP and SIP.js: they register by WebSocket and talk with the browsers of others, directly and both ways. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import { build } from 'vite';
import { beforeAll, describe, expect, onTestFinished } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { root } from '../../scripts/run.ts';
import { launchChromium } from './harness/browsers.ts';
import { it } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort, freePorts } from './harness/ports.ts';
import { remote } from './harness/remote.ts';
import type { Remote } from './harness/remote.ts';
import type { MediaKit } from './page/media-kit.ts';
import type { SipPage } from './page/sip-pages.ts';

const key = newApiKey('J'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const [ofBrowser, ofPage] = [440, 1_000];
const kit = (person: Person): Remote<MediaKit> => person.page as Remote<MediaKit>;

let script = '';
beforeAll(async () => {
  const built = await build({
    root: join(root, 'test/browser/page'),
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, target: 'es2024', lib: { entry: 'sip-pages.ts', formats: ['iife'], name: 'Sip' } },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const [chunk] = first !== undefined && 'output' in first ? first.output : [];
  script = chunk?.type === 'chunk' ? chunk.code : '';
}, 120_000);

/** A page of its own browser, at an address of the server. */
async function sipPage(url: string, library: 'jssip' | 'sipjs'): Promise<Remote<SipPage>> {
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const tab = await (await browser.newProfile()).newTab();
  await tab.goto(new URL('shown.html', url).href);
  await tab.evaluate(script as never, undefined);
  return remote((method, args) =>
    tab.evaluate(
      (called) => {
        const page = globalThis.sipPages[called.library] as unknown as Record<string, (...args: unknown[]) => unknown>;
        return page[called.method]?.(...called.args);
      },
      { library, method, args: [...args] },
    ),
  );
}

describe.for(['jssip', 'sipjs'] as const)('a page made with %s', (library) => {
  it('registers by WebSocket, is rung and calls, and talks both ways', { timeout: 240_000 }, async ({ world }) => {
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
    const anna = await world.person('Anna', { server, page: 'modules.html' });
    const bo = await world.person('Bo', { server });
    const { phone, password } = await api.addPhone(bo.address, 'Page');
    const page = await sipPage(server.url, library);
    const url = new URL('sip', server.url.replace(/^http/, 'ws')).href;
    await page.register({ url, host: '127.0.0.1', login: phone.login, password, hertz: ofPage });
    expect((await api.listPhones(bo.address)).phones).toMatchObject([{ registered: true }]);

    await anna.page.call(bo.address, { own: true });
    await anna.page.until(bo.address, 'active');
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'answered_elsewhere' });
    await kit(anna).untilTone(bo.address, ofPage);
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
});
