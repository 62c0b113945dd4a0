/** The web phone as an app: it can be installed, opens without a network, and takes a new version without disturbing a call. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { Server } from './harness/server.ts';
import { faultsFor, launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

/** A copy of the pages that a test may change. */
let folder: string;
let server: Server;
let browser: Browser;
const open = new Set<BrowserContext>();

beforeAll(async () => {
  browser = await launchBrowser({ whole: true });
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-installable-'));
  cpSync(inject('webPhone'), folder, { recursive: true });
  server = await Server.start({ pages: folder });
});

afterEach(async () => {
  for (const profile of open) await profile.close();
  open.clear();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

async function profile(options: { readonly serviceWorkers?: 'block' } = {}): Promise<BrowserContext> {
  const made = await openProfile(browser, options);
  open.add(made);
  return made;
}

/** Signed in, with this version kept for when there is no network. */
async function installed(name: string): Promise<Page> {
  const page = await signIn(await profile(), server.url, name);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  return page;
}

/** What a deployment changes, as far as browsers see it. */
function deploy(): void {
  for (const [name, from, to] of [
    ['service-worker.js', /offhookVersion="[^"]+"/, 'offhookVersion="next"'],
    ['index.html', '</head>', '<meta name="version" content="next" /></head>'],
  ] as const) {
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(from);
    writeFileSync(file, text.replace(from, to));
  }
}

/** The browser looks whether the server has another version. */
const look = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update();
  });
const isNew = (page: Page): Promise<boolean> => page.evaluate(() => document.querySelector('meta[name=version]') !== null);

it('can be installed: with a name, icons of the sizes they say, and shortcuts', async () => {
  const page = await (await profile()).newPage();
  await page.goto(server.url);
  const chromium = await page.context().newCDPSession(page);
  const { errors } = await chromium.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await chromium.send('Page.getInstallabilityErrors');
  // A profile of a test is a private window.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);

  const answer = await page.request.get(`${server.url}/manifest.webmanifest`);
  expect(answer.headers()['content-type']).toMatch(/^application\/manifest\+json/);
  const { icons, shortcuts } = JSON.parse(await answer.text()) as {
    icons: { src: string; sizes: string }[];
    shortcuts: { name: string; url: string }[];
  };
  for (const { src, sizes } of icons.filter((icon) => icon.src.endsWith('.png'))) {
    const file = readFileSync(join(folder, src));
    // The IHDR chunk (PNG §11.2.2).
    expect(`${file.readUInt32BE(16)}x${file.readUInt32BE(20)}`, src).toBe(sizes);
  }
  expect(shortcuts.map(({ url }) => url)).toEqual(['./#conversations', './#people', './#calls']);
});

it('opens without a server and says what is the case, then goes on by itself', async () => {
  const page = await installed('Anna');
  await server.kill();
  await page.reload();
  await page.getByText('The server does not answer. Trying again…').waitFor();
  await page.context().setOffline(true);
  await page.getByText(/^You are offline/).waitFor();
  expect(await faultsFor(page)).toEqual([]);
  await page.context().setOffline(false);
  await server.restart();
  await page.getByRole('navigation', { name: 'Places' }).waitFor();
});

describe('a new version', () => {
  it('waits for the end of a call, then for a click', async () => {
    const [anna, bo] = [await installed('Anna'), await installed('Bo')];
    await anna.getByRole('listitem').filter({ hasText: 'Bo' }).getByRole('button').first().click();
    await button(anna, 'Call').click();
    await button(bo, 'Accept').click();
    await expect.poll(() => anna.evaluate(async () => (await received()).energy)).toBeGreaterThan(0);

    deploy();
    await look(anna);
    await anna.getByText('There is a new version of Offhook. It comes when your calls are over.').waitFor();
    expect(await isNew(anna)).toBe(false);
    const before = await anna.evaluate(async () => (await received()).energy);
    await expect.poll(() => anna.evaluate(async () => (await received()).energy)).toBeGreaterThan(before);
    await button(anna, 'Hang up').click();
    await button(anna, 'Reload').click();
    await expect.poll(() => isNew(anna)).toBe(true);
    await anna.getByRole('navigation', { name: 'Places' }).waitFor();
    await expect.poll(() => anna.evaluate(() => caches.keys())).toContain('offhook next');
  });
});

describe('a part that cannot be loaded', () => {
  it('is told of, and comes as soon as it can be had', async () => {
    const page = await (await profile({ serviceWorkers: 'block' })).newPage();
    let isLost = true;
    await page.route(/assets\/settings-/, (route) => (isLost ? route.abort() : route.continue()));
    await page.goto(server.url);
    await page.getByLabel('Your name').fill('Anna');
    await page.keyboard.press('Enter');
    await button(page, 'Settings').click();
    await page.getByText('This page could not be loaded. Check your connection and try again.').waitFor();
    isLost = false;
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
  });

  it('because there is a new version loads the page anew', async () => {
    const page = await (await profile({ serviceWorkers: 'block' })).newPage();
    await page.route(/assets\/settings-/, (route) => route.abort());
    await page.goto(server.url);
    await page.getByLabel('Your name').fill('Anna');
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Places' }).waitFor();
    const [first] = /assets\/index-[^"]+\.js/.exec(readFileSync(join(folder, 'index.html'), 'utf8')) ?? [''];
    const next = first.replace('index-', 'index-next');
    cpSync(join(folder, first), join(folder, next));
    writeFileSync(join(folder, 'index.html'), readFileSync(join(folder, 'index.html'), 'utf8').replace(first, next));
    await button(page, 'Settings').click();
    await page.waitForFunction((src) => document.querySelector('script')?.src.endsWith(src) ?? false, next);
  });
});
