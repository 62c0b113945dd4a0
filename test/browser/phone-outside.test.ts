/**
 * Calls of the web phone where its page is not seen: media keys, mini window and notification, on a real desktop; and that what is pressed
 * there is heard by the other side.
 */
import type { Browser as Playwright, BrowserContext, Page as Tab } from 'playwright-core';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { skipped } from '../support/programs.ts';
import { Desktop } from './harness/desktop.ts';
import type { Shown } from './harness/desktop.ts';
import { crash, launchOn, opened } from './harness/desktop-browser.ts';
import { button, call, find, receives, says } from './harness/phones.ts';
import { Server } from './harness/server.ts';
import { launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

const slow = { timeout: 15_000, interval: 100 };

let server: Server;
let desktop: Desktop;
/** Of everybody but Bo. */
let elsewhere: Playwright;
const profiles = new Set<BrowserContext>();
/** Bo's, on the desktop. */
let browser: Browser;
let bo: Page;
let anna: Tab;
let names: Readonly<Record<'Anna' | 'Bo' | 'Carla', string>>;
let complaints: string[];
let serial = 0;

async function person(name: string): Promise<Tab> {
  const profile = await openProfile(elsewhere);
  profiles.add(profile);
  return signIn(profile, server.url, name);
}

const press = async (page: Page, label: string): Promise<void> => page.locator(`>>> button[aria-label="${label}"]`).click();
const isThere = async (page: Page, selector: string): Promise<boolean> => (await page.$(`>>> ${selector}`)) !== null;
const title = async (): Promise<string> => (await desktop.playing())?.title ?? '';
const reads = async (what: 'title' | 'artist' | 'album' | 'status', text: string | RegExp): Promise<void> => {
  await expect.poll(async () => (await desktop.playing())?.[what] ?? '', slow).toMatch(text);
};

async function callBo(from: Tab, how?: 'Video call'): Promise<void> {
  await call(from, names.Bo, how);
  await bo.locator('>>> offhook-incoming').wait();
}

const accept = async (): Promise<void> => bo.locator('>>> [part~="accept"]').click();

/** Bo has taken Anna's call. */
async function talk(how?: 'Video call'): Promise<void> {
  await callBo(anna, how);
  await accept();
  await receives(anna, how === undefined ? 'energy' : 'frames');
}

const miniWindow = async (): Promise<Page> => opened(browser, async () => press(bo, 'Show in a small window'));
const text = async (window: Page): Promise<string> => window.$eval('section', (section) => section.innerText);

/** Bo looks at another tab: what the desktop shows then. */
async function away(): Promise<Shown> {
  await browser.newPage();
  await expect.poll(() => desktop.notifications.length, slow).toBe(1);
  const [notification] = desktop.notifications;
  if (notification === undefined) throw new Error('unreachable');
  return notification;
}

async function isOver(): Promise<void> {
  await says(anna, 'Call ended');
  await expect.poll(title, slow).toBe('');
}

describe.skipIf(skipped.has('desktop') || skipped.has('browser'))('a call of the phone', () => {
  beforeAll(async () => {
    desktop = await Desktop.start();
    server = await Server.start({ pages: inject('webPhone') });
    [elsewhere, browser] = await Promise.all([launchBrowser(), launchOn(desktop)]);
    const context = browser.defaultBrowserContext();
    for (const name of ['microphone', 'camera', 'notifications', 'screen-wake-lock'])
      await context.setPermission(server.url, { permission: { name }, state: 'granted' });
  });
  afterAll(async () => {
    await elsewhere?.close();
    await browser?.close();
    await server?.close();
    await desktop?.close();
  });

  beforeEach(async () => {
    serial += 1;
    names = { Anna: `Anna ${serial}`, Bo: `Bo ${serial}`, Carla: `Carla ${serial}` };
    anna = await person(names.Anna);
    bo = await browser.newPage();
    complaints = [];
    bo.on('pageerror', (error) => complaints.push(String(error)));
    await bo.goto(`${server.url}/?new`);
    await bo.locator('>>> input').fill(names.Bo);
    await bo.keyboard.press('Enter');
    await bo.locator('>>> nav').wait();
    await bo.waitForFunction(() => navigator.serviceWorker.controller !== null);
  });
  afterEach(async () => {
    // The last tab takes the browser along.
    const [, ...more] = await browser.pages();
    // A small window may be about to go with its call.
    for (const page of more) await page.close().catch(() => undefined);
    for (const profile of profiles) await profile.close();
    profiles.clear();
    expect(complaints).toEqual([]);
  });

  describe('with the media keys', () => {
    it('names the other once it is taken; Pause turns the microphone off, Stop hangs up', async () => {
      await callBo(anna);
      expect(await title()).toBe('');
      await accept();
      await reads('title', `You are talking with ${names.Anna}`);
      await reads('artist', /^Duration 0:0\d$/);
      await reads('album', /^Sending microphone$/);
      // The page says it in its own way.
      expect(await bo.title()).toMatch(new RegExp(`^0:0\\d ${names.Anna}$`));
      await desktop.key('Pause');
      await says(anna, `${names.Bo}’s microphone is off`);
      await reads('album', /^Sending nothing$/);
      await desktop.key('Play');
      await reads('album', /^Sending microphone$/);
      await receives(anna, 'energy');
      await desktop.key('Stop');
      await isOver();
    });

    it('goes on after a reload, with its clock', async () => {
      await talk();
      await reads('artist', /^Duration 0:0[3-9]$/);
      await bo.reload();
      await expect.poll(title, slow).toBe('');
      await reads('title', `You are talking with ${names.Anna}`);
      await reads('artist', /^Duration 0:(0[4-9]|[1-5]\d)$/);
      await desktop.key('Stop');
      await isOver();
    });

    it('is shown while it is held, and can be taken up again', async () => {
      await talk();
      await bo.keyboard.down('Control');
      await bo.keyboard.down('Shift');
      await bo.keyboard.press('L');
      await bo.keyboard.up('Shift');
      await bo.keyboard.up('Control');
      await reads('artist', `You put ${names.Anna} on hold`);
      await reads('album', /^Sending nothing$/);
      await says(anna, `${names.Bo} put you on hold`);
      // The first button of a held call.
      await desktop.key('Previous');
      await reads('artist', /^Duration/);
      await receives(anna, 'energy');
    });

    it('is, of two, the one in which one talks', async () => {
      const carla = await person(names.Carla);
      await talk();
      await reads('title', `You are talking with ${names.Anna}`);
      await callBo(carla);
      await reads('title', `You are talking with ${names.Anna}`);
      await accept();
      await reads('title', `You are talking with ${names.Carla}`);
      await press(bo, `Change over to ${names.Anna}`);
      await reads('title', `You are talking with ${names.Anna}`);
      await desktop.key('Stop');
      await says(anna, 'Call ended');
      await reads('title', `You are talking with ${names.Carla}`);
      await reads('artist', `You put ${names.Carla} on hold`);
    });

    it('is gone while that is switched off in the settings', async () => {
      await talk();
      await reads('title', `You are talking with ${names.Anna}`);
      await press(bo, 'Make the call small');
      await bo.evaluate(() => location.assign('#settings'));
      const turn = async (): Promise<void> => bo.locator('>>> ::-p-text(Show calls with the media keys)').click();
      await turn();
      await expect.poll(title, slow).toBe('');
      await receives(anna, 'energy');
      await turn();
      await reads('title', `You are talking with ${names.Anna}`);
    });

    it('says that the microphone is off, though the sound of a screen is sent', async () => {
      const shown = await browser.newPage();
      await shown.setContent('<title>Something to show</title><h1>Something to show</h1>');
      await bo.bringToFront();
      await talk();
      await press(bo, 'More');
      await bo.locator('>>> ::-p-text(Show your screen with its sound)').click();
      await reads('album', /^Sending microphone, screen$/);
      await receives(anna, 'frames');
      // Chromium has gone to the tab that is shown.
      await bo.bringToFront();
      await desktop.key('Pause');
      await reads('album', /^Sending screen$/);
      await says(anna, `${names.Bo}’s microphone is off`);
    });
  });

  describe('in a small window', () => {
    it('mutes, turns the camera off and on, and hangs up', async () => {
      await talk('Video call');
      const window = await miniWindow();
      await expect.poll(async () => text(window), slow).toMatch(/You are talking with Anna \d+\s+Duration 0:\d\d/);
      const frames = async (): Promise<number> =>
        window.$eval('video', (video) => (video.hidden ? 0 : video.getVideoPlaybackQuality().totalVideoFrames));
      await expect.poll(frames, slow).toBeGreaterThan(10);
      await window.locator('[title="Mute"]').click();
      await says(anna, `${names.Bo}’s microphone is off`);
      await window.locator('[title="Unmute"]').click();
      await receives(anna, 'energy');
      await window.locator('[title="Turn camera off"]').click();
      await says(anna, `${names.Bo}’s camera is off`);
      await window.locator('[title="Turn camera on"]').click();
      await receives(anna, 'frames');
      // A picture that stands still is none.
      await button(anna, 'Turn your camera off').click();
      await expect.poll(async () => window.$eval('video', ({ hidden }) => hidden), slow).toBe(true);
      await window.locator('[title="Hang up"]').click();
      await isOver();
      await expect.poll(() => window.isClosed(), slow).toBe(true);
    });

    it('stays when the other leads one on, and names whom one talks with then', async () => {
      const carla = await person(names.Carla);
      await talk();
      const window = await miniWindow();
      await expect.poll(async () => text(window), slow).toContain(names.Anna);
      await button(anna.locator('offhook-call'), 'More').click();
      await anna.getByRole('menuitem', { name: 'Transfer…' }).click();
      await find(anna.getByRole('dialog'), names.Carla);
      await anna.keyboard.press('Enter');
      await button(anna, 'Transfer now').click();
      await expect.poll(async () => text(window), slow).toContain(`${names.Carla}’s phone is ringing`);
      await button(carla, 'Accept').click();
      await receives(carla, 'energy');
      await expect.poll(async () => text(window), slow).toMatch(/You are talking with Carla \d+\s+Duration 0:0\d/);
      await reads('title', `You are talking with ${names.Carla}`);
      await window.locator('[title="Hang up"]').click();
      await says(carla, 'Call ended');
    });

    it('is offered where there are such windows, once the call is up', async () => {
      await callBo(anna);
      const offered = `button[aria-label="Show in a small window"]`;
      expect(await isThere(bo, offered)).toBe(false);
      await accept();
      await expect.poll(async () => isThere(bo, offered), slow).toBe(true);
    });
  });

  describe('in a notification, while the tab is hidden', () => {
    it('hangs up, and is gone', async () => {
      await talk();
      const notification = await away();
      expect(notification).toMatchObject({ title: `You are talking with ${names.Anna}`, silent: true, picture: true });
      expect(notification.body).toMatch(/Duration 0:\d\d\nSending microphone$/);
      await desktop.press(notification, 'Hang up');
      await isOver();
      await expect.poll(() => desktop.notifications, slow).toEqual([]);
    });

    it('is gone when the other hangs up', async () => {
      await talk();
      await away();
      await button(anna, 'Hang up').click();
      await expect.poll(() => desktop.notifications, slow).toEqual([]);
    });

    it('is gone when the page crashes, once the phone is opened again, and nothing else is', async () => {
      await talk();
      await away();
      await bo.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        await registration.showNotification('Missed call', { tag: 'call:other', data: { offhook: 1, type: 'over' } });
      });
      await crash(bo);
      const again = await browser.newPage();
      await again.goto(server.url);
      await expect.poll(() => desktop.notifications.map((one) => one.title), slow).toEqual(['Missed call']);
      await desktop.press(desktop.notifications[0] as Shown);
      await expect.poll(() => desktop.notifications, slow).toEqual([]);
    });
  });
});
