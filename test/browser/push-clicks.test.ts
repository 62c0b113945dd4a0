/**
 * What people do with a call that rings without a page, on a desktop of its own: the notification is one of the desktop, its buttons are
 * pressed there, and what opens is what Chromium opens for a click that it trusts.
 */
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Browser as Chromium, Page as ChromiumPage } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { program, skipped } from '../support/programs.ts';
import { PushService } from '../support/push-service.ts';
import type { Received } from '../support/push-service.ts';
import { Desktop } from './harness/desktop.ts';
import type { Shown } from './harness/desktop.ts';
import { button, call, receives, says } from './harness/phones.ts';
import { delivery, openTab, openTabs, subscribeAs } from './harness/push.ts';
import { Server } from './harness/server.ts';
import { countWhatIsReceived, launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

const slow = { timeout: 10_000 };

let service: PushService;
let server: Server;
let desktop: Desktop;
let browser: Browser;
let callers: BrowserContext;
let anna: Page;
let bos: BrowserContext;
let bring: (pushed: Received) => Promise<void>;
/** Adds a device to Bo, once. */
let link: string;
let serial = 0;
let names: { readonly anna: string; readonly bo: string; readonly carla: string };

/** A browser with windows of its own, as people have them: what a service worker opens, opens there. */
function launchOnDesktop(): Promise<BrowserContext> {
  return chromium.launchPersistentContext('', {
    executablePath: program('browser'),
    env: { ...process.env, ...desktop.env },
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
    ],
  });
}

/** It rings on the desktop. */
async function rung(whose = names.bo, how: 'Call' | 'Video call' = 'Call'): Promise<Shown> {
  await call(anna, whose, how);
  await bring(await service.take('ring'));
  await expect.poll(() => desktop.notifications, slow).toHaveLength(1);
  await says(anna, `${whose}’s phone is ringing`);
  const [notification] = desktop.notifications;
  if (notification === undefined) throw new Error('unreachable');
  return notification;
}

describe.skipIf(skipped.has('desktop') || skipped.has('browser'))('a call that rings by a notification', () => {
  beforeAll(async () => {
    service = await PushService.start();
    server = await Server.start({ pages: inject('webPhone'), settings: { pushAllow: [service.origin] } });
    browser = await launchBrowser({ whole: true });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await service?.stop();
  });

  beforeEach(async () => {
    serial += 1;
    names = { anna: `Anna ${serial}`, bo: `Bo ${serial}`, carla: `Carla ${serial}` };
    service.forget();
    [desktop, callers] = await Promise.all([Desktop.start(), openProfile(browser)]);
    [anna, bos] = await Promise.all([signIn(callers, server.url, names.anna), launchOnDesktop()]);
    await bos.addInitScript(countWhatIsReceived);
    await bos.grantPermissions(['notifications', 'microphone', 'camera'], { origin: server.url });
    await bos.addInitScript(subscribeAs, service.subscribe());
    const phone = await signIn(bos, server.url, names.bo);
    await phone.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await button(phone, 'Settings').click();
    await phone.getByRole('switch', { name: /^Ring when this page is closed/ }).click();
    await button(phone, 'Ring me in 5 seconds').waitFor();
    await button(phone, 'Show link').click();
    link = await phone.getByLabel('The link to add a device', { exact: true }).inputValue();
    // Of the same server, and none of the phone's.
    const [beside = await bos.newPage()] = bos.pages();
    await beside.goto(`${server.url}/favicon.svg`);
    bring = await delivery(await bos.newCDPSession(beside), server.url);
    await phone.close();
  });
  afterEach(async () => {
    await bos.close();
    await callers.close();
    await desktop.close();
  });

  it('is answered from it: the phone opens, and both hear one another', async () => {
    const notification = await rung();
    expect(notification).toMatchObject({ title: names.anna, body: expect.stringContaining('Incoming call'), stays: true });
    expect(Object.values(notification.actions)).toEqual(expect.arrayContaining(['Accept', 'Decline']));
    const opens = bos.waitForEvent('page');
    await desktop.press(notification, 'Accept');
    const phone = await opens;
    await Promise.all([receives(anna, 'energy'), receives(phone, 'energy'), receives(phone, 'played')]);
    expect(service.received).toEqual([]);
  });

  it('with video is answered with the camera, as in the page', async () => {
    const notification = await rung(names.bo, 'Video call');
    expect(notification.body).toContain('Incoming video call');
    const opens = bos.waitForEvent('page');
    await desktop.press(notification, 'Accept');
    const phone = await opens;
    await Promise.all([receives(anna, 'frames'), receives(phone, 'frames'), receives(phone, 'energy')]);
  });

  it('is declined from it: the caller hears so, and nothing opens', async () => {
    const before = bos.pages();
    await desktop.press(await rung(), 'Decline');
    await says(anna, `${names.bo} declined the call`);
    await bring(await service.take('over'));
    await expect.poll(() => desktop.notifications, slow).toEqual([]);
    expect(bos.pages()).toEqual(before);
  });

  it('itself leads to the phone, where it rings', async () => {
    const opens = bos.waitForEvent('page');
    await desktop.press(await rung());
    const phone = await opens;
    await says(phone, names.anna);
    await button(phone, 'Decline').click();
    await says(anna, `${names.bo} declined the call`);
  });

  describe('beside other tabs', () => {
    let phone: ChromiumPage;
    let beside: ChromiumPage;
    let hers: Chromium;

    beforeEach(async () => {
      ({ chromium: hers, phone } = await openTabs(server.url, names.carla, service.subscribe(), desktop.env));
      beside = await hers.newPage();
      await beside.goto(`${server.url}/favicon.svg`);
      bring = await delivery(await beside.createCDPSession(), server.url);
    });
    afterEach(async () => {
      await hers.close();
    });

    it('brings the one to the front that has come back meanwhile, and hands it the answer', async () => {
      await phone.close();
      const notification = await rung(names.carla);
      const back = await openTab(hers);
      await back.goto(server.url);
      await back.locator('>>> offhook-incoming >>> button').wait();
      await beside.bringToFront();
      await back.waitForFunction(() => document.hidden);
      const before = (await hers.pages()).length;
      await desktop.press(notification, 'Accept');
      await back.waitForFunction(() => !document.hidden);
      await receives(anna, 'energy');
      await back.waitForFunction(async () => (await received()).energy > 0);
      expect(await hers.pages()).toHaveLength(before);
      await expect.poll(() => desktop.notifications, slow).toEqual([]);
    });

    it('opens another one in place of one that is frozen', async () => {
      await (await phone.createCDPSession()).send('Page.setWebLifecycleState', { state: 'frozen' });
      const notification = await rung(names.carla);
      const opens = hers.waitForTarget((target) => target.url().includes('answer='));
      await desktop.press(notification, 'Accept');
      await opens;
      await receives(anna, 'energy');
      await expect.poll(() => desktop.notifications, slow).toEqual([]);
    });
  });

  it('was missed, in the same place, and leads to the phone', async () => {
    const ringing = await rung();
    await button(anna, 'Hang up').click();
    await bring(await service.take('over'));
    await expect.poll(() => desktop.notifications, slow).toMatchObject([{ body: expect.stringContaining('Missed call') }]);
    const [missed = ringing] = desktop.notifications;
    expect([missed.shown, missed.title, missed.silent]).toEqual([ringing.shown, names.anna, true]);
    expect(Object.values(missed.actions)).not.toContain('Accept');
    const opens = bos.waitForEvent('page');
    await desktop.press(missed);
    await (await opens).getByRole('navigation', { name: 'Places' }).waitFor();
  });

  it('was answered on another device, and says so for a moment', async () => {
    const ringing = await rung();
    const others = await openProfile(browser);
    const other = await others.newPage();
    await other.goto(link);
    await button(other, 'Add this device').click();
    await button(other, 'Accept').click();
    await bring(await service.take('over'));
    await expect
      .poll(() => desktop.notifications, slow)
      .toMatchObject([{ shown: ringing.shown, body: expect.stringMatching(/Answered on/), silent: true }]);
    await expect.poll(() => desktop.notifications, slow).toEqual([]);
    await others.close();
  });

  it('is not shown when it is over by then', async () => {
    const before = desktop.history.length;
    await call(anna, names.bo);
    const late = await service.take('ring');
    await button(anna, 'Hang up').click();
    await service.take('over');
    await bring(late);
    await expect.poll(() => desktop.history.length, slow).toBeGreaterThan(before);
    await expect.poll(() => desktop.notifications, slow).toEqual([]);
    for (const shown of desktop.history.slice(before)) {
      expect(shown).toMatchObject({ body: expect.stringContaining('The call is over'), silent: true });
      expect(Object.values(shown.actions)).not.toContain('Accept');
    }
  });
});
