/** What people say of themselves and of one another in the web phone, with a real server and two people in two browsers. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Pages } from './harness/pages.ts';
import { Server } from './harness/server.ts';
import { buildWebPhone, faultsFor, launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

let pages: Pages;
let server: Server;
let browser: Browser;
const open = new Set<BrowserContext>();
let complaints: string[] = [];
let serial = 0;

beforeAll(async () => {
  pages = await buildWebPhone();
  server = await Server.start({ pages: pages.folder });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  pages?.remove();
});

afterEach(async () => {
  for (const profile of open) await profile.close();
  open.clear();
  const heard = complaints;
  complaints = [];
  expect(heard).toEqual([]);
});

async function person(name: string): Promise<Page> {
  const profile = await openProfile(browser, { complain: (text) => complaints.push(text) });
  open.add(profile);
  return signIn(profile, server.url, name);
}

/** Two people of their own for each test: the server goes on. */
async function two(): Promise<{ readonly Anna: string; readonly Bo: string; readonly anna: Page; readonly bo: Page }> {
  serial += 1;
  const [Anna, Bo] = [`Anna P${serial}`, `Bo P${serial}`];
  const [anna, bo] = await Promise.all([person(Anna), person(Bo)]);
  return { Anna, Bo, anna, bo };
}

const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
const row = (page: Page, name: string): Locator => page.getByRole('listitem').filter({ hasText: name });
const go = (page: Page, place: string): Promise<void> =>
  page.getByRole('navigation').getByRole('button', { name: place }).click();

async function choose(page: Page, name: string): Promise<void> {
  await button(page, 'More').click();
  await page.getByRole('menuitem', { name, exact: true }).click();
}

it('shows others one’s status and picture, and takes both back', async () => {
  const { Anna, anna, bo } = await two();
  await go(anna, 'Settings');
  await anna.getByRole('textbox', { name: /^Status/ }).fill('In the workshop');
  await anna.getByLabel('A sign for your status').selectOption('🎧');
  await button(anna, 'Save').last().click();
  await anna
    .locator('input[type=file]')
    .setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: await anna.screenshot() });
  await go(bo, 'People');
  const seen = row(bo, Anna);
  await seen.getByText('🎧 In the workshop').waitFor();
  const picture = seen.locator('img');
  await picture.waitFor();
  await expect
    .poll(() =>
      picture.evaluate((image: HTMLImageElement) => [image.naturalWidth > 0, image.naturalWidth === image.naturalHeight]),
    )
    .toEqual([true, true]);
  expect(await faultsFor(anna)).toEqual([]);
  expect(await faultsFor(bo)).toEqual([]);
  await button(anna, 'Remove').click();
  await button(anna, 'Clear').click();
  await picture.waitFor({ state: 'detached' });
  await seen.getByText('Online').waitFor();
});

it('lets nobody through who is blocked, tells them nothing, and hears of them again', async () => {
  const { Anna, Bo, anna, bo } = await two();
  await go(bo, 'People');
  await row(bo, Anna).getByText('Online').waitFor();
  await go(anna, 'People');
  await row(anna, Bo).getByRole('button').first().click();
  await choose(anna, 'Block');
  await row(bo, Anna).getByText('Not here').waitFor();
  await row(bo, Anna).getByRole('button').first().click();
  await button(bo, 'Call').click();
  await button(bo, 'Call again').waitFor();
  expect(await anna.getByRole('button', { name: 'Accept' }).count()).toBe(0);
  await go(anna, 'Calls');
  expect(await row(anna, Bo).count()).toBe(0);
  await go(anna, 'Settings');
  await button(anna, `Unblock ${Bo}`).click();
  await bo.keyboard.press('Escape');
  await row(bo, Anna).getByText('Online').waitFor();
});

it('is not disturbed for a while, and has favourites first', async () => {
  const { Anna, anna, bo } = await two();
  await button(anna, /^You: /).click();
  await anna.getByRole('menuitem', { name: '30 minutes' }).click();
  await go(bo, 'People');
  await row(bo, Anna).getByText('Do not disturb').waitFor();
  await row(bo, Anna).getByRole('button').first().click();
  await choose(bo, 'Add to favourites');
  await bo.getByRole('list', { name: 'Favourites' }).getByText(Anna).waitFor();
  await go(anna, 'Settings');
  expect(await anna.getByRole('switch', { name: /Do not disturb Nothing rings/ }).isChecked()).toBe(true);
  await anna.getByRole('switch', { name: /Do not disturb at set times/ }).check();
  await anna.getByLabel('Monday, from').waitFor();
  expect(await anna.getByLabel('Monday, from').inputValue()).toBe('22:00');
  expect(await faultsFor(anna)).toEqual([]);
});
