/** In the web phone: who is not answered leaves a message, which is in the conversation, to be listened to. */
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { button, call, phones, row, says } from './harness/phones.ts';
import { freePort } from './harness/ports.ts';
import { faultsFor } from './harness/web-phone.ts';

const { person, names } = phones({
  settings: async () => ({
    mediaPort: await freePort(),
    mediaWorkers: 1,
    voicemail: true,
    smtpUrl: 'smtp://127.0.0.1:1',
    smtpFrom: 'calls@example.com',
  }),
});

interface Sound {
  readonly seconds: number;
  readonly energy: number;
}

/** What is in the sound that a player plays, as the browser decodes it: 1 is a tone that is as loud as it can be, for a second. */
function soundOf(page: Page): Promise<Sound> {
  return page.locator('offhook-player').evaluate(async (player: HTMLElement & { address?: string }) => {
    const response = await fetch(player.address ?? '');
    const decoded = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await response.arrayBuffer());
    const samples = decoded.getChannelData(0);
    const sum = samples.reduce((all, one) => all + one * one, 0);
    return { seconds: decoded.duration, energy: sum / decoded.sampleRate };
  });
}

it('takes the call of who is not answered, and hands on what they say', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna), await person(Bo)];
  await button(bo, 'Settings').click();
  await bo.getByRole('combobox', { name: /^Ring for/ }).selectOption({ index: 0 });
  await call(anna, Bo);
  await bo.getByRole('alertdialog', { name: Anna }).waitFor();
  const heard = async (): Promise<number> => (await anna.evaluate(() => received())).energy;
  await says(anna, `${Bo} forwards calls here`);
  await bo.getByRole('alertdialog').waitFor({ state: 'detached' });
  // The greeting takes six seconds, then the tone.
  await expect.poll(heard).toBeGreaterThan(0.003);
  // The browser's own microphone beeps, once a second.
  await anna
    .getByRole('timer')
    .getByText(/0:(1\d|[2-5]\d)/)
    .waitFor();
  await button(anna, 'Hang up').click();

  // The call that was missed, and the message.
  const places = button(bo, /^Conversations/);
  await expect.poll(() => places.getAttribute('aria-label')).toBe('Conversations, 2 unread');
  await places.click();
  await row(bo, Anna).filter({ hasText: 'Voicemail' }).click();
  await bo.getByText(`Voicemail from ${Anna}`).waitFor();
  await expect.poll(() => places.getAttribute('aria-label')).toBe('Conversations');
  const player = bo.locator('offhook-player');
  await expect.poll(() => player.evaluate((one: HTMLElement & { address?: string }) => one.address)).toBeTruthy();
  const { seconds, energy } = await soundOf(bo);
  expect(seconds).toBeGreaterThan(2);
  expect(energy).toBeGreaterThan(0.003);
  await button(bo, 'Play').click();
  await expect.poll(async () => Number(await bo.getByRole('slider').inputValue())).toBeGreaterThan(0.5);
  expect(await faultsFor(bo)).toEqual([]);

  await button(bo, 'Delete voicemail').click();
  await button(bo, 'Delete for everybody').click();
  await bo.getByText('Voicemail deleted').waitFor();
  await player.waitFor({ state: 'detached' });
}, 120_000);

/** Says what callers hear, and takes that back. */
async function greets(page: Page, section: Locator): Promise<void> {
  const player = section.locator('offhook-player');
  await button(section, 'Record').click();
  // The browser's own microphone beeps, once a second.
  await section.getByRole('timer').getByText('0:02').waitFor();
  await button(section, 'Stop and use').click();
  await expect.poll(() => player.evaluate((one: HTMLElement & { address?: string }) => one.address)).toBeTruthy();
  const { seconds, energy } = await soundOf(page);
  expect(seconds).toBeGreaterThan(1.5);
  expect(energy).toBeGreaterThan(0.003);
  const words = { name: 'greeting.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('no sound at all') };
  await section.locator('input[type=file]').setInputFiles(words);
  await section.getByText('This file is no sound that can be played.').waitFor();
  await button(section, 'Remove').click();
  await player.waitFor({ state: 'detached' });
}

it('is as its person wants it, who hears of messages by e-mail', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna), await person(Bo)];
  await button(bo, 'Settings').click();
  const section = bo.getByRole('region', { name: 'Voicemail' });
  expect(await section.getByRole('switch', { name: 'Take messages' }).isChecked()).toBe(true);
  await section.getByRole('textbox').fill('bo@example.com');
  await button(section, 'Save').click();
  const attach = section.getByRole('switch', { name: 'Send the message along' });
  await attach.waitFor();
  await attach.uncheck();
  await greets(bo, section);
  await section.getByRole('switch', { name: 'All calls' }).check();
  await call(anna, Bo);
  await says(anna, `${Bo} forwards calls here`);
  await button(anna, 'Hang up').click();
  await bo.reload();
  await expect.poll(() => attach.isChecked()).toBe(false);
  expect(await section.getByRole('textbox').inputValue()).toBe('bo@example.com');
  await section.getByRole('switch', { name: 'Take messages' }).uncheck();
  await attach.waitFor({ state: 'detached' });
  expect(await faultsFor(bo)).toEqual([]);
}, 120_000);
