/** The web phone in the tabs of Puppeteer, which are those of an ordinary browser: some are hidden, and it keeps what pages offer it. */
import type { ElementHandle, Page } from 'puppeteer-core';
import { expect } from 'vitest';

/** What is there by now. Puppeteer itself waits for frames, which a browser that is busy leaves out. */
export async function find(page: Page, selector: string): Promise<ElementHandle> {
  let found: ElementHandle | null = null;
  await expect.poll(async () => (found = await page.$(selector)) !== null, { timeout: 30_000 }).toBe(true);
  return found as unknown as ElementHandle;
}

/** Signs in by name, as somebody who types. */
export async function signInByTyping(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await page.bringToFront();
  await (await find(page, '>>> input')).type(name);
  await page.keyboard.press('Enter');
  await find(page, '>>> nav');
}
