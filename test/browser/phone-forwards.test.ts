/** In the web phone: calls go to somebody else in one's place, always, when one is busy, and when nobody answers. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { button, call, find, phones, receives, row, says } from './harness/phones.ts';
import { faultsFor } from './harness/web-phone.ts';

const { person, names } = phones();

interface Three {
  readonly Anna: string;
  readonly Bo: string;
  readonly Carla: string;
  readonly anna: Page;
  readonly bo: Page;
  readonly carla: Page;
}

async function three(): Promise<Three> {
  const { Anna, Bo, Carla } = names('Anna', 'Bo', 'Carla');
  return { Anna, Bo, Carla, anna: await person(Anna), bo: await person(Bo), carla: await person(Carla) };
}

async function forward(page: Page, when: string, to: string): Promise<void> {
  await button(page, 'Settings').click();
  await button(page, `Choose… – ${when}`).click();
  await find(page.getByRole('dialog'), to);
  expect(await faultsFor(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('group', { name: when }).getByText(`Go to ${to}`).waitFor();
}

/** Anna has called Bo, and talks with Carla. */
async function reaches({ Anna, Bo, Carla, anna, carla }: Three): Promise<void> {
  await carla.getByRole('alertdialog', { name: Anna }).waitFor();
  await says(carla, `Audio call for ${Bo}`);
  await says(anna, `${Carla}’s phone is ringing`);
  await button(carla, 'Accept').click();
  await Promise.all([receives(anna, 'energy'), receives(carla, 'energy')]);
  await anna.getByRole('main', { name: `Call with ${Carla}` }).waitFor();
  await button(anna, 'Hang up').click();
  await says(carla, 'Call ended');
}

it('forwards all calls, shows that while it lasts, and ends it where one looks first', async () => {
  const all = await three();
  const { Bo, Carla, anna, bo } = all;
  await forward(bo, 'All calls', Carla);
  expect(await faultsFor(bo)).toEqual([]);
  await call(anna, Bo);
  await says(anna, `${Bo} forwards calls here`);
  await reaches(all);
  await button(anna, 'Close').click();
  await button(bo, new RegExp(`All calls go to ${Carla}$`)).click();
  expect(await faultsFor(bo)).toEqual([]);
  await bo.getByRole('menuitem', { name: 'Stop forwarding' }).click();
  await bo.getByText(`Go to ${Carla}`).waitFor({ state: 'detached' });
  await button(anna, 'People').click();
  await call(anna, Bo);
  await bo.getByRole('alertdialog').waitFor();
  await button(bo, 'Decline').click();
  await says(anna, `${Bo} declined the call`);
});

it('forwards while one is not to be disturbed', async () => {
  const all = await three();
  const { Bo, Carla, anna, bo } = all;
  await forward(bo, 'When I am busy', Carla);
  await bo.getByRole('switch', { name: /^Do not disturb Nothing/ }).check();
  await row(anna, Bo).filter({ hasText: 'Do not disturb' }).waitFor();
  await call(anna, Bo);
  await reaches(all);
});

it('forwards when nobody has answered for as long as it rings', async () => {
  const all = await three();
  const { Anna, Bo, Carla, anna, bo } = all;
  await button(bo, 'Settings').click();
  await bo.getByRole('combobox', { name: /^Ring for/ }).selectOption({ index: 0 });
  await says(bo, /^After it has rung for 15 seconds/);
  await forward(bo, 'When nobody answers', Carla);
  await call(anna, Bo);
  await bo.getByRole('alertdialog', { name: Anna }).waitFor();
  await reaches(all);
  await bo.getByRole('alertdialog').waitFor({ state: 'detached' });
  await button(bo, /^Calls/).click();
  await says(bo, /forwarded/);
});
