/** What tests of meetings in the web phone share: the way in, and what is seen there. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { button } from './phones.ts';

export const room = (page: Page): Locator => page.locator('offhook-meeting-room');
export const tile = (page: Page, name: string): Locator => page.locator('offhook-meeting-tile').filter({ hasText: name });

/** Begins a meeting, and goes in. Resolves with its link. */
export async function begin(page: Page): Promise<string> {
  await button(page, 'Meetings').click();
  await button(page, 'New meeting').click();
  await enter(page);
  return page.url();
}

export async function enter(page: Page): Promise<void> {
  await button(page, /^(Join now|Ask to join)$/).click();
  await room(page).waitFor();
}

/** A picture of each of these is decoded, and goes on. */
export async function sees(page: Page, ...people: readonly string[]): Promise<void> {
  for (const name of people) await moves(tile(page, name).locator('video'));
}

export async function moves(video: Locator): Promise<void> {
  const frames = (): Promise<number> =>
    video.evaluate((element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames);
  await video.waitFor({ timeout: 30_000 });
  const before = await frames();
  await expect.poll(frames, { timeout: 30_000 }).toBeGreaterThan(before + 3);
}

/** Who is here, beside the room. */
export async function showPeople(page: Page): Promise<Locator> {
  const people = page.locator('offhook-meeting-people');
  // It says who waits, while somebody does.
  if (!(await people.isVisible())) await button(page, /^Who is here|waits? in the lobby$/).click();
  await people.waitFor();
  return people;
}

/** Chooses from the menu of somebody in the list of who is here. */
export async function host(page: Page, name: string, what: string): Promise<void> {
  await showPeople(page);
  await button(page, `More for ${name}`).click();
  await page.getByRole('menuitem', { name: what }).click();
}

/** Says it twice, as one is asked. */
export async function endForAll(page: Page): Promise<void> {
  await button(room(page), 'More').click();
  await page.getByRole('menuitem', { name: 'End it for all' }).click();
  await button(page.getByRole('alertdialog', { name: 'End it for all?' }), 'End it').click();
}
