/** A person with several tabs in one browser: every tab shows a call, one rings aloud. */
import type { Page } from 'playwright-core';
import { launch } from './harness/puppeteer.ts';
import type { Browser as Chromium, CDPSession, Page as ChromiumPage } from 'puppeteer-core';
import { afterEach, describe, expect, it } from 'vitest';
import { program } from '../support/programs.ts';
import { button, call, phones, receives } from './harness/phones.ts';
import { listen, loudest } from './harness/sounds.ts';
import type { Evaluates } from './harness/sounds.ts';
import { find, signInByTyping } from './harness/sign-in-chromium.ts';
import { signIn } from './harness/web-phone.ts';

const { person, names } = phones();
const others = new Set<Chromium>();
afterEach(async () => {
  for (const one of others) await one.close();
  others.clear();
});

/** Louder than this is a ring. */
const aloud = 0.05;

/** Anna, and Bo with so many tabs. `before` runs in each of his before anything else. */
async function tabs(count: number, before?: () => void): Promise<{ anna: Page; bo: Page[]; Bo: string }> {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, first] = [await person(Anna), await person(Bo, listen)];
  if (before !== undefined) {
    await first.context().addInitScript(before);
    await first.reload();
    await first.getByRole('navigation', { name: 'Places' }).click();
  }
  const bo = [first];
  while (bo.length < count) bo.push(await signIn(first.context(), first.url(), Bo));
  return { anna, bo, Bo };
}

/** Which of them are heard within the same time. */
async function heard<P extends Evaluates>(pages: readonly P[], ms = 500): Promise<P[]> {
  const levels = await Promise.all(pages.map((page) => loudest(page, ms)));
  return pages.filter((_page, index) => (levels[index] ?? 0) > aloud);
}

/** The one that is heard, alone. */
async function ringer<P extends Evaluates>(pages: readonly P[]): Promise<P> {
  await expect.poll(async () => (await heard(pages)).length, { timeout: 10_000 }).toBe(1);
  // Longer than the pauses of the tune.
  const all = await heard(pages, 4_000);
  expect(all).toHaveLength(1);
  return all[0] as P;
}

const shows = (page: Page): Promise<void> => button(page, 'Accept').waitFor();

describe('of several tabs', () => {
  it('all show the call and one rings; another one goes on when that is closed', async () => {
    const { anna, bo, Bo } = await tabs(3);
    await call(anna, Bo);
    await Promise.all(bo.map(shows));
    const first = await ringer(bo);
    await first.close();
    const rest = bo.filter((page) => page !== first);
    const second = await ringer(rest);
    await second.close();
    await ringer(rest.filter((page) => page !== second));
  });

  it('one answers, and the one that rang is silent', async () => {
    const { anna, bo, Bo } = await tabs(2);
    await call(anna, Bo);
    const first = await ringer(bo);
    const second = bo.find((page) => page !== first) as Page;
    await button(second, 'Accept').click();
    await receives(second, 'energy');
    await button(first, 'Accept').waitFor({ state: 'detached' });
    expect(await heard(bo)).toEqual([]);
  });

  it('the one in which somebody talks tells them of another call, and no other rings', async () => {
    const { anna, bo, Bo } = await tabs(2);
    const [talking, other] = bo as [Page, Page];
    await call(anna, Bo);
    await button(talking, 'Accept').click();
    await receives(talking, 'energy');
    const { Carla } = names('Carla');
    await call(await person(Carla), Bo);
    await button(talking, 'Hold and accept').waitFor();
    await shows(other);
    expect(await ringer(bo)).toBe(talking);
  });

  it('none is heard where this was turned off in one of them', async () => {
    const { anna, bo, Bo } = await tabs(2);
    const [set, other] = bo as [Page, Page];
    await button(set, 'Settings').click();
    await set.getByRole('switch', { name: /^Ring aloud/ }).click();
    await call(anna, Bo);
    await Promise.all([shows(set), shows(other)]);
    expect(await heard(bo, 4_000)).toEqual([]);
  });

  it('each rings where its browser has no locks', async () => {
    const { anna, bo, Bo } = await tabs(1, () => Reflect.deleteProperty(Navigator.prototype, 'locks'));
    const [first] = bo as [Page];
    const second = await first.context().newPage();
    // Nobody is asked who it is for.
    await second.goto(first.url());
    await second.getByRole('navigation', { name: 'Places' }).click();
    bo.push(second);
    await call(anna, Bo);
    await expect.poll(async () => (await heard(bo)).length, { timeout: 10_000 }).toBe(2);
  });
});

/** How long after that it began to sound. */
async function beganAfter(page: Evaluates, since: number): Promise<number> {
  const began = (): Promise<number | undefined> => page.evaluate((from) => sounds.began.find((at) => at > from), since);
  await expect.poll(began, { timeout: 10_000 }).toBeDefined();
  return ((await began()) ?? NaN) - since;
}

/** Anna, and Bo with two tabs in a browser of his own, of which the first is in front: those of Playwright are never hidden. */
async function windows(): Promise<{ anna: Page; front: ChromiumPage; behind: ChromiumPage; Bo: string }> {
  const { Anna, Bo } = names('Anna', 'Bo');
  const anna = await person(Anna);
  // A page makes no sound before somebody has used it.
  const args = ['--no-sandbox', '--autoplay-policy=document-user-activation-required'];
  const chromium = await launch({ executablePath: program('browser'), args });
  others.add(chromium);
  const open = async (): Promise<ChromiumPage> => {
    const page = await chromium.newPage();
    await page.evaluateOnNewDocument(listen);
    await signInByTyping(page, anna.url(), Bo);
    return page;
  };
  const [front, behind] = [await open(), await open()];
  await front.bringToFront();
  await behind.waitForFunction(() => document.hidden);
  return { anna, front, behind, Bo };
}

/** A page that is looked at without touching it: what tests evaluate counts as a click otherwise. */
class Untouched implements Evaluates {
  readonly #chromium: CDPSession;

  constructor(chromium: CDPSession) {
    this.#chromium = chromium;
  }

  async evaluate<T, A>(task: (argument: A) => T | Promise<T>, argument?: A): Promise<T> {
    const expression = `(${String(task)})(${JSON.stringify(argument) ?? ''})`;
    const { result } = await this.#chromium.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    return result.value as T;
  }
}

/** Runs in the page. */
function isSignedIn(): boolean {
  const phone = document.querySelector('offhook-phone');
  return Boolean(phone?.shadowRoot?.querySelector('offhook-rail'));
}

/** Runs in the page: what is written on the card of a call. */
function shown(): string {
  const phone = document.querySelector('offhook-phone');
  return phone?.shadowRoot?.querySelector('offhook-incoming')?.shadowRoot?.textContent ?? '';
}

/** Its browser puts it to sleep, or wakes it. */
async function put(page: ChromiumPage, state: 'frozen' | 'active'): Promise<void> {
  await (await page.createCDPSession()).send('Page.setWebLifecycleState', { state });
}

describe('a tab behind others', () => {
  it('leaves it to the one in front', async () => {
    const { anna, front, behind, Bo } = await windows();
    await call(anna, Bo);
    expect(await ringer([front, behind])).toBe(front);
  });

  it('rings where nobody has used the one in front, which may make no sound', async () => {
    const { anna, front: used, behind, Bo } = await windows();
    const page = await used.browser().newPage();
    await page.evaluateOnNewDocument(listen);
    // By a link: nobody has clicked or typed there.
    await page.goto(`${anna.url().split(/[?#]/)[0]}?as=${Bo.toLowerCase().replace(' ', '-')}`);
    const front = new Untouched(await page.createCDPSession());
    await expect.poll(() => front.evaluate(isSignedIn)).toBe(true);
    await used.close();
    await call(anna, Bo);
    expect(await ringer<Evaluates>([front, behind])).toBe(behind);
    // It is heard: nobody has to click for that.
    await expect.poll(() => front.evaluate(shown)).toContain('Accept');
    expect(await front.evaluate(shown)).not.toContain('Click anywhere');
    await behind.close();
    await expect.poll(() => front.evaluate(shown)).toContain('Click anywhere');
  });

  it('rings where the one in front sleeps, which does not when it wakes', async () => {
    const { anna, front, behind, Bo } = await windows();
    await put(front, 'frozen');
    await call(anna, Bo);
    expect(await ringer([behind])).toBe(behind);
    await put(front, 'active');
    await find(front, '>>> offhook-incoming');
    expect(await ringer([front, behind])).toBe(behind);
  });

  it('goes on where the one that rings is put to sleep', async () => {
    const { anna, front, behind, Bo } = await windows();
    await call(anna, Bo);
    expect(await ringer([front, behind])).toBe(front);
    const since = Date.now();
    await put(front, 'frozen');
    await beganAfter(behind, since);
    expect(await ringer([behind])).toBe(behind);
    await put(front, 'active');
    expect(await ringer([front, behind])).toBe(behind);
  });
});

describe('a tab that hangs', () => {
  it('before it has said that it rings is not waited for', async () => {
    const { anna, bo, Bo } = await tabs(2, () => {
      if (!isSecureContext) return;
      // The first that is to ring hangs just then, for three seconds.
      const request = navigator.locks.request.bind(navigator.locks) as (...all: readonly unknown[]) => Promise<unknown>;
      const hang = (name: string, options: object, held: (lock: unknown) => unknown): Promise<unknown> =>
        request(name, options, (lock: unknown) => {
          if (name.startsWith('offhook ringing') && localStorage.getItem('hangs') === null) {
            localStorage.setItem('hangs', String(Date.now()));
            (globalThis as { hung?: boolean }).hung = true;
            for (const until = Date.now() + 3_000; Date.now() < until;);
          }
          return held(lock);
        });
      navigator.locks.request = hang as typeof navigator.locks.request;
    });
    await call(anna, Bo);
    await Promise.all(bo.map(shows));
    const hung = await Promise.all(bo.map((page) => page.evaluate(() => (globalThis as { hung?: boolean }).hung === true)));
    const [other] = bo.filter((_page, index) => hung[index] === false) as [Page];
    const since = Number(await other.evaluate(() => localStorage.getItem('hangs')));
    const took = await beganAfter(other, since);
    // It rang while the first one hung.
    expect(took).toBeLessThan(2_000);
    expect(await ringer(bo)).toBe(other);
  });
});
