/** What tests of the web phone share: a server that gives it out, people in browsers of their own, and what they do with a page. */
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { Server } from './server.ts';
import { launchBrowser, openProfile, signIn } from './web-phone.ts';
import type { BrowserWishes, Received } from './web-phone.ts';

export interface Phones {
  /** Signed in by this name, in a browser of their own. `before` runs in each page before anything else. */
  readonly person: (name: string, before?: () => void) => Promise<Page>;
  /** In a browser of their own: opens this link. */
  readonly stranger: (link: string, options?: BrowserContextOptions) => Promise<Page>;
  /** The names that are told, made so that no other test has them: the server goes on. */
  readonly names: <T extends string>(...wanted: readonly T[]) => Record<T, string>;
}

/** For the tests of one file. A page that complains of anything fails the test. */
export function phones(wishes: BrowserWishes & { readonly settings?: () => Promise<Record<string, unknown>> } = {}): Phones {
  let server: Server;
  let browser: Browser;
  const open = new Set<BrowserContext>();
  let complaints: string[] = [];
  let serial = 0;

  beforeAll(async () => {
    server = await Server.start({ pages: inject('webPhone'), settings: await wishes.settings?.() });
    browser = await launchBrowser(wishes);
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

  async function profileOf(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const profile = await openProfile(browser, {
      complain: (text) => complaints.push(text),
      ...(wishes.rich && { permissions: ['microphone', 'camera'] }),
      ...options,
    });
    open.add(profile);
    return profile;
  }

  return {
    async person(name, before) {
      const profile = await profileOf();
      if (before) await profile.addInitScript(before);
      return signIn(profile, server.url, name);
    },
    async stranger(link, options) {
      const page = await (await profileOf(options)).newPage();
      await page.goto(link);
      return page;
    },
    names<T extends string>(...wanted: readonly T[]) {
      serial += 1;
      return Object.fromEntries(wanted.map((name) => [name, `${name} ${serial}`])) as Record<T, string>;
    },
  };
}

export function button(page: Page | Locator, name: string | RegExp): Locator {
  return page.getByRole('button', { name, exact: typeof name === 'string' });
}

/** The row of somebody, or of a conversation, in the list. */
export function row(page: Page, name: string): Locator {
  return page.getByRole('listitem').filter({ hasText: name }).getByRole('button').first();
}

export async function call(page: Page, name: string, how: 'Call' | 'Video call' = 'Call'): Promise<void> {
  await row(page, name).click();
  await button(page, how).click();
}

export function says(page: Page, text: string | RegExp): Promise<void> {
  return page.getByText(text).filter({ visible: true }).first().waitFor();
}

/** A page, whoever drives its browser. */
interface Counting {
  evaluate(count: () => Promise<Received>): Promise<Received>;
}

/** Something comes in from now on: sound, or pictures. */
export async function receives(page: Counting, what: keyof Received): Promise<void> {
  const before = (await page.evaluate(() => received()))[what];
  await expect.poll(async () => (await page.evaluate(() => received()))[what] - before).toBeGreaterThan(0);
}

/** Finds somebody by their name in a choice that has just been opened: they alone are left in it, for Enter to choose. */
export async function find(choice: Locator, name: string): Promise<void> {
  const search = choice.getByRole('searchbox');
  await search.and(choice.page().locator(':focus')).waitFor();
  await search.pressSequentially(name);
  const found = choice.getByRole('listitem');
  await expect.poll(() => found.allInnerTexts()).toEqual([expect.stringContaining(name)]);
}
