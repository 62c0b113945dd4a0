/** What people say of themselves and of one another in the web phone, with a real server and two people in two browsers. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { Server } from './harness/server.ts';
import { faultsFor, launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

let server: Server;
let browser: Browser;
const open = new Set<BrowserContext>();
let complaints: string[] = [];
let serial = 0;

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

it('shows beside the status what somebody does, also to readers, and all of it where it is narrow', async () => {
  const { Anna, Bo, anna, bo } = await two();
  const said = 'In the workshop until the whole of the old roof is off and the new one is on';
  await go(anna, 'Settings');
  await anna.getByRole('textbox', { name: /^Status/ }).fill(said);
  await button(anna, 'Save').last().click();
  await row(bo, Anna).getByText(`Online · ${said}`).waitFor();
  await go(anna, 'People');
  await row(anna, Bo).getByRole('button').first().click();
  await button(anna, 'Call').click();
  await button(bo, 'Accept').click();
  await button(anna, 'Hang up').waitFor();
  await button(bo, 'Make the call small').click();
  await bo.getByRole('button', { name: `${Anna} On a call · ${said}` }).waitFor();
  await button(anna, 'Hang up').click();
  await row(bo, Anna).getByRole('button').first().click();
  await bo.setViewportSize({ width: 390, height: 844 });
  const whole = bo.locator('header .said');
  await whole.waitFor();
  await expect
    .poll(() => whole.evaluate((text) => [text.textContent, text.scrollWidth <= text.clientWidth]))
    .toEqual([said, true]);
  expect(await faultsFor(bo)).toEqual([]);
});

it('leads to the field of the status, from anywhere and from the settings themselves', async () => {
  const { anna } = await two();
  const isAtField = async (): Promise<void> => {
    const status = anna.getByRole('textbox', { name: /^Status/ });
    await expect.poll(() => status.evaluate((field) => field.matches(':focus'))).toBe(true);
    const isInSight = async (): Promise<boolean> => {
      const box = await status.boundingBox();
      return box !== null && box.y > 0 && box.y + box.height < 600;
    };
    await expect.poll(isInSight).toBe(true);
  };
  const setStatus = async (): Promise<void> => {
    await button(anna, /^You: /).click();
    await anna.getByRole('menuitem', { name: 'Set a status' }).click();
  };
  await anna.setViewportSize({ width: 1000, height: 600 });
  await setStatus();
  await isAtField();
  // At the other end of the page.
  await button(anna, 'Use another name here').scrollIntoViewIfNeeded();
  await setStatus();
  await isAtField();
});

it('lets nobody through who is blocked, tells them nothing, and hears of them again', async () => {
  const { Anna, Bo, anna, bo } = await two();
  await go(bo, 'People');
  await row(bo, Anna).getByText('Online').waitFor();
  await go(anna, 'People');
  await row(anna, Bo).getByRole('button').first().click();
  await choose(anna, 'Block');
  await anna.getByText(`${Bo} can no longer call you or write to you`).waitFor();
  await row(bo, Anna).getByText('Not here').waitFor();
  await row(bo, Anna).getByRole('button').first().click();
  await bo.getByRole('textbox', { name: 'Message' }).fill('Are you there?');
  await bo.keyboard.press('Enter');
  await bo.getByText('Not sent. They cannot be reached at the moment.').waitFor();
  await button(bo, 'Call').click();
  await button(bo, 'Call again').waitFor();
  expect(await anna.getByRole('button', { name: 'Accept' }).count()).toBe(0);
  await go(anna, 'Calls');
  await anna.getByText('Your calls will be listed here.').waitFor();
  expect(await row(anna, Bo).count()).toBe(0);
  await go(anna, 'Settings');
  await button(anna, `Unblock ${Bo}`).click();
  // The button is gone: the keyboard goes on where it was.
  const nobody = anna.getByText(/^You have blocked nobody/);
  await expect.poll(() => nobody.evaluate((text) => text.matches(':focus'))).toBe(true);
  await bo.keyboard.press('Escape');
  await row(bo, Anna).getByText('Online').waitFor();
});

it('offers to unblock whom one has blocked, in place of writing and calling', async () => {
  const { Bo, anna, bo } = await two();
  await row(anna, Bo).getByRole('button').first().click();
  const composer = anna.getByRole('textbox', { name: 'Message' });
  await composer.waitFor();
  await choose(anna, 'Block');
  await anna.getByText(`You have blocked ${Bo}. Unblock them to call or write.`).waitFor();
  await composer.waitFor({ state: 'detached' });
  await expect.poll(() => anna.getByRole('banner').getByRole('button', { name: /all$/ }).count()).toBe(0);
  expect(await faultsFor(anna)).toEqual([]);
  // In the list one may still try, and is told why it does not work.
  await row(anna, Bo).hover();
  await button(anna, `Call ${Bo}`).click();
  await anna.getByText('You have blocked this person. Unblock them to call.').first().waitFor();
  expect(await button(anna, 'Call again').count()).toBe(0);
  await button(anna, 'Close').click();

  await button(anna, 'Unblock').click();
  await expect.poll(() => composer.evaluate((field) => field.matches(':focus'))).toBe(true);
  await button(anna, 'Call').click();
  await button(bo, 'Accept').waitFor();
});

it('is not disturbed for a while, and has favourites first', async () => {
  const { Anna, anna, bo } = await two();
  await button(anna, /^You: /).click();
  await anna.getByRole('menuitem', { name: '30 minutes' }).click();
  await go(bo, 'People');
  const until = /Do not disturb until \d+:\d\d/;
  await row(bo, Anna).getByText(until).waitFor();
  await button(anna, /^You: .*, Do not disturb until \d/).waitFor();
  await row(bo, Anna).getByRole('button').first().click();
  await bo.getByRole('main').locator('header').getByText(until).waitFor();
  await button(bo, 'Call').click();
  await bo
    .getByRole('main', { name: `Call with ${Anna}` })
    .getByText(until)
    .waitFor();
  await button(bo, 'Close').click();
  await choose(bo, 'Add to favourites');
  await bo.getByRole('list', { name: 'Favourites' }).getByText(Anna).waitFor();
  await go(anna, 'Settings');
  expect(await anna.getByRole('switch', { name: /^Do not disturb Do not disturb until \d/ }).isChecked()).toBe(true);
  await anna.getByRole('switch', { name: /Do not disturb at set times/ }).check();
  await anna.getByLabel('Monday, from').waitFor();
  expect(await anna.getByLabel('Monday, from').inputValue()).toBe('22:00');
  expect(await faultsFor(anna)).toEqual([]);
});
