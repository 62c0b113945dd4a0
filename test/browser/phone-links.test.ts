/** Links that call: where they lead, and that they call nobody by themselves. */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { launch } from './harness/puppeteer.ts';
import type { Browser as Chromium, CDPSession, Page as ChromiumPage } from 'puppeteer-core';
import { afterEach, describe, expect, it } from 'vitest';
import { program } from '../support/programs.ts';
import { button, phones, receives, says } from './harness/phones.ts';
import { find, signInByTyping } from './harness/sign-in-chromium.ts';
import { countWhatIsReceived, faultsFor, typeName } from './harness/web-phone.ts';

const { person, names } = phones();
const others = new Set<Chromium>();
afterEach(async () => {
  for (const one of others) await one.close();
  others.clear();
});

const home = (page: Page): string => page.url().split(/[?#]/)[0] ?? '';
const addressOf = (name: string): string => name.toLowerCase().replace(' ', '-');

/** As a browser opens a link that it hands on: another tab of the same person. */
async function follow(profile: BrowserContext, at: string, link: string): Promise<Page> {
  const page = await profile.newPage();
  await page.goto(`${at}?call=${encodeURIComponent(link)}`);
  return page;
}

const card = (page: Page): Locator => page.getByRole('dialog');
describe('a link to somebody', () => {
  it('leads to them and asks; one click calls', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const [anna, bo] = [await person(Anna), await person(Bo)];
    const page = await follow(anna.context(), home(anna), `web+offhook:${addressOf(Bo)}`);
    await card(page).getByRole('heading', { name: Bo }).waitFor();
    await page.getByRole('main').getByRole('heading', { name: Bo }).waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(await faultsFor(page)).toEqual([]);
    // Whoever types on calls nobody.
    for (const key of ['Enter', 'Space']) await page.keyboard.press(key);
    await card(page).getByRole('heading', { name: Bo }).waitFor();
    await button(card(page), 'Call').click();
    await says(page, `${Bo}’s phone is ringing`);
    await button(bo, 'Accept').click();
    await receives(page, 'energy');
    expect(await card(page).count()).toBe(0);
  });

  it('waits until somebody has signed in, and is used up then', async () => {
    const { Anna, Bo } = names('Anna', 'Bo');
    const [anna, bo] = [await person(Anna), await person(Bo)];
    const at = home(anna);
    await anna.evaluate(() => localStorage.clear());
    const page = await follow(anna.context(), at, `web+offhook:${addressOf(Bo)}?video`);
    await typeName(page, `${Anna} too`);
    await card(page).getByRole('heading', { name: Bo }).waitFor();
    await button(card(page), 'Not now').click();
    await page.reload();
    await page.getByRole('main').getByRole('heading', { name: Bo }).waitFor();
    expect(await card(page).count()).toBe(0);
    await button(bo, 'Calls').click();
    await says(bo, 'Your calls will be listed here.');
  });

  it('says so where there is nobody, or it is oneself', async () => {
    const { Anna } = names('Anna');
    const anna = await person(Anna);
    const nobody = await follow(anna.context(), home(anna), 'web+offhook:charlotte');
    await says(nobody, 'Nobody here has the address “charlotte”.');
    expect(await button(nobody, /call$/i).count()).toBe(0);
    const self = await follow(anna.context(), home(anna), `web+offhook:${addressOf(Anna)}`);
    await says(self, /^This is you\./);
  });

  it.each([
    'javascript:alert(1)',
    'web+offhook:javascript:alert(1)',
    'web+offhook:<img src=x onerror=alert(1)>',
    'web+offhook:bo%00',
    'https://example.com',
    'web+offhook:nobody/../../x',
    `web+offhook:${'b'.repeat(5_000)}`,
  ])('that is none calls nobody, and it is said so: %.40s', async (link) => {
    const { Anna } = names('Anna');
    const anna = await person(Anna);
    const page = await follow(anna.context(), home(anna), link);
    await page.getByRole('navigation', { name: 'Places' }).waitFor();
    await says(page, 'That link cannot be used here: it names nobody to call.');
    expect(await card(page).count()).toBe(0);
  });
});

it('a telephone number is kept on the screen, and it is said that it cannot be called', async () => {
  const { Anna } = names('Anna');
  const anna = await person(Anna);
  const page = await follow(anna.context(), home(anna), 'tel:+49-30-12345678');
  await card(page).getByRole('heading', { name: '+49-30-12345678' }).waitFor();
  await says(page, /^This phone is not connected to a telephone network yet/);
  await page.keyboard.press('Escape');
  await card(page).waitFor({ state: 'detached' });
});

/** What is used of the browser's own way to install and open applications (Chrome DevTools Protocol, domain PWA). */
interface Applications {
  send(method: 'PWA.install', parameters: { manifestId: string; installUrlOrBundleUrl: string }): Promise<unknown>;
  send(method: 'PWA.launch', parameters: { manifestId: string; url: string }): Promise<unknown>;
}

/** Somebody's own Chromium, in which they are signed in: those of Playwright are private, and keep nothing of what pages offer them. */
async function chromiumOf(name: string, at: string): Promise<{ chromium: Chromium; tab: ChromiumPage }> {
  const args = ['--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];
  const chromium = await launch({ executablePath: program('browser'), pipe: true, args });
  others.add(chromium);
  const tab = await chromium.newPage();
  await signInByTyping(tab, at, name);
  return { chromium, tab };
}

it('is opened by the phone where somebody wants it, from any page', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const bo = await person(Bo);
  const { chromium, tab } = await chromiumOf(Anna, home(bo));
  // The person says yes to the browser.
  await (await tab.createCDPSession()).send('Page.setRPHRegistrationMode', { mode: 'autoAccept' });
  await tab.evaluate(() => location.assign('#settings'));
  for (const line of ['To people here', 'Telephone numbers'])
    await tab.locator(`>>> offhook-take-links >>> button[aria-label$="${line}"]`).click();
  const elsewhere = await chromium.newPage();
  await elsewhere.goto(`${home(bo)}favicon.svg`);
  await elsewhere.evaluate((link) => location.assign(link), `web+offhook:${addressOf(Bo)}`);
  await find(elsewhere, '>>> offhook-call-link >>> .answer');
  await elsewhere.goto(`${home(bo)}favicon.svg`);
  await elsewhere.evaluate(() => location.assign('tel:+49-30-12345678'));
  await find(elsewhere, '>>> offhook-call-link >>> ::-p-text(+49-30-12345678)');
});

/** The phone is installed as an application, and opened by this address. */
class Installed {
  readonly page: ChromiumPage;
  readonly #at: string;
  readonly #applications: Applications;

  private constructor(page: ChromiumPage, at: string, applications: Applications) {
    this.page = page;
    this.#at = at;
    this.#applications = applications;
  }

  /** Opens as somebody. */
  static async open(at: string, name: string): Promise<Installed> {
    const { chromium, tab } = await chromiumOf(name, at);
    const applications = (await chromium.target().createCDPSession()) as CDPSession & Applications;
    await applications.send('PWA.install', { manifestId: at, installUrlOrBundleUrl: at });
    await tab.close();
    const opens = chromium.waitForTarget((target) => target.url() === at);
    await applications.send('PWA.launch', { manifestId: at, url: at });
    const page = await (await opens).page();
    if (page === null) throw new Error('the application has no page');
    await page.evaluateOnNewDocument(countWhatIsReceived);
    await page.reload();
    await find(page, '>>> nav');
    return new Installed(page, at, applications);
  }

  /** Somebody opens it once more: by a link that the browser hands on, or one of its shortcuts. */
  async launch(address: string): Promise<void> {
    await this.#applications.send('PWA.launch', { manifestId: this.#at, url: new URL(address, this.#at).href });
  }

  async says(text: string): Promise<void> {
    await find(this.page, `>>> ::-p-text(${text})`);
  }

  energy(): Promise<number> {
    return this.page.evaluate(async () => (await received()).energy);
  }
}

describe('the installed phone that is open', () => {
  it('is led on by a link, and by its shortcuts, with the call that goes on', async () => {
    const { Anna, Bo, Carla } = names('Anna', 'Bo', 'Carla');
    const [bo] = [await person(Bo), await person(Carla)];
    const anna = await Installed.open(home(bo), Anna);
    await anna.launch(`?call=web%2Boffhook%3A${addressOf(Bo)}`);
    await anna.page.locator('>>> offhook-call-link >>> .answer').click();
    await button(bo, 'Accept').click();
    await receives(bo, 'energy');
    await anna.launch(`?call=web%2Boffhook%3A${addressOf(Carla)}`);
    await find(anna.page, '>>> offhook-call-link');
    await anna.says(Carla);
    await anna.launch('#invite=abc');
    await anna.says('Open that link again when your calls are over.');
    await anna.launch('#calls');
    await anna.page.waitForFunction(() => location.hash === '#calls');
    const before = await anna.energy();
    expect(before).toBeGreaterThan(0);
    await expect.poll(() => anna.energy()).toBeGreaterThan(before);
  });
});
