/** Pages made with JsSIP and SIP.js register over WSS at a server with a certificate of its own, and talk with the web phone. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import type { Pages } from './harness/pages.ts';
import { button, call, says } from './harness/phones.ts';
import { freePort, freePorts } from './harness/ports.ts';
import { Server } from './harness/server.ts';
import { scriptOf, sipPageIn } from './harness/sip-page.ts';
import { buildWebPhone, launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

const [ofPhone, ofPage] = [440, 1_000];

let pages: Pages;
let browser: Browser;
let [pagesScript, earScript] = ['', ''];
beforeAll(async () => {
  [pagesScript, earScript] = [await scriptOf('sip-pages.ts'), await scriptOf('ear.ts')];
  pages = await buildWebPhone();
  browser = await launchBrowser();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  pages?.remove();
});

/** Where a server is that has made its certificate itself. */
async function site(): Promise<string> {
  const { first, last } = await freePorts(20);
  const media = { rtpPorts: `${first}-${last}`, mediaPort: await freePort(), mediaWorkers: 1 };
  const settings = { host: 'localhost', lan: true, sipPort: await freePort(), ...media };
  const server = await Server.start({ pages: pages.folder, settings });
  onTestFinished(() => server.close());
  return `https://127.0.0.1:${server.port}`;
}

/** A browser that is told to take any certificate. */
async function profile(): Promise<BrowserContext> {
  const made = await openProfile(browser, { ignoreHTTPSErrors: true });
  onTestFinished(() => made.close());
  await made.addInitScript(earScript);
  return made;
}

/** What the settings of somebody say is to be typed into a phone of theirs. */
async function added(page: Page): Promise<{ readonly login: string; readonly password: string }> {
  await button(page, /^Settings/).click();
  await page.getByLabel('Name of the phone').fill('Page');
  await page.keyboard.press('Enter');
  await says(page, 'Enter this in Page');
  const shown = async (label: string): Promise<string> =>
    ((await page.getByLabel(label, { exact: true }).textContent()) ?? '').replaceAll(/\s/g, '');
  return { login: await shown('User name'), password: await shown('Password') };
}

/** On a page of the server where nobody has signed in. */
async function elsewhere(site: string): Promise<Page> {
  const page = await (await profile()).newPage();
  await page.goto(site);
  // Without a gesture of somebody nothing sounds.
  await page.mouse.click(1, 1);
  await page.evaluate(pagesScript);
  return page;
}

describe.each(['jssip', 'sipjs'] as const)('a page made with %s', (library) => {
  it('registers over WSS, and talks with the web phone both ways', { timeout: 240_000 }, async () => {
    const at = await site();
    const [anna, bo] = [await signIn(await profile(), at, 'Anna'), await signIn(await profile(), at, 'Bo')];
    const login = await added(bo);
    const page = sipPageIn(await elsewhere(at), library);
    await page.register({ url: `${at.replace(/^http/, 'ws')}/sip`, host: '127.0.0.1', ...login, hertz: ofPage });
    await says(bo, 'It has registered, and rings from now on');

    await call(anna, 'Bo');
    await anna.getByRole('timer').first().waitFor();
    await anna.evaluate((hertz) => untilTone(hertz), ofPage);
    await page.untilTone(ofPhone);
    await button(anna, 'Hang up').click();
    await page.untilEnded();

    await page.call('anna');
    await button(anna, 'Accept').click();
    await anna.getByRole('timer').first().waitFor();
    await anna.evaluate((hertz) => untilTone(hertz), ofPage);
    await page.untilTone(ofPhone);
    await page.hangUp();
    await anna.getByRole('timer').first().waitFor({ state: 'detached' });
  });
});
