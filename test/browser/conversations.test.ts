/** Conversations of the web phone, with a real server and two people in two browsers who write, call, and are away. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { Server } from './harness/server.ts';
import { faultsFor, launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

let server: Server;
let browser: Browser;
const open = new Set<BrowserContext>();
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
interface Two {
  readonly Anna: string;
  readonly Bo: string;
  readonly anna: Page;
  readonly bo: Page;
}

/** Two people of their own for each test: the server goes on. */
async function two(): Promise<Two> {
  serial += 1;
  const [Anna, Bo] = [`Anna ${serial}`, `Bo ${serial}`];
  const [anna, bo] = await Promise.all([person(Anna), person(Bo)]);
  return { Anna, Bo, anna, bo };
}

async function person(name: string): Promise<Page> {
  const profile = await openProfile(browser, { complain: (text) => complaints.push(text) });
  open.add(profile);
  return signIn(profile, server.url, name);
}

const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
const row = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ hasText: name }).getByRole('button').first();
const composer = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });
const log = (page: Page): Locator => page.getByRole('log');
const seen = (page: Page): Locator => log(page).getByText('Seen', { exact: true });
const message = (page: Page, text: string): Locator => log(page).getByRole('listitem').filter({ hasText: text });

async function openWith(page: Page, name: string): Promise<void> {
  await row(page, name).click();
  await page.getByRole('heading', { name, exact: true }).first().waitFor();
  await composer(page).waitFor();
}

async function write(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await page.keyboard.press('Enter');
}

/** An entry of the menu of a message. */
async function choose(page: Page, text: string, entry: string | RegExp): Promise<void> {
  await message(page, text).hover();
  await message(page, text)
    .getByRole('button', { name: /^More about/ })
    .click();
  await page.getByRole('menuitem', { name: entry }).click();
}

describe('two people', () => {
  it('write to one another: an unread badge, the last words in the list, who writes, what was seen, kept over a reload', async () => {
    const { Anna, Bo, anna, bo } = await two();
    await openWith(anna, Bo);
    await write(anna, 'Have you seen the plan?');
    await message(anna, 'Have you seen the plan?').waitFor();
    expect(await composer(anna).inputValue()).toBe('');

    await button(bo, 'Conversations, 1 unread').click();
    await bo.getByText('Have you seen the plan?').waitFor();
    expect(await seen(anna).count()).toBe(0);
    expect(await faultsFor(bo)).toEqual([]);
    await openWith(bo, Anna);
    await message(bo, 'Have you seen the plan?').waitFor();
    await button(bo, 'Conversations').waitFor();
    await seen(anna).waitFor();

    await composer(bo).pressSequentially('Yes');
    await anna.getByText(`${Bo} is writing…`).waitFor();
    await bo.keyboard.press('Shift+Enter');
    await bo.keyboard.type('and https://example.com/plan?floor=2.');
    await bo.keyboard.press('Enter');
    const link = message(anna, 'Yes').getByRole('link');
    expect(await link.getAttribute('href')).toBe('https://example.com/plan?floor=2');
    expect(await link.getAttribute('rel')).toContain('noopener');
    await anna.getByText(`${Bo} is writing…`).waitFor({ state: 'detached' });

    await anna.reload();
    await message(anna, 'Have you seen the plan?').waitFor();
    await message(anna, 'Yes').waitFor();
    expect(await faultsFor(anna)).toEqual([]);
  });

  it('shows what is written as it is written, whatever markup and direction it has', async () => {
    const { Bo, anna } = await two();
    await openWith(anna, Bo);
    const markup = '<img src=x onerror="document.title=\'gone\'"> javascript:alert(1)';
    await write(anna, markup);
    await message(anna, markup).waitFor();
    expect(await log(anna).locator('img, a').count()).toBe(0);
    await write(anna, 'שלום עולם');
    const text = message(anna, 'שלום עולם').locator('.text');
    await expect.poll(() => text.evaluate((one) => getComputedStyle(one).direction)).toBe('rtl');
  });

  it('get what was written while one of them was away, with a mark where the new begins', async () => {
    const { Anna, Bo, anna, bo } = await two();
    await openWith(anna, Bo);
    await write(anna, 'Before');
    await openWith(bo, Anna);
    await message(bo, 'Before').waitFor();
    await seen(anna).waitFor();
    const home = bo.context();
    await bo.close();
    await write(anna, 'While you were away');
    await message(anna, 'While you were away').waitFor();
    const later = await home.newPage();
    await later.goto(server.url);
    await button(later, 'Conversations, 1 unread').click();
    await openWith(later, Anna);
    await message(later, 'While you were away').waitFor();
    await log(later).getByText('New', { exact: true }).waitFor();
  });

  it('lose nothing while the server is gone, and what was typed stays in its conversation', async () => {
    const { Anna, Bo, anna, bo } = await two();
    await openWith(bo, Anna);
    await openWith(anna, Bo);
    await composer(anna).fill('A draft');
    await button(anna, 'Conversations').click();
    await openWith(anna, 'Everyone');
    await expect.poll(() => composer(anna).inputValue()).toBe('');
    await button(anna, 'People').click();
    await openWith(anna, Bo);
    await expect.poll(() => composer(anna).inputValue()).toBe('A draft');

    await server.kill();
    await anna.getByText('Reconnecting to the server…').waitFor();
    await write(anna, 'Into the dark');
    await message(anna, 'Into the dark').getByText('Sending…').waitFor();
    await server.restart();
    await message(bo, 'Into the dark').waitFor();
    await log(anna).getByText('Sending…').waitFor({ state: 'detached' });
    expect(await message(anna, 'Into the dark').count()).toBe(1);
  });
});

describe('a conversation becomes a call', () => {
  it('by a click, stays beside it, and has it as an entry with a way to call back', async () => {
    const { Anna, Bo, anna, bo } = await two();
    await openWith(anna, Bo);
    await openWith(bo, Anna);
    await button(anna, 'Call').click();
    await button(bo, 'Accept').click();
    await bo.getByRole('timer').waitFor();
    await bo.keyboard.press('Escape');
    await bo.getByRole('region', { name: `Call with ${Anna}` }).waitFor();
    await write(bo, 'I write while we talk');
    await message(bo, 'I write while we talk').waitFor();
    await button(bo, 'Hang up').click();
    // What is left of a call goes by itself after a while.
    await button(anna, 'Close').click();
    await message(bo, 'Call · ').waitFor();

    await message(anna, 'I write while we talk').waitFor();
    await write(anna, '/video');
    await bo.getByRole('alertdialog').waitFor();
    await button(anna, 'Hang up').click();
    const missed = message(bo, 'Missed video call');
    await missed.getByRole('button', { name: 'Call back' }).click();
    await anna.getByRole('alertdialog', { name: Bo }).waitFor();
    await button(anna, 'Decline').click();
  });
});

describe('messages', () => {
  it('are answered, changed, taken back and reacted to, for both', async () => {
    const { Anna, Bo, anna, bo } = await two();
    await openWith(anna, Bo);
    await openWith(bo, Anna);
    await write(anna, 'See you at tree');
    await write(anna, 'A mistake');
    await choose(anna, 'See you at tree', 'Edit');
    await expect.poll(() => composer(anna).inputValue()).toBe('See you at tree');
    await composer(anna).fill('See you at three');
    await anna.keyboard.press('Enter');
    await message(bo, 'See you at three').getByText('Edited').waitFor();

    await choose(bo, 'See you at three', /👍/);
    await button(anna, '👍 1').click();
    await button(bo, '👍 2').waitFor();
    await choose(bo, 'See you at three', 'Reply');
    await button(bo, 'Do not reply').waitFor();
    await write(bo, 'Fine!');
    await message(anna, 'Fine!')
      .getByRole('button', { name: /See you at three/ })
      .waitFor();

    await choose(anna, 'A mistake', 'Delete');
    await button(anna, 'Delete for everybody').click();
    await message(bo, 'Message deleted').waitFor();
    expect(await message(bo, 'A mistake').count()).toBe(0);
    expect(await faultsFor(anna)).toEqual([]);
  });

  it('of before come as one scrolls up, and nothing jumps', async () => {
    const { Bo, anna } = await two();
    await openWith(anna, Bo);
    for (let at = 1; at <= 70; at++) await write(anna, `Line ${at} of many`);
    await log(anna).getByText('Sending…').first().waitFor({ state: 'detached' });
    await anna.reload();
    await message(anna, 'Line 70 of many').waitFor();
    expect(await message(anna, 'Line 5 of many').count()).toBe(0);
    const shown = message(anna, 'Line 30 of many');
    await shown.scrollIntoViewIfNeeded();
    const before = await shown.boundingBox();
    await message(anna, 'Line 5 of many').waitFor({ state: 'attached' });
    expect((await shown.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
  });

  it('bring files: pictures are seen, others can be saved', async () => {
    const { Anna, Bo, anna, bo } = await two();
    await openWith(anna, Bo);
    await openWith(bo, Anna);
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    await anna.locator('input[type=file]').setInputFiles([
      { name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') },
      { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('The plan') },
      { name: 'wrong.txt', mimeType: 'text/plain', buffer: Buffer.from('Not this one') },
    ]);
    // A second look before they go out.
    const chosen = anna.getByRole('list', { name: 'Files to send' });
    await expect.poll(() => chosen.locator('img').evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(1);
    expect(await faultsFor(anna)).toEqual([]);
    await button(anna, 'Take out wrong.txt').click();
    await expect.poll(() => chosen.getByRole('listitem').count()).toBe(2);
    await anna.keyboard.type('As we said');
    await anna.keyboard.press('Enter');
    await chosen.waitFor({ state: 'detached' });
    await message(bo, 'As we said').waitFor();
    expect(await log(bo).getByText('wrong.txt').count()).toBe(0);
    const image = log(bo).getByRole('img', { name: 'dot.png' });
    await image.waitFor();
    await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(1);
    const saved = bo.waitForEvent('download');
    await log(bo)
      .getByRole('link', { name: /plan\.txt/ })
      .click();
    expect((await saved).suggestedFilename()).toBe('plan.txt');
  });
});

describe('with several', () => {
  it('one writes to everyone, and makes a group and leaves it', async () => {
    const { Anna, Bo, anna, bo } = await two();
    await button(anna, /^Conversations/).click();
    await openWith(anna, 'Everyone');
    await write(anna, `Hello from ${Anna}`);
    await button(bo, /^Conversations/).click();
    await bo.getByText(`Hello from ${Anna}`).first().waitFor();

    await button(anna, 'New group').click();
    await anna.getByLabel('Name', { exact: true }).fill(`Movers ${serial}`);
    await anna.getByLabel(Bo).check();
    expect(await faultsFor(anna)).toEqual([]);
    await button(anna, 'Make the group').click();
    await anna.getByRole('heading', { name: `Movers ${serial}` }).waitFor();
    await write(anna, 'Who takes the plants?');
    await openWith(bo, `Movers ${serial}`);
    await message(bo, 'Who takes the plants?').waitFor();
    await write(bo, '/call');
    await bo.getByText(/^Calls are between two people/).waitFor();
    expect(await composer(bo).inputValue()).toBe('/call');
    await button(bo, 'More').click();
    await bo.getByRole('menuitem', { name: 'Leave the group' }).click();
    await message(anna, `${Bo} left`).waitFor();
    await row(bo, `Movers ${serial}`).waitFor({ state: 'detached' });
  });

  it('the search finds conversations and people to begin one with', async () => {
    const { Bo, anna } = await two();
    await button(anna, /^Conversations/).click();
    await anna.getByRole('searchbox', { name: /conversations/ }).waitFor();
    await anna.keyboard.press('/');
    await anna.keyboard.type(Bo);
    await row(anna, Bo).waitFor();
    await anna.keyboard.press('Enter');
    await anna.getByRole('heading', { name: Bo, exact: true }).waitFor();
    await composer(anna).waitFor();
  });
});
