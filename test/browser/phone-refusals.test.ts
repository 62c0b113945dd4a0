/** Switches that the browser does not let be turned on: they show what is so, and the words say why. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { button } from './harness/phones.ts';
import { Server } from './harness/server.ts';
import { launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

let server: Server;
let browser: Browser;
let profile: BrowserContext;
beforeAll(async () => {
  server = await Server.start({ pages: inject('webPhone') });
  browser = await launchBrowser({ whole: true });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
afterEach(async () => profile.close());

/** The settings, before a person who answers so when the browser asks about notifications. */
async function settings(name: string, permission: 'granted' | 'denied' | 'default'): Promise<Page> {
  profile = await openProfile(browser);
  if (permission === 'granted') await profile.grantPermissions(['notifications'], { origin: server.url });
  else
    // A browser without a screen asks nobody, and says that it was refused.
    await profile.addInitScript((answer) => {
      let now: NotificationPermission = 'default';
      Object.defineProperty(Notification, 'permission', { get: () => now });
      Notification.requestPermission = () => Promise.resolve((now = answer));
    }, permission);
  const page = await signIn(profile, server.url, name);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await button(page, 'Settings').click();
  return page;
}

const ringsClosed = (page: Page): Locator => page.getByRole('switch', { name: /^Ring when this page is closed/ });

describe('the switch to ring when the page is closed', () => {
  it('is off again where the browser reaches no push service', async () => {
    const page = await settings('Anna', 'granted');
    await ringsClosed(page).click();
    await page.getByRole('alert').filter({ hasText: 'This browser reaches no push service' }).waitFor();
    expect(await ringsClosed(page).isChecked()).toBe(false);
    expect(await ringsClosed(page).isEnabled()).toBe(true);
  });

  it('is off, and cannot be turned on, where notifications were refused', async () => {
    const page = await settings('Bo', 'denied');
    await ringsClosed(page).click();
    await expect.poll(() => ringsClosed(page).isDisabled()).toBe(true);
    expect(await ringsClosed(page).isChecked()).toBe(false);
  });

  it('is off where the question was put away', async () => {
    const page = await settings('Carla', 'default');
    await ringsClosed(page).click();
    await expect.poll(() => ringsClosed(page).isChecked()).toBe(false);
    expect(await ringsClosed(page).isEnabled()).toBe(true);
  });
});

it.each(['denied', 'default'] as const)('messages are not told of where the browser says %s', async (answer) => {
  const page = await settings(`Dora ${answer}`, answer);
  const messages = page.getByRole('switch', { name: /^Tell me of messages/ });
  await messages.click();
  await expect.poll(() => messages.isChecked()).toBe(false);
});
