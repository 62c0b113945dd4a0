/**
 * Calls that ring where no page is open, in Firefox, by a push service of its own kind: encryption, signature and worker are real, and the
 * notification is one of a desktop, whose buttons are pressed.
 */
import type { Browser as Chromium, BrowserContext, Page } from 'playwright-core';
import type { Browser as Firefox, Page as FirefoxPage } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { program, skipped } from '../support/programs.ts';
import { Desktop } from './harness/desktop.ts';
import type { Shown } from './harness/desktop.ts';
import { button, call, receives, says } from './harness/phones.ts';
import { inEveryPage, launch } from './harness/puppeteer.ts';
import { PushServer } from './harness/push-server.ts';
import { Server } from './harness/server.ts';
import { countWhatIsReceived, launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

const isSkipped = ['firefox', 'desktop', 'browser'].some((name) => skipped.has(name));

describe.skipIf(isSkipped)('Firefox without a page', () => {
  let service: PushServer;
  let desktop: Desktop;
  let server: Server;
  let chromium: Chromium;
  let firefox: Firefox;
  let profile: BrowserContext;
  let anna: Page;

  beforeAll(async () => {
    [service, desktop] = await Promise.all([PushServer.start(), Desktop.start()]);
    server = await Server.start({ pages: inject('webPhone'), settings: { pushAllow: [service.origin] } });
    chromium = await launchBrowser({ whole: true });
    profile = await openProfile(chromium);
    firefox = await launch({
      browser: 'firefox',
      executablePath: program('firefox'),
      headless: true,
      env: { ...process.env, ...desktop.env },
      extraPrefsFirefox: {
        ...service.preferences,
        'media.navigator.streams.fake': true,
        'media.navigator.permission.disabled': true,
        'media.peerconnection.ice.loopback': true,
        'media.autoplay.default': 0,
      },
    });
    await inEveryPage(firefox, countWhatIsReceived);
    const bo = await firefox.newPage();
    await bo.goto(server.url);
    await bo.locator('>>> input').fill('Bo');
    await bo.keyboard.press('Enter');
    await bo.locator('>>> nav').wait();
    await bo.evaluate(() => location.assign('#settings'));
    await bo.evaluate(async () => navigator.serviceWorker.ready);
    await bo.locator('>>> offhook-closed-page >>> input').click();
    await bo.locator('>>> offhook-closed-page >>> button').wait();
    // The browser stays, with a page that is not the phone.
    await bo.goto(`${server.url}/favicon.svg`);
    anna = await signIn(profile, server.url, 'Anna');
  });
  afterAll(async () => {
    await firefox?.close();
    await chromium?.close();
    await server?.close();
    await desktop?.close();
    await service?.stop();
  });

  /** The service worker has asked the server, and said that it rings. */
  async function rung(): Promise<Shown> {
    await call(anna, 'Bo', 'Video call');
    await says(anna, 'Bo’s phone is ringing');
    await expect.poll(() => desktop.notifications).toMatchObject([{ title: 'Anna', body: 'Incoming video call', stays: true }]);
    const [notification] = desktop.notifications;
    if (notification === undefined) throw new Error('unreachable');
    return notification;
  }

  it('rings; Accept opens the phone in the call, and both see and hear one another', async () => {
    const before = await firefox.pages();
    await desktop.press(await rung(), 'Accept');
    const opened = async (): Promise<FirefoxPage[]> => (await firefox.pages()).filter((page) => !before.includes(page));
    await expect.poll(opened).toHaveLength(1);
    const [phone] = await opened();
    if (phone === undefined) throw new Error('unreachable');
    await Promise.all([receives(anna, 'energy'), receives(anna, 'frames')]);
    await Promise.all([receives(phone, 'energy'), receives(phone, 'frames'), receives(phone, 'played')]);
    await expect.poll(() => desktop.notifications).toEqual([]);
    await button(anna, 'Hang up').click();
    await phone.close();
  });

  it('declines from the notification, and nothing opens', async () => {
    const before = await firefox.pages();
    await desktop.press(await rung(), 'Decline');
    await says(anna, 'Bo declined the call');
    await button(anna, 'Close').click();
    await expect.poll(() => desktop.notifications).toEqual([]);
    expect(await firefox.pages()).toEqual(before);
  });

  it('hears when a call was missed', async () => {
    await rung();
    await button(anna, 'Hang up').click();
    await expect.poll(() => desktop.notifications).toMatchObject([{ title: 'Anna', body: 'Missed call' }]);
  });
});
