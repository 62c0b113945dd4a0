/**
 * Calls that ring where no page is open, or a frozen one, in Chromium. It reaches no push service here: a stand-in takes and decrypts what
 * the server pushes, and the browser is told of it by its protocol.
 */
import type { Browser, BrowserContext, Locator, Page, Worker } from 'playwright-core';
import { TargetType } from 'puppeteer-core';
import type { Browser as Chromium, Page as ChromiumPage } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { PushService } from '../support/push-service.ts';
import type { Received } from '../support/push-service.ts';
import { button, call, receives, row, says } from './harness/phones.ts';
import { clickOn, delivery, openTabs, subscribeAs } from './harness/push.ts';
import { Server } from './harness/server.ts';
import { launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly type: string;
  readonly actions: readonly string[];
}

let service: PushService;
let server: Server;
let browser: Browser;
const open = new Set<BrowserContext>();
const others = new Set<Chromium>();
let serial = 0;

beforeAll(async () => {
  service = await PushService.start();
  server = await Server.start({ pages: inject('webPhone'), settings: { pushAllow: [service.origin] } });
  browser = await launchBrowser({ whole: true });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await service?.stop();
});

let anna: Page;
let names: { readonly anna: string; readonly bo: string };
beforeEach(async () => {
  serial += 1;
  names = { anna: `Anna ${serial}`, bo: `Bo ${serial}` };
  service.forget();
  anna = await signIn(await profile(), server.url, names.anna);
});
afterEach(async () => {
  for (const one of open) await one.close();
  for (const one of others) await one.close();
  open.clear();
  others.clear();
});

async function profile(): Promise<BrowserContext> {
  const made = await openProfile(browser);
  open.add(made);
  return made;
}

/** The browser of somebody who is rung by push, and what is seen of it beside the phone. */
class Callee {
  readonly context: BrowserContext;
  /** Open at the same server, but none of the phone's. */
  readonly beside: Page;
  readonly worker: Worker;
  /** The push service brings it. */
  readonly bring: (pushed: Received) => Promise<void>;

  private constructor(context: BrowserContext, beside: Page, worker: Worker, bring: Callee['bring']) {
    this.context = context;
    this.beside = beside;
    this.worker = worker;
    this.bring = bring;
  }

  /** Signs in, and turns the ringing on in the settings. */
  static async open(): Promise<{ callee: Callee; phone: Page }> {
    const context = await profile();
    await context.grantPermissions(['notifications', 'microphone', 'camera'], { origin: server.url });
    await context.addInitScript(subscribeAs, service.subscribe());
    const phone = await signIn(context, server.url, names.bo);
    await phone.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await button(phone, 'Settings').click();
    await phone.getByRole('switch', { name: /^Ring when this page is closed/ }).click();
    await button(phone, 'Ring me in 5 seconds').waitFor();
    const beside = await context.newPage();
    await beside.goto(`${server.url}/favicon.svg`);
    const bring = await delivery(await context.newCDPSession(beside), server.url);
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
    return { callee: new Callee(context, beside, worker, bring), phone };
  }

  shown(): Promise<Shown[]> {
    return this.beside.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/');
      return ((await registration?.getNotifications()) ?? []).map((one) => ({
        title: one.title,
        body: one.body,
        type: (one.data as { type: string }).type,
        actions: ((one as { actions?: readonly { action: string }[] }).actions ?? []).map(({ action }) => action),
      }));
    });
  }

  /** Clicks on what is shown. No click of a person leads here: where the worker would open a page, the address is told. */
  async click(action: string): Promise<string[]> {
    return this.worker.evaluate(clickOn, action);
  }
}

/** A page that was opened by no click of a person, as far as its browser knows, may want one before it is heard. */
async function hears(page: Page): Promise<void> {
  const wants = page.getByText(/Click to hear/);
  const energy = async (): Promise<number> => {
    if (await wants.isVisible()) await wants.click();
    return (await page.evaluate(() => received())).energy;
  };
  await expect.poll(energy).toBeGreaterThan(0);
}

describe('a closed phone', () => {
  it('rings, and is declined without a page', async () => {
    const { callee, phone } = await Callee.open();
    await phone.close();
    await call(anna, names.bo);
    await callee.bring(await service.take('ring'));
    await says(anna, `${names.bo}’s phone is ringing`);
    await expect
      .poll(() => callee.shown())
      .toEqual([{ title: names.anna, body: 'Incoming call', type: 'ring', actions: ['answer', 'decline'] }]);
    expect(await callee.click('decline')).toEqual([]);
    await says(anna, `${names.bo} declined the call`);
    await expect.poll(() => callee.shown()).toEqual([]);
    await callee.bring(await service.take('over'));
    await expect.poll(() => callee.shown()).toEqual([]);
  });

  it('opens to answer, and talks', async () => {
    const { callee, phone } = await Callee.open();
    await phone.close();
    await call(anna, names.bo);
    await callee.bring(await service.take('ring'));
    await expect.poll(() => callee.shown()).toMatchObject([{ type: 'ring' }]);
    const [address = ''] = await callee.click('answer');
    const answering = await callee.context.newPage();
    await answering.goto(address);
    await hears(answering);
    await receives(anna, 'energy');
    // A reload is somebody who stays, and answers nothing.
    await expect.poll(() => new URL(answering.url()).search).toBe('');
    expect(service.received).toEqual([]);
  });

  it('says that a call was missed, and does not ring for what is over', async () => {
    const { callee, phone } = await Callee.open();
    await phone.close();
    await call(anna, names.bo);
    const late = await service.take('ring');
    await button(anna, 'Hang up').click();
    const over = await service.take('over');
    await callee.bring(over);
    await expect.poll(() => callee.shown()).toMatchObject([{ title: names.anna, body: 'Missed call', type: 'over' }]);
    await callee.bring(late);
    // Nothing rings: a quiet word, which goes by itself.
    await expect.poll(() => callee.shown()).toMatchObject([{ body: 'The call is over', type: 'over', actions: [] }]);
  });
});

/** It rings there, as any call does, until somebody declines it. */
async function onlyRings(page: Page): Promise<void> {
  await button(page, 'Accept').waitFor();
  await expect.poll(() => new URL(page.url()).search).toBe('');
  await button(page, 'Decline').click();
  await says(anna, `${names.bo} declined the call`);
}

describe('what opens the phone to answer', () => {
  let callee: Callee;
  let address: string;

  beforeEach(async () => {
    const opened = await Callee.open();
    ({ callee } = opened);
    await opened.phone.close();
    await call(anna, names.bo);
    const ringing = await service.take('ring');
    await callee.bring(ringing);
    await expect.poll(() => callee.shown()).toMatchObject([{ type: 'ring' }]);
    address = `${server.url}/?as=bo-${serial}&answer=${ringing.message.notification.tag}`;
  });

  it.each(['closed', 'open'])('is not the link of another page, the phone being %s', async (state) => {
    const back = state === 'open' ? await callee.context.newPage() : undefined;
    await back?.goto(server.url);
    await (back && button(back, 'Accept').waitFor());
    const page = await callee.context.newPage();
    await page.route('https://elsewhere.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<p>Elsewhere' }),
    );
    await page.goto('https://elsewhere.example/');
    await page.evaluate((to) => location.assign(to), address);
    await onlyRings(page);
  });

  it('is a click on the notification, once', async () => {
    expect(await callee.click('answer')).toEqual([address]);
    const first = await callee.context.newPage();
    // Which reaches no server, and is closed again.
    await first.routeWebSocket(/./, () => undefined);
    await first.goto(address);
    await expect.poll(() => new URL(first.url()).search).toBe('');
    await first.close();
    const again = await callee.context.newPage();
    await again.goto(address);
    await onlyRings(again);
  });

  it('is no click of half a minute ago', async () => {
    expect(await callee.click('answer')).toEqual([address]);
    const late = await callee.context.newPage();
    await late.clock.setFixedTime(Date.now() + 30_000);
    await late.goto(address);
    await onlyRings(late);
  });
});

/** What the worker puts on the icon of the app, from now on: 0 where it takes it away. */
async function badges(worker: Worker): Promise<() => Promise<number[]>> {
  await worker.evaluate(() => {
    const scope = globalThis as unknown as { badges: number[] };
    scope.badges = [];
    const put = (count: number): Promise<void> => Promise.resolve(void scope.badges.push(count));
    Object.defineProperties(navigator, { setAppBadge: { value: put }, clearAppBadge: { value: () => put(0) } });
  });
  return () => worker.evaluate(() => (globalThis as unknown as { badges: number[] }).badges);
}

const listOfCalls = (page: Page): Locator =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: /^Calls/ });

it('counts what was missed on from what the page has counted, until somebody looks', async () => {
  const { callee, phone } = await Callee.open();
  const counted = await badges(callee.worker);
  await phone.close();
  let last: Received | undefined;
  for (const missed of [[1], [1, 2]]) {
    await row(anna, names.bo).click();
    await button(anna, 'Call').click();
    await service.take('ring');
    await button(anna, 'Hang up').click();
    const over = await service.take('over');
    last = over;
    await callee.bring(over);
    // Told once more, it was missed once.
    await callee.bring(over);
    await expect.poll(async () => [...new Set(await counted())]).toEqual(missed);
  }
  const seen = await callee.context.newPage();
  await seen.goto(server.url);
  // The page counts them, too.
  await expect.poll(() => listOfCalls(seen).textContent()).toMatch(/2/);
  expect((await counted()).at(-1)).toBe(2);
  await seen.close();
  // What the page has counted is told once more: it counts once.
  const before = (await counted()).length;
  if (last !== undefined) await callee.bring(last);
  await expect.poll(async () => (await counted()).length).toBeGreaterThan(before);
  expect((await counted()).at(-1)).toBe(2);
  expect(await callee.shown()).toMatchObject([{ body: 'Missed call' }, { body: 'Missed call' }]);
  // Then somebody looks.
  const back = await callee.context.newPage();
  await back.goto(server.url);
  await listOfCalls(back).click();
  await expect.poll(async () => (await counted()).at(-1)).toBe(0);
  await expect.poll(() => callee.shown()).toEqual([]);
});

/** A phone in a tab that its browser has put to sleep, and another tab in front of it. Playwright's tabs are never hidden. */
async function frozen(): Promise<{ page: ChromiumPage; bring(pushed: Received): Promise<void> }> {
  const { chromium, phone } = await openTabs(server.url, names.bo, service.subscribe());
  others.add(chromium);
  const page = await chromium.newPage();
  await page.goto(`${server.url}/favicon.svg`);
  await page.bringToFront();
  await phone.evaluate(() => document.addEventListener('freeze', () => localStorage.setItem('froze', 'yes')));
  const bring = await delivery(await page.createCDPSession(), server.url);
  await (await phone.createCDPSession()).send('Page.setWebLifecycleState', { state: 'frozen' });
  return { page, bring };
}

describe('a phone in another tab', () => {
  it('that is frozen is rung by push, and the page that opens answers', async () => {
    const beside = await frozen();
    await row(anna, names.bo).click();
    await button(anna, 'Call').click();
    const pushed = await service.take('ring');
    await beside.bring(pushed);
    await says(anna, `${names.bo}’s phone is ringing`);
    await expect.poll(() => beside.page.evaluate(() => localStorage.getItem('froze'))).toBe('yes');
    await beside.page.waitForFunction(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/');
      return (await registration?.getNotifications())?.length === 1;
    });
    const target = await beside.page.browser().waitForTarget((one) => one.type() === TargetType.SERVICE_WORKER);
    const [address = ''] = (await (await target.worker())?.evaluate(clickOn, 'answer')) ?? [];
    const answering = await beside.page.browserContext().newPage();
    await answering.goto(address);
    await receives(anna, 'energy');
  });

  it('that has come back is handed the answer', async () => {
    const { callee, phone } = await Callee.open();
    await phone.close();
    await call(anna, names.bo);
    await callee.bring(await service.take('ring'));
    await expect.poll(() => callee.shown()).toMatchObject([{ type: 'ring' }]);
    const back = await callee.context.newPage();
    await back.goto(server.url);
    await button(back, 'Accept').waitFor();
    expect(await callee.click('answer')).toEqual([]);
    await Promise.all([receives(anna, 'energy'), receives(back, 'energy')]);
  });
});

it('turned off while it rings, rings no more beside the page, and goes on in it', async () => {
  const { callee, phone } = await Callee.open();
  await phone.close();
  await call(anna, names.bo);
  await callee.bring(await service.take('ring'));
  await expect.poll(() => callee.shown()).toMatchObject([{ type: 'ring' }]);
  const back = await callee.context.newPage();
  await back.goto(`${server.url}/#settings`);
  await button(back, 'Accept').waitFor();
  await back.getByRole('switch', { name: /^Ring when this page is closed/ }).click();
  await expect.poll(() => callee.shown()).toEqual([]);
  await button(back, 'Accept').click();
  await receives(anna, 'energy');
  await button(anna, 'Hang up').click();
  expect(service.received).toEqual([]);
});

it('rings for a test', async () => {
  const { callee, phone } = await Callee.open();
  await button(phone, 'Ring me in 5 seconds').click();
  await says(phone, 'It rings in 5 seconds.');
  await phone.close();
  await callee.bring(await service.take('test'));
  await expect.poll(() => callee.shown()).toMatchObject([{ title: 'Offhook', type: 'test', actions: [] }]);
  const [address = ''] = await callee.click('');
  expect(new URL(address).searchParams.get('as')).toBe(`bo-${serial}`);
});
