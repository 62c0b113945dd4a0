/** The web phone with a real server, as people use it: two tabs, clicks, keys; and every screen for those who cannot see it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { createServer as createVite } from 'vite';
import type { ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { screens } from '../../packages/phone/gallery/screens.ts';
import { Server } from './harness/server.ts';
import { faultsFor, launchBrowser, misfitsOf, openProfile, phoneRoot, signIn, typeName } from './harness/web-phone.ts';
import type { Received } from './harness/web-phone.ts';

let server: Server;
let browser: Browser;
const open = new Set<BrowserContext>();
/** What the pages complained about; the policy that the server sends forbids inline scripts and styles. */
let complaints: string[] = [];

beforeAll(async () => {
  server = await Server.start({ pages: inject('webPhone') });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

afterEach(async () => {
  for (const profile of open) await profile.close();
  open.clear();
  const heard = complaints;
  complaints = [];
  expect(heard).toEqual([]);
});

let serial = 0;
/** Names of their own for each test: the server goes on. */
function names<T extends string>(...wanted: readonly T[]): Record<T, string> {
  serial += 1;
  return Object.fromEntries(wanted.map((name) => [name, `${name} ${serial}`])) as Record<T, string>;
}

async function profile(on: Browser = browser): Promise<BrowserContext> {
  const made = await openProfile(on, { complain: (text) => complaints.push(text) });
  open.add(made);
  return made;
}

async function person(name: string): Promise<Page> {
  return signIn(await profile(), server.url, name);
}

/** The row of somebody in the list. */
function row(page: Page, name: string): Locator {
  return page.getByRole('listitem').filter({ hasText: name }).getByRole('button').first();
}

async function call(page: Page, name: string, how: 'Call' | 'Video call'): Promise<void> {
  await row(page, name).click();
  await page.getByRole('button', { name: how, exact: true }).click();
}

function button(page: Page | Locator, name: string | RegExp): Locator {
  return page.getByRole('button', { name, exact: typeof name === 'string' });
}

const says = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).filter({ visible: true }).first().waitFor();

/** Another screen of the gallery. */
async function turnTo(page: Page, screen: string): Promise<void> {
  // It says when it has turned: there are hundreds to be turned to, and looking for it costs more than they do.
  await page.evaluate(
    (name) =>
      new Promise<void>((resolve) => {
        const { dataset } = document.documentElement;
        const turned = (): void => {
          if (dataset['screen'] !== name) return;
          watching.disconnect();
          resolve();
        };
        const watching = new MutationObserver(turned);
        watching.observe(document.documentElement, { attributeFilter: ['data-screen'] });
        location.hash = name;
        turned();
      }),
    screen,
  );
}

/** Something comes in from now on: sound, or pictures. */
async function receives(page: Page, what: keyof Received): Promise<void> {
  const before = (await page.evaluate(() => received()))[what];
  await expect.poll(async () => (await page.evaluate(() => received()))[what] - before).toBeGreaterThan(0);
}

it('begins with scripts of at most 90 KB (gzip), and loads nothing from elsewhere', () => {
  const page = readFileSync(join(inject('webPhone'), 'index.html'), 'utf8');
  const scripts = [...page.matchAll(/(?:src|href)="(\.\/assets\/[^"]+\.js)"/g)].map(([, file = '']) =>
    readFileSync(join(inject('webPhone'), file)),
  );
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.reduce((sum, script) => sum + gzipSync(script).length, 0)).toBeLessThanOrEqual(90_000);
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(page).not.toMatch(/<style|<script(?![^>]*src=)|style=/);
});

describe('the first minute', () => {
  it('takes two people in two tabs of one browser from a name to a talk, a goodbye and an entry in the history', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const shared = await profile();
    const anna = await signIn(shared, server.url, Anna);
    await expect.poll(() => anna.title()).toBe('Offhook');

    const opened = shared.waitForEvent('page');
    await anna.getByRole('link', { name: 'Open a second person in a new tab' }).click();
    const bo = await opened;
    await typeName(bo, Bo);
    // Each tab stays who it is.
    await bo.reload();
    await row(bo, Anna).waitFor();

    await call(anna, Bo, 'Video call');
    await says(anna, `${Bo}’s phone is ringing`);
    await bo.getByRole('alertdialog', { name: Anna }).waitFor();
    await expect.poll(() => bo.title()).toBe(`${Anna} is calling`);
    await button(bo, 'Accept').click();
    await Promise.all([receives(anna, 'frames'), receives(bo, 'frames'), receives(anna, 'energy'), receives(bo, 'energy')]);
    await expect.poll(() => anna.title()).toMatch(new RegExp(`^\\d+:\\d\\d ${Bo}$`));

    await button(bo, 'Hang up').click();
    await Promise.all([says(anna, 'Call ended'), ...[anna, bo].map((page) => button(page, 'Close').click())]);
    await button(anna, /^Calls/).click();
    await says(anna, /^Outgoing video · \d+ s$/);
    await button(bo, /^Calls/).click();
    await says(bo, /^Incoming video · \d+ s$/);
    await expect.poll(() => anna.title()).toBe('Offhook');
  });

  it('asks in a further tab who it is for, and takes up the one person there was when the browser comes back', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const shared = await profile();
    const anna = await signIn(shared, server.url, Anna);
    const second = await shared.newPage();
    await second.goto(server.url);
    await button(second, new RegExp(Anna)).waitFor();
    await typeName(second, Bo);
    await row(anna, Bo).waitFor();
    await row(second, Anna).waitFor();
    await anna.close();
    await second.close();
    const later = await shared.newPage();
    await later.goto(server.url);
    await later.getByRole('navigation', { name: 'Places' }).waitFor();
  });

  it('refuses a name that is taken, keeps what was typed and offers what is free', async () => {
    const { Anna } = names('Anna');
    await person(Anna);
    const other = await (await profile()).newPage();
    await other.goto(server.url);
    expect(await button(other, 'Continue').isDisabled()).toBe(true);
    await other.getByLabel('Your name').fill(Anna);
    await button(other, 'Continue').click();
    await says(other, `Somebody here is already called ${Anna}.`);
    await says(other, /^Is this you\? In your other browser choose Settings/);
    expect(await other.getByLabel('Your name').inputValue()).toBe(Anna);
    expect(await faultsFor(other)).toEqual([]);
    const free = other.locator('.chip').first();
    const name = await free.innerText();
    await free.click();
    await button(other, new RegExp(`^You: ${name}`)).waitFor();
  });

  it('goes over to another name and back', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const page = await person(Anna);
    await button(page, 'Settings').click();
    await button(page, 'Use another name here').click();
    await page.reload();
    await typeName(page, Bo);
    await button(page, 'Settings').click();
    const name = page.locator('form:has(#own-name)');
    expect(await button(name, 'Save').isDisabled()).toBe(true);
    await page.locator('#own-name').fill(`${Bo}, too`);
    await button(name, 'Save').click();
    await button(page, new RegExp(`^You: ${Bo}, too`)).waitFor();
    await expect.poll(() => button(name, 'Save').isDisabled()).toBe(true);
    await button(page, 'Use another name here').click();
    await button(page, Anna).click();
    await button(page, new RegExp(`^You: ${Anna}`)).waitFor();
    await row(page, `${Bo}, too`).waitFor();
  });

  it('shows names with markup as they are written', async () => {
    const { Anna } = names('Anna');
    const markup = `<img src=x onerror="document.title='gone'"> ${serial}`;
    const anna = await person(Anna);
    await person(markup);
    await row(anna, markup).click();
    await anna.getByRole('heading', { name: markup }).waitFor();
    expect(await anna.locator('img').count()).toBe(0);
  });

  it('adds a device by a link; a call then rings on both, and says where it was answered', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const [first, anna] = [await person(Bo), await person(Anna)];
    await button(first, 'Settings').click();
    await button(first, 'Show link').click();
    const link = await first.getByLabel('The link to add a device', { exact: true }).inputValue();
    // The address of this server is one of this computer alone: no camera of another device could do anything with it.
    await says(first, 'Open this link in another browser on this computer.');
    await says(first, /^This address works on this computer only/);
    expect(await first.locator('offhook-qr-code').count()).toBe(0);
    expect(await faultsFor(first)).toEqual([]);

    const second = await (await profile()).newPage();
    await second.goto(link);
    await button(second, 'Add this device').click();
    await button(second, new RegExp(`^You: ${Bo}`)).waitFor();
    const late = await (await profile()).newPage();
    await late.goto(link);
    await button(late, 'Add this device').click();
    await says(late, /^This link has been used/);
    await button(late, 'Sign in by a name').click();
    await late.getByLabel('Your name').waitFor();

    await call(anna, Bo, 'Call');
    await first.getByRole('alertdialog').waitFor();
    // It is said for a moment only.
    await Promise.all([says(first, /^The call from .* was answered on /), button(second, 'Accept').click()]);
    await first.getByRole('alertdialog').waitFor({ state: 'detached' });
    await receives(second, 'energy');
  });

  it('calls a device of one’s own otherwise, so that two alike can be told apart', async () => {
    const { Anna } = names('Anna');
    const anna = await person(Anna);
    await button(anna, 'Settings').click();
    await button(anna, /^Name Chrome/).click();
    const field = anna.getByRole('textbox', { name: 'Name of the device' });
    await field.fill('Kitchen');
    await anna.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    await button(anna, /^Name Chrome/).press('Enter');
    await field.fill('Kitchen');
    expect(await faultsFor(anna)).toEqual([]);
    await anna.keyboard.press('Enter');
    await button(anna, 'Sign out Kitchen').waitFor();
    await anna.reload();
    await button(anna, 'Sign out Kitchen').waitFor();
  });

  it('shows the devices of a person, and signs one of them out for good', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const [first, anna] = [await person(Bo), await person(Anna)];
    await button(first, 'Settings').click();
    const device = (where: string): Locator => first.getByRole('listitem').filter({ hasText: where });
    await device('This browser').waitFor();
    await button(first, 'Show link').click();
    const link = await first.getByLabel('The link to add a device', { exact: true }).inputValue();
    const second = await (await profile()).newPage();
    await second.goto(link);
    // The link is spent: it is put away by itself, which is said for a moment, and the list has the device.
    await Promise.all([says(first, /^\S.* was added$/), button(second, 'Add this device').click()]);
    await row(second, Anna).waitFor();
    await button(first, 'Show link').waitFor();
    await device('Connected now').waitFor();
    expect(await faultsFor(first)).toEqual([]);

    await call(second, Anna, 'Call');
    await button(anna, 'Accept').click();
    await receives(anna, 'energy');
    await device('Connected now')
      .getByRole('button', { name: /^Sign out/ })
      .click();
    await button(first, 'Sign out').click();
    await says(second, 'This browser is signed out.');
    await says(anna, 'Call ended');
    await second.goto(server.url);
    await second.getByLabel('Your name').waitFor();
    expect(await second.getByRole('button', { name: Bo }).count()).toBe(0);

    await device('Connected now').waitFor({ state: 'detached' });
    await device('This browser')
      .getByRole('button', { name: /^Sign out/ })
      .click();
    await says(first, /You are signed in nowhere else/);
    await button(first, 'Sign out').click();
    await says(first, 'This browser is signed out.');
  });
});

describe('calls', () => {
  it('answers a second call by holding the first, changes over, and comes back', async () => {
    const { Anna, Bo, Cy } = names('Anna', 'Bo', 'Cy');
    const [anna, bo, cy] = [await person(Anna), await person(Bo), await person(Cy)];
    await call(bo, Anna, 'Call');
    await button(anna, 'Accept').click();
    await receives(anna, 'energy');
    await call(cy, Anna, 'Call');
    await says(cy, `${Anna} is on another call and sees yours waiting`);
    expect(await faultsFor(anna)).toEqual([]);
    await button(anna, 'Hold and accept').click();
    await says(bo, `${Anna} put you on hold`);
    await receives(cy, 'energy');
    await anna.getByRole('region', { name: `Call with ${Bo}` }).waitFor();

    await button(anna, `Change over to ${Bo}`).click();
    await says(cy, `${Anna} put you on hold`);
    await receives(bo, 'energy');
    await button(anna, 'Hang up').click();
    await says(bo, 'Call ended');
    await says(anna, `You put ${Cy} on hold`);
    await button(anna, 'Resume').click();
    await receives(cy, 'energy');
  });

  it('goes on after a reload, and while the server is gone', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const [anna, bo] = [await person(Anna), await person(Bo)];
    await call(anna, Bo, 'Video call');
    await button(bo, 'Accept').click();
    await receives(bo, 'frames');
    await bo.reload();
    await Promise.all([receives(bo, 'frames'), receives(anna, 'frames')]);
    await bo.getByRole('timer').waitFor();

    await server.kill();
    await says(anna, 'Reconnecting to the server. Your call goes on.');
    await receives(anna, 'frames');
    await anna.keyboard.press('Escape');
    await says(anna, 'Reconnecting to the server…');
    await server.restart();
    await anna
      .getByText(/^Reconnecting to the server/)
      .first()
      .waitFor({ state: 'detached' });
    await receives(anna, 'energy');
    await button(anna, 'Hang up').click();
    await says(bo, 'Call ended');
  });

  it('moves one’s own picture, and lets the controls fade while nothing is done', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const [anna, bo] = [await person(Anna), await person(Bo)];
    await call(anna, Bo, 'Video call');
    await button(bo, 'Accept').click();
    await receives(anna, 'frames');
    const own = anna.locator('offhook-self-view');
    await own.waitFor();
    const box = await own.boundingBox();
    await anna.mouse.move((box?.x ?? 0) + 40, (box?.y ?? 0) + 40);
    await anna.mouse.down();
    await anna.mouse.move(200, 150, { steps: 4 });
    await anna.mouse.up();
    await expect.poll(() => own.getAttribute('corner')).toBe('top-left');
    await anna.keyboard.press('ArrowRight');
    await expect.poll(() => own.getAttribute('corner')).toBe('top-right');

    await anna.mouse.move(640, 400);
    await anna.locator('main.stage').click({ position: { x: 640, y: 400 } });
    await anna.locator('main.resting').waitFor();
    await anna.keyboard.press('Tab');
    await anna.locator('main.resting').waitFor({ state: 'detached' });
  });

  it('leaves the controls of the call that goes on free while another one rings, and offers to call again after it', async () => {
    const { Anna, Bo, Cy } = names('Anna', 'Bo', 'Cy');
    const [anna, bo, cy] = [await person(Anna), await person(Bo), await person(Cy)];
    await call(anna, Bo, 'Call');
    await button(bo, 'Accept').click();
    await receives(anna, 'energy');
    await anna.keyboard.press('Escape');
    await call(cy, Anna, 'Call');
    await anna.getByRole('alertdialog').waitFor();
    await button(anna.locator('offhook-call-controls'), 'More').click();
    await anna.getByRole('menuitem').and(anna.locator(':focus')).waitFor();
    await anna.keyboard.press('Escape');
    await button(anna, 'Hang up').click();
    await says(anna, `Call with ${Bo} ended · `);
    await button(anna, 'Decline').click();
    await says(cy, `${Anna} declined the call`);
    await button(anna.locator('offhook-notice'), 'Call again').click();
    await bo.getByRole('alertdialog').waitFor();
    await anna.getByText(`Call with ${Bo} ended`).waitFor({ state: 'detached' });
  });

  it('counts a missed call, forgets it when it was seen, and calls back', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const [anna, bo] = [await person(Anna), await person(Bo)];
    await call(anna, Bo, 'Call');
    await bo.getByRole('alertdialog').waitFor();
    await button(anna, 'Hang up').click();
    await bo.getByRole('alertdialog').waitFor({ state: 'detached' });
    await button(bo, 'Calls, 1 missed').click();
    await button(bo, 'Calls').waitFor();
    await button(bo, `Call back ${Anna}`).click();
    await anna.getByRole('alertdialog').waitFor();
    await button(anna, 'Decline').click();
    await says(bo, `${Anna} declined the call`);
    await button(bo, 'Call again').click();
    await anna.getByRole('alertdialog').waitFor();
  });

  it('turns callers away who meet “do not disturb”, and says so', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const [anna, bo] = [await person(Anna), await person(Bo)];
    await button(bo, /^You: /).click();
    await bo.getByRole('menuitemradio', { name: 'Do not disturb' }).click();
    await row(anna, Bo)
      .and(anna.getByRole('button', { name: /Do not disturb/ }))
      .waitFor();
    await call(anna, Bo, 'Call');
    await says(anna, `${Bo} does not want to be disturbed`);
  });

  it('explains a microphone that may not be used, and how to allow it', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    await person(Bo);
    const strict = await launchBrowser({ permission: 'deny' });
    try {
      const anna = await signIn(await profile(strict), server.url, Anna);
      await call(anna, Bo, 'Call');
      await says(anna, 'This page may not use your microphone');
      await says(anna, /allow the microphone, then try again/);
      expect(await faultsFor(anna)).toEqual([]);
    } finally {
      await strict.close();
    }
  });
});

describe('the keyboard', () => {
  it('is enough for a whole call', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const [anna, bo] = [await person(Anna), await person(Bo)];
    await row(anna, Bo).waitFor();
    await anna.keyboard.press('/');
    await anna.keyboard.type(Bo);
    await expect.poll(() => anna.locator('offhook-people').getByRole('listitem').count()).toBe(1);
    await anna.keyboard.press('ArrowDown');
    await anna.keyboard.press('Enter');
    await anna.getByRole('heading', { name: Bo }).waitFor();
    // The row's own buttons come next.
    await anna.keyboard.press('Tab');
    await anna.keyboard.press('Enter');
    await bo.getByRole('alertdialog').waitFor();

    await bo.keyboard.press('Control+Enter');
    await receives(bo, 'energy');
    await anna.keyboard.press('Control+d');
    await says(bo, `${Anna}’s microphone is off`);
    await anna.keyboard.down(' ');
    await bo.getByText(`${Anna}’s microphone is off`).waitFor({ state: 'detached' });
    await anna.keyboard.up(' ');
    await says(bo, `${Anna}’s microphone is off`);
    await anna.keyboard.press('Control+e');
    await receives(bo, 'frames');
    await anna.keyboard.press('Control+Shift+l');
    await says(bo, `${Anna} put you on hold`);
    await anna.keyboard.press('Control+Shift+l');
    await anna.keyboard.press('Escape');
    await anna.getByRole('region', { name: `Call with ${Bo}` }).waitFor();
    await anna.keyboard.press('Control+Shift+h');
    await says(bo, 'Call ended');
  });

  it('declines', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const [anna, bo] = [await person(Anna), await person(Bo)];
    await call(anna, Bo, 'Call');
    await bo.getByRole('alertdialog').waitFor();
    await bo.keyboard.press('Control+Shift+d');
    await says(anna, `${Bo} declined the call`);
  });

  it('shows where it is, and names what it is on with its key', async () => {
    const { Anna } = names('Anna');
    const anna = await person(Anna);
    await button(anna, 'People').focus();
    await anna.keyboard.press('Tab');
    const focus = anna.locator(':focus-visible');
    expect(await focus.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
    const tip = anna.locator('offhook-tip');
    await tip.getByText('Calls').waitFor();
    // Beside it, not over the next one.
    const [lies, next] = [await tip.boundingBox(), await button(anna, 'Settings').boundingBox()];
    expect((lies?.y ?? 0) + (lies?.height ?? 0)).toBeLessThanOrEqual(next?.y ?? 0);
    const own = await button(anna, /^Calls/).boundingBox();
    expect(lies?.x).toBeGreaterThanOrEqual((own?.x ?? 0) + (own?.width ?? 0));
  });
});

describe('every screen', () => {
  const all = Object.keys(screens({}));
  const wide = { viewport: { width: 1280, height: 800 } };
  const narrow = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  let gallery: ViteDevServer;

  beforeAll(async () => {
    gallery = await createVite({
      root: phoneRoot,
      configFile: `${phoneRoot}/vite.config.ts`,
      server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
      logLevel: 'error',
    });
    await gallery.listen();
  });
  afterAll(() => gallery?.close());

  async function look(options: BrowserContextOptions, screen: string, language = 'en'): Promise<Page> {
    const shown = await openProfile(browser, options);
    open.add(shown);
    const page = await shown.newPage();
    await page.goto(`${gallery.resolvedUrls?.local[0]}gallery.html?language=${language}`);
    await turnTo(page, screen);
    return page;
  }

  it.each([
    ['wide and light', 'in English', { ...wide, colorScheme: 'light' }],
    ['narrow and dark', 'in English', { ...narrow, colorScheme: 'dark' }],
    ['wide and dark', 'in Arabic', { ...wide, colorScheme: 'dark' }],
    ['narrow and light', 'in Arabic', { ...narrow, colorScheme: 'light' }],
  ] as const)(
    '%s, %s, can be read by all, has nothing in the way and is fit for fingers',
    async (_, language, options) => {
      const page = await look(options, 'people', language === 'in Arabic' ? 'ar' : 'en');
      const faults: Record<string, string[]> = {};
      for (const name of all) {
        await turnTo(page, name);
        const found = [...(await faultsFor(page)), ...(await misfitsOf(page, { touched: options.viewport.width < 720 }))];
        if (found.length > 0) faults[name] = found;
      }
      expect(all.length).toBeGreaterThan(40);
      expect(faults).toEqual({});
    },
    // Some hundred and fifty screens, also on a busy machine.
    900_000,
  );

  it('of several leads back the way one reads, and lets signs be seen beside what they count', async () => {
    const page = await look(narrow, 'conversation', 'ar');
    const mirrored = await button(page, 'رجوع').evaluate((one) => getComputedStyle(one).scale);
    expect(mirrored).toBe('-1 1');
    for (const [language, name] of [
      ['ar', /^المكالمات/],
      ['en', /^Calls/],
    ] as const) {
      await page.goto(page.url().replace(/language=\w+/, `language=${language}`));
      await turnTo(page, 'calls');
      const place = button(page, name);
      const [sign, badge] = [await place.locator('svg').boundingBox(), await place.locator('.badge').boundingBox()];
      if (sign === null || badge === null) throw new Error('Not shown');
      const covered = Math.min(sign.x + sign.width, badge.x + badge.width) - Math.max(sign.x, badge.x);
      expect(covered).toBeLessThan(sign.width / 2);
    }
    await turnTo(page, 'settings');
    const choose = await page.locator('label.file').boundingBox();
    expect(choose?.width).toBeLessThan(110);
  });

  it('of a conversation shows pictures whole', async () => {
    const page = await look(wide, 'conversation');
    const picture = page.getByRole('log').locator('.picture img').first();
    expect(await picture.evaluate((one) => getComputedStyle(one).objectFit)).toBe('contain');
  });

  it('of a call says in the menu what the menu lies on', async () => {
    const page = await look(wide, 'video-poor');
    await page.getByRole('toolbar', { name: 'Call' }).getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menu').getByText('The connection is poor').waitFor();
  });

  it('of a video call is filled by the other’s picture on a phone, until it is asked for as a whole', async () => {
    const page = await look(narrow, 'video');
    const picture = page.locator('offhook-picture.remote');
    const fit = (): Promise<string> => picture.locator('video').evaluate((video) => getComputedStyle(video).objectFit);
    // The conversation behind the call has a menu of its own.
    const more = page.getByRole('toolbar', { name: 'Call' }).getByRole('button', { name: 'More', exact: true });
    await expect.poll(fit).toBe('cover');
    await more.click();
    await page.getByRole('menuitem', { name: 'Show the whole picture' }).click();
    await expect.poll(fit).toBe('contain');
    await more.click();
    await page.getByRole('menuitem', { name: 'Fill the screen' }).click();
    await expect.poll(fit).toBe('cover');
    // Keys are for those who have some.
    await more.click();
    await page.getByRole('menuitem', { name: 'Put on hold' }).waitFor();
    expect(await page.locator('offhook-menu kbd').filter({ visible: true }).count()).toBe(0);
  });

  it.each([wide, narrow])('without anybody else on it says how to have somebody, at $viewport.width px', async (options) => {
    for (const screen of ['alone', 'nobody']) {
      const page = await look(options, screen);
      const shown = (role: 'link' | 'img', name: RegExp): Promise<void> => page.getByRole(role, { name }).first().waitFor();
      await shown('link', /Open a second person/);
      await shown('img', /QR code/);
    }
  });

  it('with a part of the people gives no number of them, and says at once that there are more', async () => {
    const page = await look(wide, 'people-more');
    await says(page, 'Not everybody is listed. Search finds the others.');
    await page.getByRole('heading', { name: 'Not here', exact: true }).waitFor();
    await turnTo(page, 'people-many');
    await page.getByRole('heading', { name: /^Not here · \d+$/ }).waitFor();
  });
});

it('is found from an address at which there is nothing', async () => {
  const page = await (await profile()).newPage();
  const answer = await page.goto(`${server.url}/people/anna`);
  expect(answer?.status()).toBe(404);
  await page.getByRole('link', { name: 'Go to the phone' }).click();
  await page.getByLabel('Your name').waitFor();
});
