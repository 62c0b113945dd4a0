/** Groups where there are more people than a list shows: the directory is searched for them, and the dialog stays in shape. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { button } from './harness/phones.ts';
import { Server } from './harness/server.ts';
import { faultsFor, launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start({ pages: inject('webPhone') });
  browser = await launchBrowser();
  // More than one page of people.
  for (let n = 0; n < 230; n += 1) await server.claim(`Person ${String(n).padStart(3, '0')}`);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const someone = (page: Page, name: string) => page.getByRole('dialog').getByRole('checkbox', { name });

/** Nothing of the dialog lies over anything else of it, and only its list scrolls. */
async function shapeOf(page: Page): Promise<Record<string, boolean>> {
  const list = page.getByRole('dialog').getByRole('list');
  const dialog = page.getByRole('dialog');
  const [of, ends, outer] = await Promise.all([
    list.boundingBox(),
    dialog.getByRole('button').last().boundingBox(),
    dialog.boundingBox(),
  ]);
  if (of === null || ends === null || outer === null) throw new Error('the dialog is not there');
  return {
    isAbove: of.y + of.height <= ends.y,
    isWithin: ends.y + ends.height <= outer.y + outer.height,
    scrolls: await list.evaluate((element) => element.scrollHeight > element.clientHeight),
    stands: await dialog.evaluate((element) => element.scrollHeight <= element.clientHeight),
  };
}

it('takes people into a group whom no list has shown, by a search', async () => {
  const profile = await openProfile(browser);
  const page = await signIn(profile, server.url, 'Zoë');
  await button(page, /^Conversations/).click();
  await button(page, 'New group').click();
  const good = { isAbove: true, isWithin: true, scrolls: true, stands: true };
  await someone(page, 'Person 000').waitFor();
  await expect.poll(() => shapeOf(page)).toEqual(good);
  expect(await someone(page, 'Person 229').count()).toBe(0);
  await page.setViewportSize({ width: 390, height: 600 });
  await expect.poll(() => shapeOf(page)).toEqual(good);
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(await faultsFor(page)).toEqual([]);

  // What cannot be done yet does not look as if it could.
  const ground = (name: string): Promise<string> => button(page, name).evaluate((one) => getComputedStyle(one).backgroundColor);
  expect(await button(page, 'Make the group').isDisabled()).toBe(true);
  const idle = await ground('Make the group');
  expect(idle).toBe(await ground('Cancel'));

  await page.getByLabel('Name', { exact: true }).fill('Roof');
  await someone(page, 'Person 001').check();
  const search = page.getByRole('dialog').getByRole('searchbox');
  await search.fill('person 229');
  await someone(page, 'Person 229').waitFor();
  // Who was chosen stays on top; Enter takes the first who was found, and does not end the form.
  await expect.poll(() => page.getByRole('dialog').getByRole('checkbox').count()).toBe(2);
  await search.press('Enter');
  await expect.poll(() => someone(page, 'Person 229').isChecked()).toBe(true);
  await page.getByText('2 chosen').waitFor();
  await search.fill('nobody at all');
  await page.getByText('Nobody here is called “nobody at all”.').waitFor();
  await expect.poll(() => ground('Make the group')).not.toBe(idle);
  await button(page, 'Make the group').click();
  await page.getByText('You made the group Roof').first().waitFor();
  await page.getByText('Person 001, Person 229 and you').waitFor();

  // The same to change it.
  await button(page, 'More').click();
  await page.getByRole('menuitem', { name: 'Name and people' }).click();
  await page.getByRole('dialog').getByRole('searchbox').fill('person 228');
  await someone(page, 'Person 228').check();
  await someone(page, 'Person 001').uncheck();
  await button(page, 'Save').click();
  await page.getByText('You added Person 228').first().waitFor();
  await page.getByText('You removed Person 001').first().waitFor();
  await profile.close();
});
