/** What people do with devices, screens and keys while they talk, on the web phone. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { Server } from './harness/server.ts';
import { faultsFor, launchBrowser, openProfile, signIn } from './harness/web-phone.ts';
import type { Received } from './harness/web-phone.ts';

declare global {
  /** Put into pages by `openTalker`: how loud what the page itself plays is at its loudest within half a second, beside the voices. */
  var loudnessOfMusic: () => Promise<number>;
}

let server: Server;
let browser: Browser;
let anna: Page;
let bo: Page;
const profiles: BrowserContext[] = [];
let complaints: string[] = [];
let serial = 0;

beforeAll(async () => {
  server = await Server.start({ pages: inject('webPhone') });
  browser = await launchBrowser({ rich: true });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(async () => {
  serial += 1;
  anna = await signIn(await openTalker(), server.url, `Anna ${serial}`);
  bo = await signIn(await openTalker(), server.url, `Bo ${serial}`);
  await anna
    .getByRole('listitem')
    .filter({ hasText: `Bo ${serial}` })
    .getByRole('button')
    .first()
    .click();
  await button(anna, 'Call').click();
  await button(bo, 'Accept').click();
  await Promise.all([receives(anna, 'energy'), receives(bo, 'energy')]);
});

afterEach(async () => {
  for (const profile of profiles.splice(0)) await profile.close();
  const heard = complaints;
  complaints = [];
  expect(heard).toEqual([]);
});

async function openTalker(): Promise<BrowserContext> {
  const profile = await openProfile(browser, {
    permissions: ['microphone', 'camera'],
    complain: (text) => complaints.push(text),
  });
  await profile.addInitScript(listenToMusic);
  profiles.push(profile);
  return profile;
}

/** Runs in the page before anything else. Music is made in the page; voices come by tracks of peer connections. */
function listenToMusic(): void {
  const playing = new Set<HTMLMediaElement>();
  const play = Reflect.get(HTMLMediaElement.prototype, 'play');
  HTMLMediaElement.prototype.play = function playAndNote(this: HTMLMediaElement) {
    playing.add(this);
    return play.call(this);
  };
  globalThis.loudnessOfMusic = async () => {
    const audio = new AudioContext();
    await audio.resume();
    const analyser = new AnalyserNode(audio, { fftSize: 2048 });
    for (const { srcObject, paused } of playing)
      if (
        srcObject instanceof MediaStream &&
        !paused &&
        srcObject.getAudioTracks().some(({ label }) => label.startsWith('Media'))
      )
        new MediaStreamAudioSourceNode(audio, { mediaStream: srcObject }).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let most = 0;
    for (const end = performance.now() + 500; performance.now() < end;) {
      analyser.getFloatTimeDomainData(samples);
      most = Math.max(most, Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await audio.close();
    return most;
  };
}

function button(page: Page | Locator, name: string | RegExp): Locator {
  return page.getByRole('button', { name, exact: typeof name === 'string' });
}

const says = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).filter({ visible: true }).first().waitFor();

async function more(page: Page, entry: string): Promise<void> {
  await page.locator('offhook-call-controls').getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

/** Something comes in from now on: sound, or pictures. */
async function receives(page: Page, what: keyof Received): Promise<void> {
  const before = (await page.evaluate(() => received()))[what];
  await expect.poll(async () => (await page.evaluate(() => received()))[what] - before).toBeGreaterThan(0.01);
}

/** Nothing comes in for a while. */
async function receivesNothing(page: Page, what: keyof Received): Promise<void> {
  await expect
    .poll(async () => {
      const before = (await page.evaluate(() => received()))[what];
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_200)));
      return (await page.evaluate(() => received()))[what] - before;
    })
    .toBeLessThan(1e-6);
}

it('shows a screen, which the other sees large and is told of, until one stops it', async () => {
  const guide = await anna.context().newPage();
  await guide.goto(`${server.url}/v1/nothing`);
  await guide.evaluate(() => {
    document.title = 'Something to show';
    setInterval(() => (document.body.style.background = `hsl(${performance.now() % 360} 80% 80%)`), 100);
  });
  await button(anna, 'Show your screen').click();
  await says(bo, `Anna ${serial} is showing a screen`);
  await bo.getByLabel(`Screen of Anna ${serial}`).first().waitFor();
  await receives(bo, 'frames');
  await expect.poll(() => anna.title()).toContain(`Bo ${serial}`);
  await bo.keyboard.press('Escape');
  await bo.locator('offhook-call-bar').getByLabel(`Screen of Anna ${serial}`).waitFor();
  await says(bo, 'Shows a screen');
  expect(await faultsFor(bo)).toEqual([]);
  await bo.getByText('Show the call with').click();
  await anna.getByLabel('Your screen').first().waitFor();
  expect(await faultsFor(anna)).toEqual([]);
  expect(await faultsFor(bo)).toEqual([]);
  await button(anna, /^You are showing your screen/).click();
  await bo.getByLabel(`Screen of Anna ${serial}`).waitFor({ state: 'detached' });
  await receivesNothing(bo, 'frames');
  await receives(bo, 'energy');
});

it('sends digits from the keypad, by click and by key, while the microphone is off', async () => {
  await anna.keyboard.press('Control+d');
  await says(bo, `Anna ${serial}’s microphone is off`);
  await receivesNothing(bo, 'energy');
  await more(anna, 'Keypad');
  // Tones are short: what has come before the first is known by now.
  const heard = receives(bo, 'energy');
  await bo.evaluate(() => received());
  await anna.getByRole('button', { name: '4 GHI' }).click();
  await anna.keyboard.type('2#');
  await says(anna, '42#');
  await heard;
  expect(await faultsFor(anna)).toEqual([]);
  // Escape closes the keypad, not the call.
  await anna.keyboard.press('Escape');
  await anna.getByRole('dialog', { name: 'Keypad' }).waitFor({ state: 'detached' });
  await button(anna, 'Hang up').waitFor();
});

it('changes the microphone during the call, with a meter, and remembers it', async () => {
  await more(anna, 'Microphone, camera and sound');
  const panel = anna.getByRole('dialog', { name: 'Microphone, camera and sound' });
  await expect.poll(() => panel.getByRole('meter').getAttribute('aria-valuenow').then(Number)).toBeGreaterThan(20);
  await panel.getByRole('combobox', { name: /^Microphone/ }).selectOption('Fake Audio Input 2');
  await panel.getByText('Suppress noise').click();
  // What is in use is remembered.
  const remembered = (): Promise<string> => anna.evaluate(() => JSON.stringify(Object.values(localStorage)));
  await expect.poll(remembered).toMatch(/Fake Audio Input 2.*noiseSuppression\W+false/);
  await receives(bo, 'energy');
  expect(await faultsFor(anna)).toEqual([]);
  await anna.reload();
  await Promise.all([receives(anna, 'energy'), receives(bo, 'energy')]);
  await anna.keyboard.press('Escape');
  await anna.getByRole('link', { name: 'Settings' }).or(button(anna, 'Settings')).first().click();
  await expect
    .poll(() =>
      anna
        .getByRole('combobox', { name: /^Microphone/ })
        .locator('option:checked')
        .textContent(),
    )
    .toBe('Fake Audio Input 2');
  await expect.poll(() => anna.getByRole('switch', { name: /Suppress noise/ }).isChecked()).toBe(false);
});

it('plays music to whoever is put on hold, says so to both, and again after a reload', async () => {
  await more(anna, 'Put on hold');
  await says(bo, 'Music plays until you are taken back.');
  await says(anna, `Music plays for Bo ${serial}.`);
  await expect.poll(() => bo.evaluate(() => loudnessOfMusic())).toBeGreaterThan(0.01);
  await bo.reload();
  await says(bo, 'Music plays until you are taken back.');
  await expect.poll(() => bo.evaluate(() => loudnessOfMusic())).toBeGreaterThan(0.01);
  await expect.poll(() => anna.evaluate(() => loudnessOfMusic())).toBe(0);
  await button(anna, 'Resume').click();
  await expect.poll(() => bo.evaluate(() => loudnessOfMusic())).toBe(0);
  await receives(bo, 'energy');
});

it('shows both the same safety code, and how the call sounds', async () => {
  const codes: string[] = [];
  for (const page of [anna, bo]) {
    await more(page, 'About this call');
    const panel = page.getByRole('dialog', { name: 'About this call' });
    await says(page, /^(Good|Fair|Poor)$/);
    const code = panel.locator('.code');
    await expect.poll(() => code.textContent()).toMatch(/^(\d{5}\s*){4}$/);
    codes.push((await code.textContent()) ?? '');
    expect(await faultsFor(page)).toEqual([]);
  }
  expect(codes[1]).toBe(codes[0]);
});
