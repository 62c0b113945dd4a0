/**
 * `examples/call-session` in a real Chromium on a desktop of its own: each place where a call can be seen, and that it is gone with the
 * call. Driven by Puppeteer, whose pages can be hidden; permissions are given as a person gives them, once and for all.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallSession as Observing } from 'call-session';
import { launch } from './harness/puppeteer.ts';
import type { Browser, Page } from 'puppeteer-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { root } from '../../scripts/run.ts';
import { program, skipped } from '../support/programs.ts';
import { Desktop } from './harness/desktop.ts';
import type { Shown } from './harness/desktop.ts';
import { crash, launchOn, opened } from './harness/desktop-browser.ts';
import { serveSite } from './harness/site.ts';
import type { Site } from './harness/site.ts';

const example = join(root, 'examples/call-session');
const folder = mkdtempSync(join(tmpdir(), 'call-session-'));
declare const CallSession: typeof Observing;

let site: Site;
let desktop: Desktop;
let browser: Browser;

const slow = { timeout: 20_000, interval: 100 };

interface Wishes {
  /** Leave to notify was given. */
  readonly notifications?: boolean;
  /** A property of `window` that this browser does not have. */
  readonly without?: string;
  readonly userAgent?: string | undefined;
  /** What `create()` is given in place of what the example gives. */
  readonly init?: object;
  /** Errors that the test makes. */
  readonly errors?: RegExp;
  /** As an application with an icon and a window of its own. */
  readonly installed?: boolean;
}

/** A profile as people have it, in which microphone and camera are allowed. Sound may play where the page may play it. */
async function open(url: string, wishes: Wishes = {}): Promise<Page> {
  const { notifications = true, without, userAgent, init, errors = /^$/, installed = false } = wishes;
  // Others are off the record, and notifications of such are not answered.
  const context = browser.defaultBrowserContext();
  onTestFinished(async () => {
    for (const page of await context.pages()) await page.close().catch(() => undefined);
    await context.clearPermissionOverrides();
  });
  for (const name of ['microphone', 'camera', 'notifications', 'screen-wake-lock']) {
    const state = name === 'notifications' && !notifications ? 'prompt' : 'granted';
    await context.setPermission(url, { permission: { name }, state });
  }
  // The last tab takes the browser along.
  await context.newPage();
  const page = await context.newPage();
  const complaints: string[] = [];
  const complain = (text: string): void => {
    if (!errors.test(text)) complaints.push(text);
  };
  page.on('pageerror', (error) => complain(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  page.on('console', (message) => {
    // Refused by the Content-Security-Policy, not found, and so on.
    if (message.type() === 'error') complain(message.text());
  });
  onTestFinished(() => expect(complaints).toEqual([]));
  if (without !== undefined) await page.evaluateOnNewDocument((name) => Reflect.deleteProperty(window, name), without);
  if (userAgent !== undefined) await page.setUserAgent({ userAgent });
  if (init !== undefined) await page.evaluateOnNewDocument(createWith, init);
  if (installed) await install(page);
  await page.goto(url);
  return page;
}

/** Runs in the page: the example's `create()` is given this, too. */
function createWith(more: object): void {
  const define = Object.defineProperty;
  Object.defineProperty = ((on: object, name: string, how: PropertyDescriptor) => {
    if (name === 'callSession') {
      const calls = how.value as Navigator['callSession'];
      const create = calls.create.bind(calls);
      calls.create = (given) => create({ ...given, ...more });
    }
    return define(on, name, how);
  }) as typeof Object.defineProperty;
}

/** A window of its own, in which what is held is counted. */
async function install(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const held = { wake: 0, badge: 0 };
    Object.assign(globalThis, { held });
    Object.assign(navigator, {
      setAppBadge: () => Promise.resolve(void (held.badge = 1)),
      clearAppBadge: () => Promise.resolve(void (held.badge = 0)),
    });
    const match = window.matchMedia.bind(window);
    window.matchMedia = (query) => match(query === '(display-mode: standalone)' ? 'all' : query);
    const { wakeLock } = navigator;
    const request = wakeLock.request.bind(wakeLock);
    wakeLock.request = async (type) => {
      const sentinel = await request(type);
      held.wake += 1;
      sentinel.addEventListener('release', () => (held.wake -= 1), { once: true });
      return sentinel;
    };
  });
}

/** As a script of the page that nobody has clicked for: `evaluate` counts as a click. */
async function untouched(page: Page, expression: string): Promise<string> {
  const session = await page.createCDPSession();
  const { result } = await session.send('Runtime.evaluate', { expression, awaitPromise: true, userGesture: false });
  await session.detach();
  return String(result.value);
}

/** The colour in the corner of a picture that lies in a file. */
async function corner(page: Page, url: string | undefined): Promise<string> {
  if (url === undefined) return '';
  const data = `data:image/png;base64,${readFileSync(new URL(url)).toString('base64')}`;
  return page.evaluate(async (src) => {
    const image = new Image();
    image.src = src;
    await image.decode();
    const context = document.createElement('canvas').getContext('2d');
    context?.drawImage(image, 0, 0);
    return String([...(context?.getImageData(2, 2, 1, 1).data ?? [])].slice(0, 3));
  }, data);
}

/** A key and a certificate that nobody vouches for. */
function certificate(): { key: Buffer; cert: Buffer } {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  const args = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout ${key} -out ${cert}`;
  execFileSync('openssl', args.split(' '), { stdio: 'ignore' });
  return { key: readFileSync(key ?? ''), cert: readFileSync(cert ?? '') };
}

async function buildExample(outDir: string): Promise<void> {
  const configFile = join(example, 'vite.config.ts');
  await build({ root: example, configFile, logLevel: 'warn', build: { outDir, emptyOutDir: false } });
}

async function call(page: Page, kind: 'audio' | 'video'): Promise<void> {
  await page.click(`#${kind}`);
  await expect.poll(async () => state(page), slow).toBe('active');
}

const state = async (page: Page): Promise<string | undefined> => page.evaluate(() => navigator.callSession.active?.state);
const duration = async (page: Page): Promise<number | undefined> => page.evaluate(() => navigator.callSession.active?.duration);
const surfaces = async (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => navigator.callSession.active?.surfaces ?? []);

/** What the bar says, and what its buttons are called. */
const bar = async (page: Page): Promise<{ text: string; buttons: string[] } | undefined> =>
  page.evaluate(() => {
    const inside = document.querySelector('call-session')?.shadowRoot;
    if (inside === null || inside === undefined) return undefined;
    const text = [...inside.querySelectorAll('.t p')].map((line) => line.textContent).join(' | ');
    return { text, buttons: [...inside.querySelectorAll('button')].map((button) => button.title) };
  });

const says = async (page: Page): Promise<string> => (await bar(page))?.text ?? '';
const focused = async (page: Page): Promise<string | undefined> =>
  page.evaluate(() => (document.activeElement?.shadowRoot?.activeElement as HTMLElement | undefined)?.title);

const press = async (page: Page, title: string): Promise<void> => page.locator(`>>> button[title="${title}"]`).click();

/** How the call stands at the other end, which is in the same page: none is left when it is over. */
const connections = async (page: Page): Promise<number> =>
  page.evaluate(() => document.querySelectorAll('video[hidden]').length);

const picture = async (page: Page): Promise<{ ratio: number; isTheirs: boolean; frames: number } | undefined> =>
  page.evaluate(() => {
    const video = document.pictureInPictureElement as HTMLVideoElement | null;
    if (video === null) return undefined;
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the page
    const tracks = (from: HTMLVideoElement | null): string =>
      String((from?.srcObject as MediaStream | null)?.getVideoTracks().map(({ id }) => id));
    const isTheirs = tracks(video) === tracks(document.querySelector('#other'));
    const frames = video.getVideoPlaybackQuality().totalVideoFrames;
    return { ratio: video.videoWidth / video.videoHeight, isTheirs, frames };
  });

/** In a call whose tab is hidden: its notification. */
async function away(kind: 'audio' | 'video' = 'audio'): Promise<{ page: Page; other: Page; notification: Shown }> {
  const page = await open(site.url);
  await call(page, kind);
  // That of a call before is swept away, and this one shows none while one looks.
  await none();
  const other = await page.browserContext().newPage();
  await expect.poll(() => desktop.notifications.length, slow).toBe(1);
  const [notification] = desktop.notifications;
  if (notification === undefined) throw new Error('unreachable');
  return { page, other, notification };
}

async function none(): Promise<void> {
  await expect.poll(() => desktop.notifications, slow).toEqual([]);
}

const support = async (page: Page) => page.evaluate(async () => navigator.callSession.getSupport());

describe.skipIf(skipped.has('desktop') || skipped.has('browser'))('a call', () => {
  beforeAll(async () => {
    await buildExample(folder);
    site = await serveSite(folder, '');
    desktop = await Desktop.start();
    browser = await launchOn(desktop);
  });
  afterAll(async () => {
    await browser?.close();
    await desktop?.close();
    site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is in the page, in the title and on the icon, with what is being sent, until it is hung up', async () => {
    const page = await open(site.url);
    expect(await bar(page)).toBeUndefined();
    await call(page, 'video');
    await expect
      .poll(async () => bar(page), slow)
      .toEqual({
        text: expect.stringMatching(
          /^You are talking in Weekly planning \| Duration 0:\d\d .*Sending microphone, camera$/,
        ) as string,
        buttons: ['Mute', 'Turn camera off', 'Raise hand', 'Open in a small window', 'Hang up'],
      });
    await expect.poll(async () => page.title(), slow).toMatch(/^● 0:\d\d – CallSession$/);
    const icons = async () => page.$$eval('link[rel=icon]', (links) => links.map((link) => link.getAttribute('href')));
    await expect.poll(async () => (await icons()).at(-1), slow).toMatch(/^data:image\/png/);
    await press(page, 'Hang up');
    await expect.poll(async () => bar(page), slow).toBeUndefined();
    await expect.poll(async () => page.title(), slow).toBe('CallSession');
    await expect.poll(icons, slow).toEqual(['icon.svg']);
    await expect.poll(async () => connections(page), slow).toBe(2);
  });

  it('has buttons that turn off what is sent, and says so', async () => {
    const page = await open(site.url);
    await call(page, 'video');
    await expect.poll(async () => says(page), slow).toMatch(/Sending microphone, camera/);
    await press(page, 'Mute');
    await press(page, 'Turn camera off');
    await expect.poll(async () => says(page), slow).toMatch(/Sending nothing/);
    await press(page, 'Turn camera on');
    await expect.poll(async () => says(page), slow).toMatch(/Sending camera/);
    await press(page, 'Raise hand');
    await expect
      .poll(async () => page.$eval('>>> button[title="Raise hand"]', (button) => button.ariaPressed), slow)
      .toBe('true');
    await page.click('#hold');
    await expect.poll(async () => says(page), slow).toMatch(/Sending nothing/);
    expect(await state(page)).toBe('active');
  });

  it('says that the screen is shown, its sound included, and stops that', async () => {
    const page = await open(site.url);
    await call(page, 'audio');
    const other = await page.browserContext().newPage();
    await other.setContent('<title>Something to show</title><h1>Something to show</h1>');
    await page.bringToFront();
    await page.click('#share');
    await expect.poll(async () => says(page), slow).toMatch(/Sending microphone, screen/);
    // Chromium has gone to the tab that is shown.
    await page.bringToFront();
    await press(page, 'Mute');
    await expect.poll(async () => says(page), slow).toMatch(/Sending screen$/);
    await press(page, 'Unmute');
    await press(page, 'Stop sharing the screen');
    await expect.poll(async () => says(page), slow).toMatch(/Sending microphone$/);
    const buttons = async () => (await bar(page))?.buttons;
    await expect.poll(buttons, slow).toEqual(['Mute', 'Raise hand', 'Open in a small window', 'Hang up']);
  });

  it('keeps its clock when it reconnects, and is hidden when its connection is closed', async () => {
    const page = await open(site.url);
    await page.evaluate(() => {
      const made: RTCPeerConnection[] = [];
      Object.assign(globalThis, { made });
      globalThis.RTCPeerConnection = class extends RTCPeerConnection {
        constructor() {
          super();
          made.push(this);
        }
      };
    });
    await call(page, 'audio');
    await expect.poll(async () => duration(page), slow).toBeGreaterThan(2);
    // The other side goes without a word.
    await page.evaluate(() => (globalThis as unknown as { made: RTCPeerConnection[] }).made[1]?.close());
    await expect.poll(async () => says(page), slow).toMatch(/Reconnecting….*Sending nothing/);
    await expect.poll(async () => page.title(), slow).toMatch(/^● Reconnecting…/);
    expect(await state(page)).toBe('reconnecting');
    expect(await duration(page)).toBeGreaterThan(2);
    await page.evaluate(() => (globalThis as unknown as { made: RTCPeerConnection[] }).made[0]?.close());
    await expect.poll(async () => bar(page), slow).toBeUndefined();
  });

  it('touches nothing of a page that shows it itself', async () => {
    const page = await open(site.url, { init: { inline: 'off' } });
    await call(page, 'audio');
    await expect.poll(async () => surfaces(page), slow).toEqual(['os-media']);
    expect(await bar(page)).toBeUndefined();
    expect(await page.title()).toBe('CallSession');
    expect(await page.$$eval('link[rel=icon]', (links) => links.length)).toBe(1);
  });

  it('stays in a page that is drawn anew, in the element that was given', async () => {
    const page = await open(site.url);
    await call(page, 'audio');
    await page.evaluate(() => document.querySelector('call-session')?.remove());
    await expect.poll(async () => says(page), slow).toMatch(/Sending microphone/);
    await press(page, 'Hang up');
    // Another call at once, which wants its bar elsewhere.
    await page.evaluate(() => {
      const calls = navigator.callSession;
      const create = calls.create.bind(calls);
      const inline = document.querySelector('#controls') as Element;
      calls.create = (init) => create({ ...init, inline });
    });
    await call(page, 'audio');
    await expect.poll(async () => page.$$eval('#controls > call-session', (found) => found.length), slow).toBe(1);
  });

  it('is found by itself where that is asked for', async () => {
    const page = await open(site.url);
    await page.evaluate(async () => {
      const stop = CallSession.observe({ header: 'Found' });
      const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
      stop();
      here.addEventListener('icecandidate', ({ candidate }) => void there.addIceCandidate(candidate ?? undefined));
      there.addEventListener('icecandidate', ({ candidate }) => void here.addIceCandidate(candidate ?? undefined));
      Object.assign(globalThis, { here });
      here.createDataChannel('data');
      const agree = async (): Promise<void> => {
        await here.setLocalDescription();
        await there.setRemoteDescription(here.localDescription as RTCSessionDescription);
        await there.setLocalDescription();
        await here.setRemoteDescription(there.localDescription as RTCSessionDescription);
      };
      await agree();
      Object.assign(globalThis, { agree });
    });
    const up = `here.connectionState === 'connected' && navigator.callSession.active === null`;
    await expect.poll(async () => page.evaluate(up), slow).toBe(true);
    // Data alone is no call; with a section for sound, it is one.
    await page.evaluate(`here.addTransceiver('audio'), agree()`);
    await expect.poll(async () => says(page), slow).toMatch(/^Found \| Duration 0:\d\d Sending nothing$/);
  });

  it('can be used by keyboard and screen reader, in light and in dark', async () => {
    const page = await open(site.url);
    await call(page, 'video');
    await expect.poll(async () => says(page), slow).toMatch(/Sending/);
    await page.evaluate(readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8'));
    for (const value of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
      const wrong = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
      });
      expect(wrong).toEqual([]);
    }
    const status = 'call-session >>> [role=status]';
    await expect
      .poll(async () => page.$eval(status, (element) => element.textContent), slow)
      .toBe('You are talking in Weekly planning. Sending microphone, camera');
    await page.focus('>>> button[title="Mute"]');
    await page.keyboard.press('Space');
    await expect.poll(async () => says(page), slow).toMatch(/Sending camera/);
    // The same button has the focus, though it is called otherwise now.
    await expect.poll(async () => focused(page), slow).toBe('Unmute');
    await page.keyboard.press('Tab');
    await expect.poll(async () => focused(page), slow).toBe('Turn camera off');
  });

  describe('in a small window', () => {
    it('opens at a click, and its Hang up ends the call', async () => {
      const page = await open(site.url);
      await call(page, 'audio');
      const window = await opened(browser, async () => press(page, 'Open in a small window'));
      await expect.poll(async () => surfaces(page), slow).toContain('mini-window');
      const text = async (): Promise<string> => window.$eval('section', (section) => section.innerText);
      await expect.poll(text, slow).toMatch(/You are talking with Anna Berg\s+Duration 0:\d\d/);
      const before = await text();
      await expect.poll(text, slow).not.toBe(before);
      await window.click('[title="Raise hand"]');
      await expect.poll(async () => window.$eval('[title="Raise hand"]', (button) => button.ariaPressed), slow).toBe('true');
      await window.click('[title="Hang up"]');
      await expect.poll(async () => bar(page), slow).toBeUndefined();
      await expect.poll(() => window.isClosed(), slow).toBe(true);
    });

    it('shows the other in a call with pictures', async () => {
      const page = await open(site.url);
      await call(page, 'video');
      const window = await opened(browser, async () => page.click('#window'));
      const frames = async (): Promise<number> =>
        window.$eval('video', (video) => (video.hidden ? 0 : video.getVideoPlaybackQuality().totalVideoFrames));
      await expect.poll(frames, slow).toBeGreaterThan(10);
      expect(await window.$eval('video', (video) => video.videoWidth / video.videoHeight)).toBeCloseTo(16 / 9);
      await window.close();
      await expect.poll(async () => surfaces(page), slow).not.toContain('mini-window');
      expect(await state(page)).toBe('active');
    });

    it('does not open without a click, nor without a call', async () => {
      const page = await open(site.url);
      const tryIt = async (): Promise<string> =>
        untouched(page, `session.openMiniWindow().then(String, (error) => error.name)`);
      await untouched(page, `globalThis.session = navigator.callSession.create({})`);
      expect(await tryIt()).toBe('InvalidStateError');
      await call(page, 'audio');
      await untouched(page, `globalThis.session = navigator.callSession.active`);
      // The click on the button that called counts for some seconds.
      await expect.poll(async () => untouched(page, 'String(navigator.userActivation.isActive)'), slow).toBe('false');
      expect(await tryIt()).toBe('NotAllowedError');
      expect(await surfaces(page)).not.toContain('mini-window');
    });

    it('opens by itself when the tab is left, and closes when it is back', async () => {
      const secure = await serveSite(folder, '', certificate());
      onTestFinished(() => secure.close());
      // Said by Chromium where it closes such a window while it is opening it.
      const page = await open(secure.url, { errors: /no longer runnable/ });
      await call(page, 'video');
      const other = await page.browserContext().newPage();
      await expect.poll(async () => surfaces(page), slow).toContain('mini-window');
      await page.bringToFront();
      await expect.poll(async () => surfaces(page), slow).not.toContain('mini-window');
      await other.close();
      await press(page, 'Hang up');
      await expect.poll(async () => bar(page), slow).toBeUndefined();
    });
  });

  describe('in a picture above others, where there are no small windows', () => {
    it.each(['audio', 'video'] as const)('shows a drawn card or the other in a call with %s', async (kind) => {
      const page = await open(site.url, { without: 'documentPictureInPicture' });
      await call(page, kind);
      await press(page, 'Open in a small window');
      await expect.poll(async () => surfaces(page), slow).toContain('video-pip');
      const wanted = { ratio: expect.closeTo(16 / 9, 1) as number, isTheirs: kind === 'video' };
      await expect.poll(async () => picture(page), slow).toMatchObject(wanted);
      const first = await picture(page);
      await expect.poll(async () => (await picture(page))?.frames, slow).toBeGreaterThan((first?.frames ?? 0) + 1);
      await press(page, 'Hang up');
      await expect.poll(async () => picture(page), slow).toBeUndefined();
    });
  });

  describe('with the media keys', () => {
    it('shows title, picture and live duration; pausing mutes, Stop hangs up', async () => {
      const page = await open(site.url);
      await expect.poll(async () => (await desktop.playing())?.title ?? '', slow).toBe('');
      await call(page, 'audio');
      await expect.poll(async () => surfaces(page), slow).toContain('os-media');
      await expect
        .poll(async () => desktop.playing(), slow)
        .toMatchObject({
          title: 'You are talking with Anna Berg',
          artist: expect.stringMatching(/^Duration 0:\d\d$/) as string,
          album: 'Sending microphone',
          status: 'Playing',
        });
      await expect.poll(async () => corner(page, (await desktop.playing())?.artUrl), slow).toBe('243,201,139');
      const first = (await desktop.playing())?.artist;
      await expect.poll(async () => (await desktop.playing())?.artist, slow).not.toBe(first);
      await desktop.key('Pause');
      await expect.poll(async () => says(page), slow).toMatch(/Sending nothing/);
      await expect.poll(async () => (await desktop.playing())?.status, slow).toBe('Paused');
      await desktop.key('Play');
      await expect.poll(async () => says(page), slow).toMatch(/Sending microphone/);
      await desktop.key('Previous');
      await expect.poll(async () => page.$eval('>>> [title="Raise hand"]', (button) => button.ariaPressed), slow).toBe('true');
      await desktop.key('Stop');
      await expect.poll(async () => bar(page), slow).toBeUndefined();
      await expect.poll(async () => (await desktop.playing())?.title ?? '', slow).toBe('');
    });

    it('says that it is paused from the beginning in a call that begins muted, and Play turns the microphone on', async () => {
      const page = await open(site.url);
      await page.evaluate(() => {
        const devices = navigator.mediaDevices;
        const get = devices.getUserMedia.bind(devices);
        devices.getUserMedia = async (wish) => {
          const stream = await get(wish);
          for (const track of stream.getAudioTracks()) track.enabled = false;
          return stream;
        };
      });
      await call(page, 'audio');
      await expect.poll(async () => surfaces(page), slow).toContain('os-media');
      await expect.poll(async () => desktop.playing(), slow).toMatchObject({ album: 'Sending nothing', status: 'Paused' });
      await desktop.key('PlayPause');
      await expect.poll(async () => says(page), slow).toMatch(/Sending microphone/);
      await expect.poll(async () => (await desktop.playing())?.status, slow).toBe('Playing');
      await desktop.key('PlayPause');
      await expect.poll(async () => says(page), slow).toMatch(/Sending nothing/);
      await expect.poll(async () => (await desktop.playing())?.status, slow).toBe('Paused');
    });

    it.each([
      ['where it is switched off', { osMedia: 'off' }, undefined],
      ['on iPhones', { osMedia: 'force' }, 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Safari/605.1'],
    ])('is not there %s', async (_, init, userAgent) => {
      const page = await open(site.url, { userAgent, init });
      await call(page, 'audio');
      await expect.poll(async () => duration(page), slow).toBeGreaterThan(2);
      expect(await surfaces(page)).toEqual(['inline']);
      expect(await page.evaluate(() => navigator.mediaSession.metadata)).toBeNull();
      const support = await page.evaluate(async () => (await navigator.callSession.getSupport()).surfaces['os-media']);
      expect(support).toBe(userAgent === undefined ? 'automatic' : 'no');
    });
  });

  describe('in a notification', () => {
    it('is shown while the tab is hidden, silently, with what is being sent', async () => {
      const { page, notification } = await away('video');
      expect(notification).toMatchObject({
        title: 'You are talking in Weekly planning',
        body: expect.stringMatching(/Duration 0:\d\d\nSending microphone, camera$/) as string,
        silent: true,
        stays: true,
        picture: true,
      });
      expect(Object.values(notification.actions)).toEqual(['Hang up', 'Mute', 'Activate', 'Settings']);
      await expect.poll(async () => surfaces(page), slow).toContain('notification');
      await page.bringToFront();
      await none();
      await expect.poll(async () => surfaces(page), slow).not.toContain('notification');
    });

    it('hangs up when that is pressed', async () => {
      const { page, notification } = await away();
      await desktop.press(notification, 'Hang up');
      await none();
      await expect.poll(async () => bar(page), slow).toBeUndefined();
    });

    it('mutes when that is pressed, and says so in place', async () => {
      const { page, notification } = await away();
      await desktop.press(notification, 'Mute');
      const body = expect.stringMatching(/Sending nothing$/) as string;
      await expect.poll(() => desktop.notifications, slow).toMatchObject([{ shown: notification.shown, body }]);
      expect(Object.values(desktop.notifications[0]?.actions ?? {})).toContain('Unmute');
      expect(await state(page)).toBe('active');
    });

    it('leads back to the tab', async () => {
      const { page, notification } = await away();
      expect(await page.evaluate(() => document.hidden)).toBe(true);
      await desktop.press(notification);
      await expect.poll(async () => page.evaluate(() => document.hidden), slow).toBe(false);
      await none();
      expect(await state(page)).toBe('active');
    });

    it('goes where the call ends in the moment in which it is shown', async () => {
      const page = await open(site.url);
      await call(page, 'audio');
      await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        const show = registration.showNotification.bind(registration);
        ServiceWorkerRegistration.prototype.showNotification = async (...args) => {
          await show(...args);
          navigator.callSession.active?.end();
        };
      });
      const before = desktop.history.length;
      const other = await page.browserContext().newPage();
      await expect.poll(() => desktop.history.length, slow).toBeGreaterThan(before);
      await none();
      await other.close();
    });

    it('goes when the page crashes, while the service worker lives', async () => {
      // It runs in the process of the page that came first.
      const first = await open(site.url);
      await first.evaluate(async () => navigator.serviceWorker.ready);
      const { page } = await away();
      await crash(page);
      await none();
    });

    it('goes, where the service worker has crashed with the page, when that starts again', async () => {
      const { page } = await away();
      await crash(page);
      await open(site.url);
      await none();
    });

    it('goes when the page is closed', async () => {
      const { page } = await away();
      await page.close();
      await none();
    });

    it('of a call that nobody holds any more is swept away by the next call', async () => {
      const page = await open(site.url);
      await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        // Which looks for leftovers, too.
        await navigator.callSession.getSupport();
        await registration.showNotification('Left over', { tag: 'cs:gone' });
        await registration.showNotification('Of the application', { tag: 'mail' });
      });
      await expect.poll(() => desktop.notifications.length, slow).toBe(2);
      await page.evaluate(() => void navigator.callSession.create({}));
      await expect.poll(() => desktop.notifications.map(({ title }) => title), slow).toEqual(['Of the application']);
      await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        for (const notification of await registration.getNotifications()) notification.close();
      });
      await none();
    });

    it('is not shown without leave, which is not asked for', async () => {
      const page = await open(site.url, { notifications: false });
      await page.evaluate(() => {
        Notification.requestPermission = () => Promise.reject(new Error('asked'));
      });
      await call(page, 'audio');
      const other = await page.browserContext().newPage();
      await expect.poll(async () => duration(page), slow).toBeGreaterThan(6);
      expect(desktop.notifications).toEqual([]);
      await other.close();
    });
  });

  describe('that is told nonsense', () => {
    it('shows texts as they are, loads no address that is no image, and survives handlers that throw', async () => {
      const hostile = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
      const page = await open(site.url, {
        init: {
          header: hostile,
          subtext: hostile,
          artwork: [{ src: 'javascript:document.title="owned"' }, { src: 'data:text/html,owned' }],
          peer: { name: hostile, avatar: [{ src: ' javascript:alert(1)' }] },
          buttons: [{ action: hostile, title: hostile, icon: 'javascript:alert(1)' }],
        },
        errors: /theirs/,
      });
      await call(page, 'audio');
      await expect.poll(async () => surfaces(page), slow).toContain('os-media');
      await expect.poll(async () => says(page), slow).toBe(`${hostile} | ${hostile} Sending microphone`);
      expect(await page.$$eval('>>> .c img, >>> .c script', (found) => found.length)).toBe(0);
      expect(await page.evaluate(() => navigator.mediaSession.metadata?.artwork)).toEqual([]);
      const ended = await page.evaluate((action) => {
        const session = navigator.callSession.active;
        if (session === null) return 'no call';
        // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the page
        const fail = (): never => {
          throw new Error('theirs');
        };
        for (const type of ['action', 'hangup', 'statechange', 'surfacechange']) session.addEventListener(type, fail);
        session.onaction = fail;
        session.subtext = fail;
        const buttons = document.querySelector('call-session')?.shadowRoot?.querySelectorAll('button') ?? [];
        [...buttons].find(({ title }) => title === action)?.click();
        const before = session.state;
        [...buttons].find(({ title }) => title === 'Hang up')?.click();
        return `${before}, ${session.state}`;
      }, hostile);
      expect(ended).toBe('active, ended');
      expect(await page.title()).toBe('CallSession');
    });
  });

  describe.each([
    { width: 390, height: 844 },
    { width: 844, height: 390 },
    { width: 1280, height: 800 },
  ])('with more to press than there is room for, at $width px', (viewport) => {
    it.each([
      ['one endless title', 1, 2000],
      ['hundreds of long titles', 200, 300],
    ])('keeps to its place with %s, and Hang up within reach', async (_, count, length) => {
      const title = 'Long '.repeat(length / 5);
      const buttons = Array.from({ length: count }, (__, at) => ({ action: String(at), title }));
      const page = await open(site.url, { init: { buttons, subtext: title } });
      await page.setViewport(viewport);
      await call(page, 'video');
      await expect.poll(async () => says(page), slow).toMatch(/Sending microphone, camera/);
      const measured = await page.evaluate(() => {
        const inside = document.querySelector('call-session')?.shadowRoot as ShadowRoot;
        // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the page
        const box = (selector: string): DOMRect => (inside.querySelector(selector) as Element).getBoundingClientRect();
        const all = [...inside.querySelectorAll('button')];
        const [card, hangUp, sending] = [box('.c'), box('[title="Hang up"]'), box('b')];
        const at = (rect: DOMRect): Element | null =>
          inside.elementFromPoint(rect.x + rect.width / 2, rect.y + rect.height / 2);
        return {
          card: { left: card.left, right: innerWidth - card.right, height: card.height / innerHeight },
          widest: Math.max(...all.map((button) => button.getBoundingClientRect().width)),
          own: all.filter((button) => button.title.startsWith('Long')).length,
          hangUp: at(hangUp)?.closest('button')?.title,
          sending: at(sending)?.textContent,
          isSaid: sending.right <= card.right,
          scrolls: document.documentElement.scrollWidth > innerWidth,
        };
      });
      expect(measured).toMatchObject({
        own: Math.min(count, 6),
        hangUp: 'Hang up',
        sending: 'Sending microphone, camera',
        isSaid: true,
        scrolls: false,
      });
      expect(measured.card.left).toBeGreaterThanOrEqual(8);
      expect(measured.card.right).toBeGreaterThanOrEqual(8);
      expect(measured.card.height).toBeLessThan(0.7);
      expect(measured.widest).toBeLessThanOrEqual(160);
    });
  });

  it('keeps Hang up within reach in a small window, too', async () => {
    const buttons = Array.from({ length: 200 }, (_, at) => ({ action: String(at), title: 'Long '.repeat(60) }));
    const page = await open(site.url, { init: { buttons } });
    await call(page, 'audio');
    const window = await opened(browser, async () => press(page, 'Open in a small window'));
    const hangUp = async (): Promise<unknown> =>
      window.evaluate(() => {
        const rect = document.querySelector('[title="Hang up"]')?.getBoundingClientRect() ?? new DOMRect();
        const found = document.elementFromPoint(rect.x + rect.width / 2, rect.y + rect.height / 2);
        return [found?.closest('button')?.title, rect.bottom <= innerHeight];
      });
    await expect.poll(hangUp, slow).toEqual(['Hang up', true]);
    await window.click('[title="Hang up"]');
    await expect.poll(async () => bar(page), slow).toBeUndefined();
  });

  it('says truthfully what this browser can show', async () => {
    const page = await open(site.url);
    await page.evaluate(async () => navigator.serviceWorker.ready);
    expect(await support(page)).toEqual({
      surfaces: {
        inline: 'automatic',
        'mini-window': 'click',
        'video-pip': 'click',
        'os-media': 'automatic',
        notification: 'automatic',
        badge: 'no',
      },
      notificationActions: 2,
      wakeLock: true,
      orphanControl: true,
    });
    await page.evaluate(async () => (await navigator.serviceWorker.ready).unregister());
    expect(await support(page)).toMatchObject({ surfaces: { notification: 'needs-worker' } });
    const other = await open(site.url, { notifications: false, without: 'documentPictureInPicture' });
    expect(await support(other)).toMatchObject({ surfaces: { notification: 'needs-permission', 'mini-window': 'no' } });
  });

  it('keeps the screen on while there is something to see, and marks the icon of an installed application', async () => {
    const page = await open(site.url, { installed: true });
    const held = async () => page.evaluate(() => (globalThis as unknown as { held: { wake: number; badge: number } }).held);
    await call(page, 'audio');
    await expect.poll(async () => surfaces(page), slow).toContain('badge');
    await expect.poll(held, slow).toEqual({ wake: 0, badge: 1 });
    await press(page, 'Hang up');
    await expect.poll(held, slow).toEqual({ wake: 0, badge: 0 });
    await call(page, 'video');
    await expect.poll(held, slow).toEqual({ wake: 1, badge: 1 });
    const other = await page.browserContext().newPage();
    await expect.poll(held, slow).toEqual({ wake: 0, badge: 1 });
    await other.close();
    await page.bringToFront();
    await expect.poll(held, slow).toEqual({ wake: 1, badge: 1 });
    await press(page, 'Hang up');
    await expect.poll(held, slow).toEqual({ wake: 0, badge: 0 });
  });
});

describe.skipIf(skipped.has('firefox'))('a call in Firefox', () => {
  it('is in the page and in the title until it is hung up, and says what is shown elsewhere', async () => {
    await using stack = new AsyncDisposableStack();
    const built = mkdtempSync(join(tmpdir(), 'call-session-'));
    stack.defer(() => rmSync(built, { recursive: true, force: true }));
    await buildExample(built);
    const served = await serveSite(built, '');
    stack.defer(() => served.close());
    const firefox = await launch({
      browser: 'firefox',
      executablePath: program('firefox'),
      headless: true,
      extraPrefsFirefox: {
        'media.navigator.streams.fake': true,
        'media.navigator.permission.disabled': true,
        'media.peerconnection.ice.loopback': true,
      },
    });
    stack.defer(() => firefox.close());
    const page = await firefox.newPage();
    await page.goto(served.url);
    await call(page, 'video');
    await expect.poll(async () => says(page), slow).toMatch(/Duration 0:\d\d Sending microphone, camera$/);
    await expect.poll(async () => page.title(), slow).toMatch(/^● 0:\d\d – CallSession$/);
    const { surfaces: support } = await page.evaluate(async () => navigator.callSession.getSupport());
    expect(support).toMatchObject({ inline: 'automatic', 'mini-window': 'click', 'os-media': 'opt-in' });
    await page.evaluate(() => {
      const buttons = document.querySelector('call-session')?.shadowRoot?.querySelectorAll('button') ?? [];
      [...buttons].find(({ title }) => title === 'Hang up')?.click();
    });
    await expect.poll(async () => bar(page), slow).toBeUndefined();
    await expect.poll(async () => page.title(), slow).toBe('CallSession');
  });
});
