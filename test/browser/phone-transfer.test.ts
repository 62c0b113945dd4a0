/** In the web phone: somebody in a call leads the other on to somebody else, in three browsers. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { button, call, find, phones, receives, says } from './harness/phones.ts';
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

/** Anna talks with Bo; Carla is there. */
async function three(): Promise<Three> {
  const { Anna, Bo, Carla } = names('Anna', 'Bo', 'Carla');
  const [anna, bo, carla] = [await person(Anna), await person(Bo), await person(Carla)];
  await call(anna, Bo);
  await button(bo, 'Accept').click();
  await Promise.all([receives(anna, 'energy'), receives(bo, 'energy')]);
  return { Anna, Bo, Carla, anna, bo, carla };
}

/** Opens the choice and finds somebody in it. */
async function choose(page: Page, name: string): Promise<void> {
  await button(page.locator('offhook-call'), 'More').click();
  await page.getByRole('menuitem', { name: 'Transfer…' }).click();
  await find(page.getByRole('dialog'), name);
  await page.keyboard.press('Enter');
}

it('asks somebody first, then connects the two and leaves', async () => {
  const { Anna, Bo, Carla, anna, bo, carla } = await three();
  await button(bo, 'More').click();
  await bo.getByRole('menuitem', { name: 'Transfer…' }).click();
  await bo.getByRole('dialog', { name: `Transfer ${Anna}` }).waitFor();
  expect(await faultsFor(bo)).toEqual([]);
  await bo.keyboard.press('Escape');
  await choose(bo, Carla);
  expect(await faultsFor(bo)).toEqual([]);
  await button(bo, 'Ask first').click();
  await says(bo, `${Carla}’s phone is ringing`);
  await says(anna, `${Bo} put you on hold`);
  await button(carla, 'Accept').click();
  await Promise.all([receives(bo, 'energy'), receives(carla, 'energy')]);
  const connect = button(bo, `Connect ${Anna} and ${Carla}`);
  await connect.waitFor();
  expect(await faultsFor(bo)).toEqual([]);
  // All of these are said for a moment only.
  await Promise.all([
    says(bo, `${Anna} and ${Carla} are connected`),
    says(anna, `${Bo} has connected you with ${Carla}`),
    says(carla, `${Bo} has connected you with ${Anna}`),
    connect.click(),
  ]);
  await bo.locator('offhook-call').waitFor({ state: 'detached' });
  await says(anna, `Transferred by ${Bo}`);
  await Promise.all([receives(anna, 'played'), receives(carla, 'played'), receives(anna, 'energy'), receives(carla, 'energy')]);
  expect(await faultsFor(anna)).toEqual([]);
  await button(anna, 'Hang up').click();
  await says(carla, 'Call ended');
});

it('gives up asking, and talks with the first one again', async () => {
  const { Anna, Carla, anna, bo, carla } = await three();
  await choose(bo, Carla);
  await button(bo, 'Ask first').click();
  await button(carla, 'Accept').waitFor();
  await button(bo, `Back to ${Anna}`).click();
  await carla.getByRole('alertdialog').waitFor({ state: 'detached' });
  await Promise.all([receives(anna, 'energy'), receives(bo, 'energy')]);
  await bo.getByRole('main', { name: `Call with ${Anna}` }).waitFor();
});

it('connects two with whom one talks anyway, also after a reload', async () => {
  const { Anna, Carla, anna, bo, carla } = await three();
  await bo.keyboard.press('Escape');
  await call(bo, Carla);
  await button(carla, 'Accept').click();
  await Promise.all([receives(bo, 'energy'), receives(carla, 'energy')]);
  await bo.reload();
  await receives(bo, 'energy');
  await button(bo.locator('offhook-call'), 'More').click();
  await bo.getByRole('menuitem', { name: /^Connect with/ }).click();
  await says(bo, /are connected$/);
  await Promise.all([receives(anna, 'played'), receives(carla, 'played')]);
  await anna.getByRole('main', { name: `Call with ${Carla}` }).waitFor();
  await carla.getByRole('main', { name: `Call with ${Anna}` }).waitFor();
});

it('sends somebody on without a word, who hears it ring there and is answered', async () => {
  const { Anna, Bo, Carla, anna, bo, carla } = await three();
  await choose(bo, Carla);
  await Promise.all([
    says(bo, `${Anna} is now calling ${Carla}`),
    says(anna, `${Bo} sends you on to ${Carla}`),
    button(bo, 'Transfer now').click(),
  ]);
  await bo.locator('offhook-call').waitFor({ state: 'detached' });
  await says(anna, `${Carla}’s phone is ringing`);
  await says(anna, `Transferred by ${Bo}`);
  await carla.getByRole('alertdialog', { name: Anna }).waitFor();
  await says(carla, `Audio call, transferred by ${Bo}`);
  await button(carla, 'Accept').click();
  await Promise.all([receives(anna, 'played'), receives(carla, 'played'), receives(anna, 'energy'), receives(carla, 'energy')]);
  await button(carla, 'Hang up').click();
  await says(anna, 'Call ended');
});

it('tells somebody who was sent on that it was declined there, also whoever was called at first', async () => {
  const { Anna, Bo, Carla, anna, bo, carla } = await three();
  await choose(anna, Carla);
  await Promise.all([
    says(anna, `${Bo} is now calling ${Carla}`),
    says(bo, `${Anna} sends you on to ${Carla}`),
    button(anna, 'Transfer now').click(),
  ]);
  await says(bo, `${Carla}’s phone is ringing`);
  await button(carla, 'Decline').click();
  await says(bo, `${Carla} declined the call`);
  await button(bo, 'Call again').waitFor();
  expect(await bo.getByText('has connected you').count()).toBe(0);
});

it('keeps whoever cannot be sent on, and says why', async () => {
  const { Anna, Bo, Carla, anna, bo, carla } = await three();
  await button(carla, new RegExp(`^You: ${Carla}`)).click();
  await carla.getByRole('menuitemradio', { name: 'Do not disturb' }).click();
  await button(carla, /^You: .*Do not disturb/).waitFor();
  await choose(bo, Carla);
  await button(bo, 'Transfer now').click();
  await says(bo, 'They cannot be reached at the moment. Your call goes on.');
  await Promise.all([receives(anna, 'energy'), receives(bo, 'energy')]);
  await anna.getByRole('main', { name: `Call with ${Bo}` }).waitFor();
  await bo.getByRole('main', { name: `Call with ${Anna}` }).waitFor();
});
