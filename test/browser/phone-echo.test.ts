/** In the web phone: hearing oneself before there is anybody to call, and what was measured. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { button, phones, receives, says } from './harness/phones.ts';
import { freePort } from './harness/ports.ts';
import { faultsFor } from './harness/web-phone.ts';

const { person, names } = phones({ settings: async () => ({ mediaPort: await freePort(), mediaWorkers: 1 }) });

const measured = /^Your connection (is|was) .*: \d+ ms there and back, .* lost\.$/;

/** Long enough to be measured. */
async function speaks(page: Page): Promise<void> {
  await says(page, 'Say something. You hear it again a second later.');
  await receives(page, 'energy');
  await page
    .getByRole('timer')
    .getByText(/0:(0[6-9]|[1-5]\d)/)
    .waitFor();
}

it('lets whoever is the first one here hear themselves, and says what was measured', async () => {
  const { Anna } = names('Anna');
  const anna = await person(Anna);
  await says(anna, 'You are the first one here');
  await button(anna, 'Call the echo test').click();
  await speaks(anna);
  expect(await faultsFor(anna)).toEqual([]);

  // Nobody is there to be led on, or to compare a code with.
  await button(anna, 'More').click();
  await anna.getByRole('menuitem', { name: 'Put on hold' }).waitFor();
  expect(await anna.getByRole('menuitem', { name: 'Transfer…' }).count()).toBe(0);
  await anna.getByRole('menuitem', { name: 'About this call' }).click();
  await anna.getByRole('dialog', { name: 'About this call' }).getByText('Sound').waitFor();
  expect(await anna.getByText('Safety code').count()).toBe(0);
  await anna.keyboard.press('Escape');

  await button(anna, 'Hang up').click();
  await says(anna, measured);
  // The browser's own microphone beeps.
  expect(await anna.getByText('Nothing was heard of you').count()).toBe(0);
  expect(await button(anna, 'Message').count()).toBe(0);
  expect(await faultsFor(anna)).toEqual([]);
  await button(anna, 'Call again').click();
  await receives(anna, 'energy');
  await button(anna, 'Turn your microphone off').click();
  await button(anna, 'Hang up').click();
  await says(anna, 'Call ended');
  await button(anna, 'Close').click();

  // It stands in no list.
  await button(anna, 'Calls').click();
  await says(anna, 'Your calls will be listed here.');
  await button(anna, 'Conversations').click();
  await anna.getByRole('heading', { name: 'Conversations' }).waitFor();
  expect(await anna.getByRole('listitem').filter({ hasText: 'Echo test' }).count()).toBe(0);
}, 120_000);

it('tries the connection before a meeting by a short call that nobody sees', async () => {
  const { Anna } = names('Anna');
  const anna = await person(Anna);
  await button(anna, 'Meetings').click();
  await button(anna, 'New meeting').click();
  await says(anna, 'Checking your connection…');
  await anna.getByText(/^\d+ ms there and back, .* lost$/).waitFor({ timeout: 60_000 });
  expect(await anna.locator('offhook-call, offhook-call-bar').count()).toBe(0);
  expect(await faultsFor(anna)).toEqual([]);
  // It is over, and the microphone is still open for the meeting.
  await button(anna, 'Join now').click();
  await anna.locator('offhook-meeting-room').waitFor();
  await button(anna, 'Turn your microphone off').waitFor();
  await button(anna, 'Leave the meeting').click();
  await says(anna, 'You have left the meeting');
  await button(anna, 'Close').click();
  await button(anna, 'Calls').click();
  await says(anna, 'Your calls will be listed here.');
}, 120_000);

it('says where nothing was heard of them, from the settings', async () => {
  const { Anna } = names('Anna');
  const anna = await person(Anna);
  await button(anna, 'Settings').click();
  await button(anna, 'Call the echo test').click();
  await button(anna, 'Turn your microphone off').click();
  await says(anna, 'Say something. You hear it again a second later.');
  await anna
    .getByRole('timer')
    .getByText(/0:(0[6-9]|[1-5]\d)/)
    .waitFor();
  await button(anna, 'Hang up').click();
  await says(anna, /^Nothing was heard of you/);
}, 120_000);
