/**
 * Every example, as it lies in `examples/` and is shown in README.md and the guides, in real browsers: on an origin of its own, beside
 * a server that was told nothing of it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Frame, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { root } from '../../scripts/run.ts';
import { Child } from './harness/child.ts';
import { freePort } from './harness/ports.ts';
import { Server } from './harness/server.ts';
import { serveSite } from './harness/site.ts';
import { launchBrowser, openProfile, signIn } from './harness/web-phone.ts';
import type { Received } from './harness/web-phone.ts';

const examples = join(root, 'examples');
let server: Server;
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  server = await Server.start({ pages: inject('webPhone'), settings: { mediaPort: await freePort(), mediaWorkers: 1 } });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

afterEach(() => expect(complaints.splice(0)).toEqual([]));

const profile = () => openProfile(browser, { complain: (text) => complaints.push(text) });

/** A page of an example in a browser of somebody's own, who gives this name if they are asked. */
async function visitor(url: string, name: string): Promise<Page> {
  const page = await (await profile()).newPage();
  page.once('dialog', (dialog) => void dialog.accept(name));
  await page.goto(url);
  return page;
}

async function site(folder: string): Promise<string> {
  const served = await serveSite(folder, server.url);
  onTestFinished(() => served.close());
  return served.url;
}

const says = (page: Page, text: string | RegExp): Promise<void> => page.locator('#says').getByText(text).waitFor();
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** What was received has grown in each of these ways by more than that. */
async function grows(page: Page | Frame, by: Partial<Received>): Promise<void> {
  const before = await page.evaluate(() => received());
  const wanted = Object.keys(by) as (keyof Received)[];
  const grown = async (): Promise<Partial<Received>> => {
    const now = await page.evaluate(() => received());
    return Object.fromEntries(wanted.map((what) => [what, now[what] - before[what]]));
  };
  const more = wanted.map((what) => [what, expect.toSatisfy((grown: number) => grown > (by[what] ?? 0), `> ${by[what]}`)]);
  await expect.poll(grown).toEqual(Object.fromEntries(more));
}

/** Decoded sound that is not silence arrives, beyond what had arrived before, and an element of the page goes on playing it. */
const hears = (page: Page | Frame): Promise<void> => grows(page, { energy: 0.001, played: 0.2 });

/** Decoded pictures arrive. */
const sees = (page: Page): Promise<void> => grows(page, { frames: 5 });

describe('the call button', () => {
  const folder = join(examples, 'button');

  it('rings the one who has the web phone open, who is heard and hears, and ends the call', async () => {
    const bo = await signIn(await profile(), server.url, 'Bo');
    const page = await visitor(await site(folder), '');
    await press(page, 'Call Bo');
    await press(bo, 'Accept');
    await page.locator('output').getByText('active').waitFor();
    await Promise.all([hears(page), hears(bo)]);
    await press(page, 'Call Bo');
    await bo.getByText('Call ended').first().waitFor();

    await press(page, 'Call Bo');
    await press(bo, 'Decline');
    await page.locator('output').getByText('Bo declined the call').waitFor();
  });

  it('says so where nobody has the name', async () => {
    const empty = await Server.start({ pages: inject('webPhone') });
    onTestFinished(() => empty.close());
    const served = await serveSite(folder, empty.url);
    onTestFinished(() => served.close());
    const page = await visitor(served.url, '');
    await press(page, 'Call Bo');
    await page.locator('output').getByText('Nobody here has this address.').waitFor();
  });
});

describe('the page with calls both ways', () => {
  const folder = join(examples, 'page');

  it('takes two visitors from a name to a call in which they see each other, and to its end', async () => {
    const url = await site(folder);
    const [anna, ben] = [await visitor(url, 'Anna'), await visitor(url, 'Ben')];
    await says(anna, 'You are Anna.');
    await says(ben, 'You are Ben.');
    await anna.locator('#to').fill('Ben');
    await press(anna, 'Call');
    await says(ben, 'Anna: incoming');
    await press(ben, 'Answer');
    await says(anna, 'Ben: active');
    await Promise.all([sees(anna), sees(ben), hears(anna), hears(ben)]);
    await press(anna, 'Hang up');
    await says(ben, 'ended');

    // The other way round, and declined.
    await ben.locator('#to').fill('Anna');
    await press(ben, 'Call');
    await says(anna, 'Ben: incoming');
    await press(anna, 'Hang up');
    await says(ben, 'Anna declined the call');
  });

  it('tells a visitor what is wrong, and what to do', async () => {
    const url = await site(folder);
    await visitor(url, 'Cy').then((cy) => says(cy, 'You are Cy.'));
    const late = await visitor(url, 'Cy');
    await says(late, 'Somebody else already uses this name here.');
    late.once('dialog', (dialog) => void dialog.accept('Dora'));
    await press(late, 'Call');
    await says(late, 'You are Dora.');
    await late.locator('#to').fill('Nobody');
    await press(late, 'Call');
    await says(late, 'Nobody here has this address.');
  });
});

async function enter(url: string, name: string): Promise<Page> {
  const page = await visitor(url, '');
  await page.getByLabel('Your name').fill(name);
  await press(page, 'Sign in');
  await page.getByRole('heading', { name }).waitFor();
  return page;
}

const status = (page: Page, text: string | RegExp): Promise<void> => page.getByRole('article').getByText(text).waitFor();

describe('the phone in React', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-react-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(() => build({ root: join(examples, 'react'), logLevel: 'warn', build: { outDir: folder, emptyOutDir: true } }));

  it('calls with a picture, mutes, holds, survives a reload, and says why a call has ended', async () => {
    const url = await site(folder);
    const eva = await enter(url, 'Eva');
    const finn = await enter(url, 'Finn');
    // Who has come meanwhile is seen without looking again.
    await press(eva, 'Video call Finn');
    await status(eva, 'It rings …');
    await press(finn, 'Answer with video');
    await status(eva, /^0:0\d$/);
    await Promise.all([sees(eva), sees(finn), hears(eva), hears(finn)]);
    await press(eva, 'Hold');
    await status(finn, 'On hold');
    await press(eva, 'Hold');
    await status(finn, /^0:\d\d$/);
    await press(finn, 'Camera');
    await finn.reload();
    await status(finn, /^0:\d\d$/);
    await Promise.all([hears(eva), sees(finn), hears(finn)]);
    await press(finn, 'Hang up');
    await eva.getByRole('alert').getByText(/\w/).waitFor();

    await press(finn, 'Call Eva');
    await press(eva, 'Decline');
    await finn.getByRole('alert').getByText('Eva declined the call').waitFor();
  });

  it('says what is wrong with a name', async () => {
    const url = await site(folder);
    await enter(url, 'Gus');
    const other = await visitor(url, '');
    await other.getByLabel('Your name').fill('Gus');
    await press(other, 'Sign in');
    await other.getByRole('alert').getByText('Somebody else already uses this name here.').waitFor();
  });
});

describe('the web phone in a frame', () => {
  it('rings in the page of somebody else, where one is heard and hears', async () => {
    const page = await visitor(await site(join(examples, 'embed')), '');
    const frame = page.frameLocator('iframe');
    await frame.getByLabel('Your name').fill('Kim');
    await frame.getByLabel('Your name').press('Enter');
    await frame.getByRole('navigation', { name: 'Places' }).waitFor();
    const lea = await visitor(await site(join(examples, 'page')), 'Lea');
    await says(lea, 'You are Lea.');
    await lea.locator('#to').fill('Kim');
    await press(lea, 'Call');
    await frame.getByRole('button', { name: 'Accept', exact: true }).click();
    await says(lea, 'Kim: active');
    const inside = page.frames().filter((one) => one.url().startsWith(server.url));
    expect(inside).toHaveLength(1);
    await Promise.all([lea, ...inside].map(hears));
    await press(lea, 'Hang up');
    await frame.getByText('Call ended').first().waitFor();
  });
});

describe('a session of several people', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-session-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(() =>
    build({
      root: join(examples, 'session'),
      configFile: join(examples, 'session/vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: folder, emptyOutDir: true },
    }),
  );

  it('shows everybody to everybody, mutes, raises hands, and is left', async () => {
    const url = await site(folder);
    const join = async (name: string): Promise<Page> => {
      const page = await visitor(url, name);
      await page.getByPlaceholder('Your name').fill(name);
      await press(page, 'Join');
      await page.getByText(`${name} (you)`).waitFor();
      return page;
    };
    const [uma, vic, wei] = [await join('Uma'), await join('Vic'), await join('Wei')];
    for (const page of [uma, vic, wei]) await expect.poll(() => page.locator('figure').count(), { timeout: 15_000 }).toBe(3);
    await Promise.all([uma, vic, wei].flatMap((page) => [sees(page), hears(page)]));
    await press(uma, 'Raise hand');
    await says(vic, 'Uma raises a hand');
    await press(wei, 'Leave');
    await says(uma, 'Wei has left');
    await expect.poll(() => vic.locator('figure').count()).toBe(2);
    await sees(vic);
  });
});

describe('messages of an application', () => {
  it('reach a person, one device, and everybody', async () => {
    const url = await site(join(examples, 'signals'));
    const [hal, ida, joe] = [await visitor(url, 'Hal'), await visitor(url, 'Ida'), await visitor(url, 'Joe')];
    await hal.getByPlaceholder('Whom to play with').fill('Ida');
    await press(hal, 'Play');
    await says(hal, 'You play X against Ida.');
    await says(ida, 'You play O against Hal.');
    for (const page of [hal, joe]) await page.getByText('Hal plays with Ida').waitFor();
    await press(hal, '5 ');
    // It is her turn when she sees his.
    await ida.getByRole('button', { name: '5 X' }).waitFor();
    await press(ida, '1 ');
    for (const page of [hal, ida])
      for (const field of ['5 X', '1 O']) await page.getByRole('button', { name: field }).waitFor();
    // Not Ida's turn, and a field that is taken: nothing happens.
    await press(ida, '2 ');
    await press(hal, '1 O');
    await press(hal, '9 ');
    await ida.getByRole('button', { name: '9 X' }).waitFor();
    expect(await hal.locator('#board').innerText()).not.toMatch(/O[^]*O/);
    await joe.getByPlaceholder('Whom to play with').fill('nobody');
    await press(joe, 'Play');
    await says(joe, /\.$/);
  });
});

describe('the application with people of its own', () => {
  it('signs them in with its tokens, and they talk', async () => {
    const secret = 'a secret that both applications know';
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const offhook = await Server.start({ pages: inject('webPhone'), origins: [url], settings: { tokenSecret: secret } });
    onTestFinished(() => offhook.close());
    const app = new Child(process.execPath, ['--conditions=source', join(examples, 'host-app/main.ts')], {
      PORT: String(port),
      OFFHOOK_URL: offhook.url,
      OFFHOOK_TOKEN_SECRET: secret,
    });
    onTestFinished(async () => void (await app.end('SIGKILL')));
    await app.printed(/http/);
    const [bo, guest] = [await visitor(url, ''), await visitor(url, '')];
    await press(bo, 'bo');
    await says(bo, 'You are Bo Lund.');
    await press(guest, 'visitor');
    await says(guest, 'You are A visitor.');
    await press(guest, 'Call');
    await says(bo, 'A visitor: incoming');
    await press(bo, 'Answer');
    await says(guest, 'bo: active');
    await Promise.all([hears(bo), hears(guest)]);
    await press(bo, 'Hang up');
    await says(guest, /ended|hung up/);
    await press(guest, 'Call');
    await says(bo, 'A visitor: incoming');
    await press(bo, 'Decline');
    await says(guest, 'bo declined the call');
  });
});
