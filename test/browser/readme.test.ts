/** The page in README.md: as it stands there, on an origin of its own, for more than one person. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../../scripts/run.ts';
import { buildPages } from './harness/pages.ts';
import type { Pages } from './harness/pages.ts';
import { loopback } from './harness/ports.ts';
import { Server } from './harness/server.ts';
import { launchBrowser, openProfile } from './harness/web-phone.ts';

const [, snippet = ''] = /^```html\n([^]*?)^```/m.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
/** What a server of one's own has in its place. */
const placeholder = 'https://calls.example.com';
const shop = createServer((_, response) => {
  const page = snippet.replaceAll(placeholder, server.url);
  response.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html><title>Shop</title>${page}`);
});
let pages: Pages;
let server: Server;
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  await new Promise<void>((resolve) => shop.listen(0, loopback, resolve));
  pages = await buildPages();
  server = await Server.start({ pages: pages.folder, origins: [shopUrl()] });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  pages?.remove();
  shop.close();
});

function shopUrl(): string {
  return `http://${loopback}:${(shop.address() as AddressInfo).port}`;
}

/** Somebody who opens the page and gives this name when it asks. */
async function visitor(name: string): Promise<Page> {
  const page = await (await openProfile(browser, { complain: (text) => complaints.push(text) })).newPage();
  page.once('dialog', (dialog) => void dialog.accept(name));
  await page.goto(shopUrl());
  return page;
}

const says = (page: Page, text: string): Promise<void> => page.locator('#says').getByText(text).waitFor();
const sees = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => (document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 5);

it('takes two visitors from a name to a call in which they see each other, and to its end', async () => {
  expect(snippet.split(placeholder)).toHaveLength(3);
  const [anna, bo] = [await visitor('Anna'), await visitor('Bo')];
  await says(anna, 'You are Anna.');
  await says(bo, 'You are Bo.');
  await anna.locator('#to').fill('Bo');
  await anna.getByRole('button', { name: 'Call' }).click();
  await says(bo, 'Anna: incoming');
  await bo.getByRole('button', { name: 'Answer' }).click();
  await says(anna, 'Bo: active');
  await Promise.all([sees(anna), sees(bo)]);
  await anna.getByRole('button', { name: 'Hang up' }).click();
  await says(bo, 'ended');

  // The other way round, and declined.
  await bo.locator('#to').fill('Anna');
  await bo.getByRole('button', { name: 'Call' }).click();
  await says(anna, 'Bo: incoming');
  await anna.getByRole('button', { name: 'Hang up' }).click();
  await says(bo, 'Anna declined the call');
  expect(complaints).toEqual([]);
});

it('tells a visitor what is wrong, and what to do', async () => {
  await visitor('Cy').then((cy) => says(cy, 'You are Cy.'));
  const late = await visitor('Cy');
  await says(late, 'Somebody else already uses this name here.');
  late.once('dialog', (dialog) => void dialog.accept('Dora'));
  await late.getByRole('button', { name: 'Call' }).click();
  await says(late, 'You are Dora.');
  await late.locator('#to').fill('Nobody');
  await late.getByRole('button', { name: 'Call' }).click();
  await says(late, 'Nobody here has this address.');
  expect(complaints).toEqual([]);
});
