/** In the web phone: a word instead of an answer. */
import { expect, it } from 'vitest';
import { button, call, phones, says } from './harness/phones.ts';
import { faultsFor } from './harness/web-phone.ts';

const { person, names } = phones();

it('declines with something ready, which the caller reads at once and both find in their conversation', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna), await person(Bo)];
  await call(anna, Bo);
  await button(bo, 'Reply with a message').click();
  await says(bo, `Message to ${Anna}`);
  expect(await faultsFor(bo)).toEqual([]);
  await button(bo, 'I’ll call you back.').click();
  await bo.getByRole('alertdialog').waitFor({ state: 'detached' });
  await says(anna, `${Bo} declined the call`);
  await anna.locator('blockquote').getByText('I’ll call you back.').waitFor();
  expect(await faultsFor(anna)).toEqual([]);
  await button(anna, 'Close').click();
  await anna.locator('offhook-messages').getByText('I’ll call you back.').waitFor();
});

it('says one’s own words by the keyboard alone, and leads back to the call', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna), await person(Bo)];
  await call(anna, Bo);
  const open = button(bo, 'Reply with a message');
  await open.focus();
  await bo.keyboard.press('Enter');
  await bo.locator('button:focus', { hasText: 'I’ll call you back.' }).waitFor();
  await bo.keyboard.press('Escape');
  await button(bo, 'Accept').waitFor();
  await expect.poll(() => open.evaluate((element) => element.matches(':focus'))).toBe(true);
  await bo.keyboard.press('Enter');
  await bo.getByLabel('Your own words').fill('  שנייה, אני בדרך ');
  await bo.keyboard.press('Enter');
  await anna.locator('blockquote').getByText('שנייה, אני בדרך').waitFor();
});

it('keeps what was written when the caller was faster', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna), await person(Bo)];
  await call(anna, Bo);
  await button(bo, 'Reply with a message').click();
  await bo.getByLabel('Your own words').fill('I am on my w');
  await button(anna, 'Hang up').click();
  await says(bo, `Missed call from ${Anna}. What you wrote is kept in your conversation.`);
  await button(bo, 'People').click();
  await bo.getByRole('listitem').filter({ hasText: Anna }).getByRole('button').first().click();
  await expect.poll(() => bo.getByRole('textbox', { name: 'Message', exact: true }).inputValue()).toBe('I am on my w');
});
