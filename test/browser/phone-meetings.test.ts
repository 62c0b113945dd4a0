/** Meetings in the web phone: the way in by the list and by the link, the room, what hosts do, and the end. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { button, phones, says } from './harness/phones.ts';
import { freePort } from './harness/ports.ts';
import { faultsFor } from './harness/web-phone.ts';

const { person, stranger, names } = phones({
  settings: async () => ({ mediaPort: await freePort(), mediaWorkers: 1 }),
});

const room = (page: Page) => page.locator('offhook-meeting-room');
const tile = (page: Page, name: string) => page.locator('offhook-meeting-tile').filter({ hasText: name });

/** Begins a meeting, and goes in. Resolves with its link. */
async function begin(page: Page): Promise<string> {
  await button(page, 'Meetings').click();
  await button(page, 'New meeting').click();
  await enter(page);
  return page.url();
}

async function enter(page: Page): Promise<void> {
  await button(page, /^(Join now|Ask to join)$/).click();
}

/** By the link, as a person of their own. */
async function come(name: string, link: string): Promise<Page> {
  const page = await person(name);
  await page.goto(link);
  await enter(page);
  await room(page).waitFor();
  return page;
}

/** A picture of each of these is decoded, and goes on. */
async function sees(page: Page, ...people: readonly string[]): Promise<void> {
  for (const name of people) {
    const video = tile(page, name).locator('video');
    const time = () => video.evaluate((element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames);
    await video.waitFor();
    const before = await time();
    await expect.poll(time, { timeout: 30_000 }).toBeGreaterThan(before + 3);
  }
}

it('lets three people meet by a link, hear and see one another, and leave', async () => {
  const { Anna, Bo, Cem } = names('Anna', 'Bo', 'Cem');
  const anna = await person(Anna);
  const link = await begin(anna);
  await says(anna, 'Nobody else is here yet');
  const [bo, cem] = [await come(Bo, link), await come(Cem, link)];
  await Promise.all([sees(anna, Bo, Cem), sees(bo, Anna, Cem), sees(cem, Anna, Bo)]);
  expect(await faultsFor(anna)).toEqual([]);
  await button(cem, 'Leave the meeting').click();
  await says(cem, 'You have left the meeting');
  await tile(anna, Cem).waitFor({ state: 'detached' });
  await sees(anna, Bo);
}, 180_000);

void stranger;
