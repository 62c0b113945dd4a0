import { launch as launchPuppeteer } from 'puppeteer-core';
import type { Browser, LaunchOptions } from 'puppeteer-core';

/** What Chromium and Firefox have to close themselves, in milliseconds. At times one hangs; Playwright sees to that by itself. */
const toClose = 20_000;

/** Puppeteer's `launch`, for what only it can do. */
export async function launch(options: LaunchOptions): Promise<Browser> {
  const browser = await launchPuppeteer(options);
  const close = browser.close.bind(browser);
  browser.close = async () => {
    let isKilled = false;
    const timer = setTimeout(() => (isKilled = browser.process()?.kill('SIGKILL') ?? false), toClose);
    try {
      await close();
    } catch (error) {
      if (!isKilled) throw error;
    } finally {
      clearTimeout(timer);
    }
  };
  return browser;
}

/**
 * Runs first in every page of a Firefox, also in those that open by themselves: Puppeteer has that only for pages it knows.
 * WebDriver BiDi, `script.addPreloadScript`.
 */
export async function inEveryPage(firefox: Browser, task: () => void): Promise<void> {
  const { connection } = firefox as unknown as { connection: { send(method: string, params: object): Promise<unknown> } };
  await connection.send('script.addPreloadScript', { functionDeclaration: String(task) });
}
