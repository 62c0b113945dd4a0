import { chromium, type Browser, type Page } from 'playwright-core';
import { program } from '../../test/support/programs.ts';

/** Headless Chromium with a fake camera and microphone, and permission to use them already given. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: program('browser'),
    args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--no-sandbox'],
  });
}

/** A page of its own person, of an origin that may use cameras (W3C secure contexts); whatever the server has there. */
export async function openPage(browser: Browser, origin: string, html: string): Promise<Page> {
  const context = await browser.newContext({ permissions: ['local-network-access'] });
  const page = await context.newPage();
  const url = `${origin}/bench`;
  await page.route(url, (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html>${html}` }));
  await page.goto(url);
  return page;
}
