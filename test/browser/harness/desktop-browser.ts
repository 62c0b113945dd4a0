/** A Chromium on a desktop of its own. Driven by Puppeteer, whose pages can be hidden. */
import { launch } from './puppeteer.ts';
import type { Browser, Page } from 'puppeteer-core';
import { program } from '../../support/programs.ts';
import type { Desktop } from './desktop.ts';

/** Sound may play where the page may play it. Where a person is asked for a screen, the tab called "Something to show" is chosen. */
export function launchOn(desktop: Desktop): Promise<Browser> {
  return launch({
    executablePath: program('browser'),
    env: { ...process.env, ...desktop.env },
    ignoreDefaultArgs: ['--mute-audio'],
    acceptInsecureCerts: true,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--use-fake-device-for-media-stream',
      '--auto-select-tab-capture-source-by-title=Something to show',
    ],
  });
}

/** The window that opens. */
export async function opened(browser: Browser, action: () => Promise<void>): Promise<Page> {
  const before = new Set(browser.targets());
  await action();
  const target = await browser.waitForTarget((one) => !before.has(one) && (one.type() as string) === 'page', {
    timeout: 15_000,
  });
  const page = await target.page();
  if (page === null) throw new Error('no page');
  return page;
}

/** The renderer of a page is gone, without a word. */
export async function crash(page: Page): Promise<void> {
  const crashed = new Promise((resolve) => page.once('error', resolve));
  void page.goto('chrome://crash').catch(() => undefined);
  await crashed;
}
