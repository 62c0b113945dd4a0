/** What one does with conversations beside writing: finding what was said, changing groups, dropping files, hearing of messages. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
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

async function people<T extends string>(
  ...wanted: readonly T[]
): Promise<{ names: Record<T, string>; pages: Record<T, Page> }> {
  serial += 1;
  const entries = await Promise.all(
    wanted.map(async (one) => {
      const name = `${one} ${serial}`;
      const profile = await openProfile(browser, { complain: (text) => complaints.push(text) });
      open.add(profile);
      return { one, name, page: await signIn(profile, server.url, name) };
    }),
  );
  return {
    names: Object.fromEntries(entries.map(({ one, name }) => [one, name])) as Record<T, string>,
    pages: Object.fromEntries(entries.map(({ one, page }) => [one, page])) as Record<T, Page>,
  };
}

const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
const row = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ hasText: name }).getByRole('button').first();
const composer = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });
const log = (page: Page): Locator => page.getByRole('log');
const message = (page: Page, text: string): Locator => log(page).getByRole('listitem').filter({ hasText: text });

async function write(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await page.keyboard.press('Enter');
}

async function openWith(page: Page, name: string): Promise<void> {
  await row(page, name).click();
  await page.getByRole('heading', { name, exact: true }).first().waitFor();
  await composer(page).waitFor();
}

it('finds what was said, shows it in its place, and goes on from there both ways', async () => {
  const { names, pages } = await people('Anna', 'Bo');
  const [anna, bo] = [pages.Anna, pages.Bo];
  await openWith(anna, names.Bo);
  // More than two pages of 50, the sought one in the middle of them.
  const texts = Array.from({ length: 130 }, (_, at) => (at === 60 ? 'The parrot lives next door' : `line ${at + 1} of it`));
  for (const text of texts) await write(anna, text);
  await message(anna, 'line 130 of it').waitFor();
  await log(anna).getByText('Sending…').first().waitFor({ state: 'detached' });

  await button(bo, /^Conversations/).click();
  await bo.getByRole('searchbox', { name: /conversations/ }).waitFor();
  await bo.keyboard.press('/');
  await bo.keyboard.type('parrot');
  const found = bo.getByRole('list', { name: 'Messages' }).getByRole('button');
  await found.first().waitFor();
  expect(await found.count()).toBe(1);
  expect(await faultsFor(bo)).toEqual([]);
  await found.click();
  const sought = message(bo, 'The parrot lives next door');
  await sought.waitFor();
  const isInSight = (): Promise<boolean> =>
    sought.evaluate((one) => one.getBoundingClientRect().top > 100 && one.getBoundingClientRect().bottom < 700);
  await expect.poll(isInSight).toBe(true);
  // Only the conversation was scrolled, not the phone around it.
  expect(await bo.locator('offhook-phone').evaluate((phone) => (phone.scrollTo(0, 100), phone.scrollTop))).toBe(0);
  // The newest is not there yet, and nothing counts as read.
  expect(await message(bo, 'line 130 of it').count()).toBe(0);
  await button(bo, /^Conversations, 99\+ unread/).waitFor();

  // On to the newest by scrolling: what one reads stays where it is.
  const scroll = (by: number): Promise<void> => log(bo).evaluate((scroller, far) => scroller.scrollBy(0, far), by);
  await expect
    .poll(async () => {
      await scroll(100_000);
      return message(bo, 'line 130 of it').count();
    })
    .toBe(1);
  // And back to the first.
  await expect
    .poll(async () => {
      await scroll(-100_000);
      return message(bo, 'line 1 of it').count();
    })
    .toBe(1);

  await bo.getByRole('searchbox').fill('nobody-wrote-this');
  await bo.getByText('Nothing found for “nobody-wrote-this”.').waitFor();
}, 240_000);

it('changes the name and the people of a group, for all who are in it', async () => {
  const { names, pages } = await people('Anna', 'Bo', 'Cleo');
  const [anna, bo, cleo] = [pages.Anna, pages.Bo, pages.Cleo];
  for (const page of [anna, bo, cleo]) await button(page, /^Conversations/).click();
  await button(anna, 'New group').click();
  await anna.getByLabel('Name', { exact: true }).fill(`Movers ${serial}`);
  await anna.getByLabel(names.Bo).check();
  await button(anna, 'Make the group').click();
  await anna.getByRole('heading', { name: `Movers ${serial}` }).waitFor();
  await openWith(bo, `Movers ${serial}`);

  await button(anna, 'More').click();
  await anna.getByRole('menuitem', { name: 'Name and people' }).click();
  const dialog = anna.getByRole('dialog', { name: 'Name and people' });
  await dialog.getByLabel('Name', { exact: true }).fill(`Painters ${serial}`);
  await dialog.getByLabel(names.Bo).uncheck();
  await dialog.getByLabel(names.Cleo).check();
  expect(await faultsFor(anna)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();

  await anna.getByRole('heading', { name: `Painters ${serial}` }).waitFor();
  await message(anna, `You added ${names.Cleo}`).waitFor();
  await message(anna, `You removed ${names.Bo}`).waitFor();
  await bo.getByText('You are no longer in this group.').waitFor();
  await openWith(cleo, `Painters ${serial}`);
  await write(cleo, 'Here I am');
  await message(anna, 'Here I am').waitFor();
});

it('sends files that are dropped on a conversation or pasted', async () => {
  const { names, pages } = await people('Anna', 'Bo');
  const [anna, bo] = [pages.Anna, pages.Bo];
  await openWith(anna, names.Bo);
  await openWith(bo, names.Anna);
  // As the browser tells it: over the page first, then let go.
  const held = await anna.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['the plan'], 'plan.txt', { type: 'text/plain' }));
    return transfer;
  });
  await log(anna).dispatchEvent('dragover', { dataTransfer: held });
  await anna.getByText(`Drop to send to ${names.Bo}`).waitFor();
  await log(anna).dispatchEvent('drop', { dataTransfer: held });
  await anna.getByText(`Drop to send to ${names.Bo}`).waitFor({ state: 'detached' });
  const chosen = anna.getByRole('list', { name: 'Files to send' });
  await chosen.getByText('plan.txt').waitFor();
  await anna.keyboard.press('Enter');
  await message(bo, 'plan.txt').waitFor();

  await composer(anna).evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(['the list'], 'list.txt', { type: 'text/plain' }));
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, composed: true, cancelable: true }));
  });
  await chosen.getByText('list.txt').waitFor();
  await anna.keyboard.press('Enter');
  await message(bo, 'list.txt').waitFor();
});

it('keeps files that were chosen beside the draft of their conversation, and names those that are refused, each with its reason', async () => {
  const { names, pages } = await people('Anna', 'Bo');
  const [anna, bo] = [pages.Anna, pages.Bo];
  await openWith(anna, names.Bo);
  await openWith(bo, names.Anna);
  const held = await anna.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(33 * 1024 * 1024)], 'film.bin'));
    transfer.items.add(new File(['MZ'], 'tool.exe'));
    transfer.items.add(new File(['MZ'], 'setup.exe'));
    transfer.items.add(new File(['the plan'], 'plan.txt', { type: 'text/plain' }));
    return transfer;
  });
  await log(anna).dispatchEvent('drop', { dataTransfer: held });
  await anna.getByText('Not sent: film.bin. A file may have 32 MB at most.').waitFor();
  const chosen = anna.getByRole('list', { name: 'Files to send' });
  await expect.poll(() => chosen.getByRole('listitem').count()).toBe(3);

  await button(anna, 'Settings').click();
  await chosen.waitFor({ state: 'detached' });
  await button(anna, 'People').click();
  await openWith(anna, names.Bo);
  await expect.poll(() => chosen.getByRole('listitem').count()).toBe(3);
  await composer(anna).fill('All there is');
  await anna.keyboard.press('Enter');
  await anna.getByText(/^Not sent: tool\.exe and setup\.exe\. Programs are not sent here\./).waitFor();
  await message(bo, 'All there is').getByText('plan.txt').waitFor();
});

it('finds an emoji by its name and puts it where one writes, by keys alone', async () => {
  const { names, pages } = await people('Anna', 'Bo');
  const anna = pages.Anna;
  await openWith(anna, names.Bo);
  await composer(anna).fill('Well done!');
  for (let at = 0; at < 5; at++) await anna.keyboard.press('ArrowLeft');
  await button(anna, 'Choose an emoji').press('Enter');
  const picker = anna.getByRole('dialog', { name: 'Emoji' });
  await picker.getByRole('searchbox').and(anna.locator(':focus')).waitFor();
  expect(await faultsFor(anna)).toEqual([]);
  await anna.keyboard.type('party pop');
  await expect.poll(() => picker.getByRole('button').count()).toBe(1);
  await anna.keyboard.press('Enter');
  await picker.waitFor({ state: 'hidden' });
  expect(await composer(anna).inputValue()).toBe('Well 🎉done!');
  await anna.keyboard.type(' ');
  expect(await composer(anna).inputValue()).toBe('Well 🎉 done!');

  // It has been open before: a key that is pressed at once is not lost.
  await button(anna, 'Choose an emoji').press('Enter');
  await anna.keyboard.press('ArrowDown');
  const focus = (): Promise<string | null> => picker.locator(':focus').getAttribute('aria-label');
  expect(await focus()).toBe('grinning face');
  await anna.keyboard.press('ArrowRight');
  expect(await focus()).toBe('grinning face with big eyes');
  await anna.keyboard.press('ArrowDown');
  await anna.keyboard.press('ArrowUp');
  expect(await focus()).toBe('grinning face with big eyes');
  await anna.keyboard.press('Escape');
  await picker.waitFor({ state: 'hidden' });
  expect(await button(anna, 'Choose an emoji').evaluate((one) => one.matches(':focus'))).toBe(true);
});

it('opens no emoji over what somebody goes on to write while they are loaded', async () => {
  const { names } = await people('Bo');
  // Where nothing is kept for later, everything comes by the network.
  const profile = await openProfile(browser, { complain: (text) => complaints.push(text), serviceWorkers: 'block' });
  open.add(profile);
  const anna = await signIn(profile, server.url, `Anna ${serial}`);
  await openWith(anna, names.Bo);
  const held = Promise.withResolvers<void>();
  await anna.route(/assets\/emoji-/, async (route) => held.promise.then(() => route.continue()));
  const asked = anna.waitForResponse(/assets\/emoji-/);
  await button(anna, 'Choose an emoji').click();
  await composer(anna).pressSequentially('I go on ');
  held.resolve();
  await (await asked).finished();
  await anna.keyboard.type('writing, whatever comes meanwhile');
  expect(await composer(anna).inputValue()).toBe('I go on writing, whatever comes meanwhile');
  await button(anna, 'Choose an emoji').click();
  await anna.getByRole('dialog', { name: 'Emoji' }).waitFor();
});

it('offers what one can type instead of writing, once somebody begins with a stroke', async () => {
  const { names, pages } = await people('Anna', 'Bo');
  const [anna, bo] = [pages.Anna, pages.Bo];
  await openWith(anna, names.Bo);
  await composer(anna).focus();
  await anna.keyboard.type('/');
  const commands = anna.getByRole('listbox', { name: 'Commands' });
  await commands.waitFor();
  expect(await faultsFor(anna)).toEqual([]);
  const marked = commands.locator('[aria-selected=true]');
  expect(await marked.textContent()).toContain(`Call ${names.Bo}`);
  await anna.keyboard.press('ArrowDown');
  await anna.keyboard.press('ArrowDown');
  await anna.keyboard.press('ArrowUp');
  expect(await marked.textContent()).toContain('with video');
  await anna.keyboard.press('Escape');
  await commands.waitFor({ state: 'detached' });
  expect(await composer(anna).inputValue()).toBe('/');
  await anna.keyboard.type('v');
  expect(await commands.getByRole('option').count()).toBe(1);
  await anna.keyboard.press('Enter');
  await bo.getByRole('alertdialog', { name: names.Anna }).getByText('Video call').waitFor();
  await button(anna, 'Hang up').click();
  await expect.poll(() => composer(anna).inputValue()).toBe('');
});

it('tells of messages while nobody looks, once that was allowed, and leads to them', async () => {
  const { names, pages } = await people('Anna', 'Bo');
  const [anna, bo] = [pages.Anna, pages.Bo];
  await button(anna, 'Settings').click();
  // Headless browsers show no notifications and are never hidden: what the page asks of the browser is looked at.
  await anna.evaluate(() => {
    const shown: { title: string; body: string; click: () => void }[] = [];
    class Shown extends EventTarget {
      static permission = 'default';
      static requestPermission(): Promise<string> {
        Shown.permission = 'granted';
        return Promise.resolve(Shown.permission);
      }
      constructor(title: string, { body }: { body: string }) {
        super();
        shown.push({ title, body, click: () => this.dispatchEvent(new Event('click')) });
      }
      close(): void {}
    }
    Object.assign(globalThis, { Notification: Shown, shown });
  });
  const hide = (hidden: boolean): Promise<void> =>
    anna.evaluate((is) => {
      Object.defineProperty(document, 'hidden', { value: is, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  const shown = (): Promise<{ title: string; body: string }[]> =>
    anna.evaluate(() =>
      (globalThis as unknown as { shown: { title: string; body: string }[] }).shown.map(({ title, body }) => ({ title, body })),
    );

  await openWith(bo, names.Anna);
  await hide(true);
  await write(bo, 'Not yet allowed');
  await button(anna, 'Conversations, 1 unread').waitFor();
  expect(await shown()).toEqual([]);
  await anna.getByRole('switch', { name: /^Tell me of messages/ }).click();
  await expect.poll(() => anna.getByRole('switch', { name: /^Tell me of messages/ }).isChecked()).toBe(true);
  await write(bo, 'Are you there?');
  await expect.poll(shown).toEqual([{ title: names.Bo, body: 'Are you there?' }]);
  await anna.evaluate(() => (globalThis as unknown as { shown: { click: () => void }[] }).shown[0]?.click());
  await hide(false);
  await anna.getByRole('heading', { name: names.Bo, exact: true }).waitFor();
  await message(anna, 'Are you there?').waitFor();

  // Whoever looks sees it, and whoever does not want to be disturbed is not.
  await write(bo, 'You see this');
  await message(anna, 'You see this').waitFor();
  await button(anna, /^You: /).click();
  await anna.getByRole('menuitemradio', { name: 'Do not disturb' }).click();
  await button(anna, /^You: .*Do not disturb/).waitFor();
  await hide(true);
  await write(bo, 'Quiet, please');
  await message(anna, 'Quiet, please').waitFor();
  expect(await shown()).toHaveLength(1);
});
