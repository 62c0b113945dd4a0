/** Calls that ring where no page is open, in Firefox, by a push service of its own kind: encryption, signature and worker are real. */
import type { Browser as Chromium, BrowserContext } from 'playwright-core';
import { launch } from './harness/puppeteer.ts';
import type { Browser as Firefox, Page as FirefoxPage } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program, skipped } from '../support/programs.ts';
import type { Pages } from './harness/pages.ts';
import { button, call, receives, says } from './harness/phones.ts';
import { PushServer } from './harness/push-server.ts';
import { Server } from './harness/server.ts';
import { buildWebPhone, countWhatIsReceived, launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly data: { readonly type: string; readonly call: string };
}

describe.skipIf(skipped.has('firefox'))('Firefox without a page', () => {
  let pages: Pages;
  let service: PushServer;
  let server: Server;
  let chromium: Chromium;
  let firefox: Firefox;
  let profile: BrowserContext;
  /** A page of the same origin that is not the phone: it sees what the service worker shows. */
  let window: FirefoxPage;

  beforeAll(async () => {
    [pages, service] = await Promise.all([buildWebPhone(), PushServer.start()]);
    server = await Server.start({ pages: pages.folder, settings: { pushAllow: [service.origin] } });
    chromium = await launchBrowser();
    profile = await openProfile(chromium);
    firefox = await launch({
      browser: 'firefox',
      executablePath: program('firefox'),
      headless: true,
      extraPrefsFirefox: {
        ...service.preferences,
        'media.navigator.streams.fake': true,
        'media.navigator.permission.disabled': true,
        'media.peerconnection.ice.loopback': true,
        'media.autoplay.default': 0,
      },
    });
    window = await firefox.newPage();
    await window.goto(`${server.url}/favicon.svg`);
  });
  afterAll(async () => {
    await firefox?.close();
    await chromium?.close();
    await server?.close();
    await service?.stop();
    pages?.remove();
  });

  const shown = (): Promise<Shown[]> =>
    window.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/');
      const all = (await registration?.getNotifications()) ?? [];
      return all.map(({ title, body, data }) => ({ title, body, data: data as Shown['data'] }));
    });

  async function openPhone(address: string): Promise<FirefoxPage> {
    const page = await firefox.newPage();
    await page.evaluateOnNewDocument(countWhatIsReceived);
    await page.goto(address);
    return page;
  }

  it('rings, is answered, and hears when a call was missed', async () => {
    const bo = await openPhone(server.url);
    await bo.locator('>>> input').fill('Bo');
    await bo.keyboard.press('Enter');
    await bo.locator('>>> nav').wait();
    await bo.evaluate(() => location.assign('#settings'));
    await bo.evaluate(async () => navigator.serviceWorker.ready);
    await bo.locator('>>> offhook-closed-page >>> input').click();
    await bo.locator('>>> offhook-closed-page >>> button').wait();
    await bo.close();

    const anna = await signIn(profile, server.url, 'Anna');
    await call(anna, 'Bo');
    // The service worker has asked the server, and said that it rings.
    await says(anna, 'Bo’s phone is ringing');
    await expect.poll(shown).toMatchObject([{ title: 'Anna', body: 'Incoming call', data: { type: 'ring' } }]);
    const [ringing] = await shown();

    // As the worker opens it when somebody clicks on the notification: this Firefox has no buttons there. Whatever the address says, it
    // is the worker who knows of a click on Answer.
    const answering = await openPhone(`${server.url}/?as=bo&answer=${ringing?.data.call}`);
    await answering.locator('>>> offhook-incoming >>> button.answer').click();
    await receives(anna, 'energy');
    const energy = (): Promise<number> => answering.evaluate(async () => (await received()).energy);
    const before = await energy();
    await expect.poll(energy).toBeGreaterThan(before);
    await expect.poll(shown).toEqual([]);
    await button(anna, 'Hang up').click();
    await answering.close();

    await button(anna, 'Call').click();
    await says(anna, 'Bo’s phone is ringing');
    await expect.poll(shown).toMatchObject([{ data: { type: 'ring' } }]);
    await button(anna, 'Hang up').click();
    await expect.poll(shown).toMatchObject([{ title: 'Anna', body: 'Missed call', data: { type: 'over' } }]);
  });
});
