/** The real web phone in real tabs, used as people use it: by what is written on it, by clicks and by keys. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { root } from '../../../scripts/run.ts';
import { chromiumPath } from '../../support/programs.ts';
import type { Pages } from './pages.ts';

export const phoneRoot: string = join(root, 'packages/phone');

/** What a tab has received so far, over all of its peer connections. */
export interface Received {
  /** Of decoded sound: W3C webrtc-stats, `totalAudioEnergy`. */
  readonly energy: number;
  readonly frames: number;
  /** Seconds of what was received that elements play with sound, whether or not they are in the document; 0 while they are paused. */
  readonly played: number;
}

declare global {
  /** Put into pages by `openProfile`. */
  var received: () => Promise<Received>;
}

/** The web phone as it is served to people. */
export async function buildWebPhone(): Promise<Pages> {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-phone-'));
  await build({
    root: phoneRoot,
    configFile: join(phoneRoot, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true, sourcemap: false },
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface BrowserWishes {
  /** With its windows, and all that it asks and shows by itself. Always so with `rich`. */
  readonly whole?: boolean;
  readonly permission?: 'allow' | 'deny';
  /**
   * There are several microphones and cameras, and real tabs are shown and heard where a person is asked for a screen: the one that is
   * called "Something to show". Nobody answers for people then; their profiles need permissions.
   */
  readonly rich?: boolean;
}

/** Browsers whose pages have no service worker: Chromium without windows has no badges, and ends workers that set one. */
const withoutWorkers = new WeakSet<Browser>();

export async function launchBrowser({
  whole = false,
  permission = 'allow',
  rich = false,
}: BrowserWishes = {}): Promise<Browser> {
  // Much of what calls cost is pictures.
  const cameras = `--use-fake-device-for-media-stream=device-count=${rich ? 3 : 1},fps=10`;
  const browser = await chromium.launch({
    executablePath: chromiumPath(whole || rich),
    ...(rich && { ignoreDefaultArgs: ['--mute-audio'] }),
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      cameras,
      rich
        ? '--auto-select-tab-capture-source-by-title=Something to show'
        : `--use-fake-ui-for-media-stream${permission === 'deny' ? '=deny' : ''}`,
    ],
  });
  if (!whole && !rich) withoutWorkers.add(browser);
  return browser;
}

export interface ProfileOptions extends BrowserContextOptions {
  /** Takes what the page complains about: errors nobody caught, and what the content security policy forbids. */
  readonly complain?: (text: string) => void;
}

/** The browser reports by itself what was answered with an error, such as a name that is taken, and servers that are gone. */
const ofTheNetwork = /^(Failed to load resource|WebSocket connection to|An unknown error occurred when fetching the script)/;

/** A browser of somebody: its tabs share storage. Motion is reduced, so that what is looked at stands still. */
export async function openProfile(browser: Browser, { complain, ...options }: ProfileOptions = {}): Promise<BrowserContext> {
  const profile = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    serviceWorkers: withoutWorkers.has(browser) ? 'block' : 'allow',
    ...options,
  });
  await profile.addInitScript(countWhatIsReceived);
  if (complain) {
    profile.on('weberror', (error) => complain(String(error.error())));
    profile.on('console', (message) => {
      if (message.type() === 'error' && !ofTheNetwork.test(message.text())) complain(message.text());
    });
  }
  return profile;
}

/** Runs in the page before anything else. The phone itself has no such thing. */
export function countWhatIsReceived(): void {
  const peers: RTCPeerConnection[] = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      peers.push(this);
    }
  };
  const players = new Set<HTMLMediaElement>();
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject') ?? {};
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...source,
    set(this: HTMLMediaElement, stream: MediaProvider | null) {
      players.add(this);
      source.set?.call(this, stream);
    },
  });
  globalThis.received = async () => {
    const reports = await Promise.all(peers.map((peer) => peer.getStats()));
    const streams = reports
      .flatMap((report) => [...report.values()] as Record<string, unknown>[])
      .filter(({ type }) => type === 'inbound-rtp');
    const sum = (key: string): number => streams.reduce((total, stream) => total + Number(stream[key] ?? 0), 0);
    const tracks = peers.flatMap((peer) => peer.getReceivers().map(({ track }) => track));
    const played = [...players]
      .filter(({ paused, muted, srcObject }) => !paused && !muted && srcObject instanceof MediaStream)
      .filter(({ srcObject }) => (srcObject as MediaStream).getAudioTracks().some((track) => tracks.includes(track)))
      .reduce((total, { currentTime }) => total + currentTime, 0);
    return { energy: sum('totalAudioEnergy'), frames: sum('framesDecoded'), played };
  };
}

/** Signs in by name in a new tab. */
export async function signIn(profile: BrowserContext, url: string, name: string): Promise<Page> {
  const page = await profile.newPage();
  await page.goto(url);
  await typeName(page, name);
  return page;
}

export async function typeName(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Places' }).waitFor();
}

/** What axe-core finds wrong with the page as it is now, WCAG 2.2 AA and best practices; empty when nothing is. */
export async function faultsFor(page: Page): Promise<string[]> {
  // It is large: a page takes it in once.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    interface Found {
      readonly id: string;
      readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
    }
    const { violations } = await (
      globalThis as unknown as { axe: { run(options: object): Promise<{ violations: readonly Found[] }> } }
    ).axe.run({ resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.flat(9).join(' ')}: ${failureSummary ?? ''}`),
    );
  });
}

/** What people would stumble over that axe-core does not see: what lies on controls, what sticks out, what a finger would miss. */
export function misfitsOf(page: Page, { touched }: { touched: boolean }): Promise<string[]> {
  // oxlint-disable unicorn/consistent-function-scoping -- what runs in the page has to bring its functions along
  return page.evaluate((isTouched) => {
    const all: Element[] = [];
    const collect = (root: ParentNode): void => {
      for (const element of root.querySelectorAll('*')) {
        all.push(element);
        if (element.shadowRoot) collect(element.shadowRoot);
      }
    };
    collect(document);
    const parent = (element: Element): Element | null =>
      element.assignedSlot ?? element.parentElement ?? (element.getRootNode() as Partial<ShadowRoot>).host ?? null;
    const isWithin = (element: Element | null, selector: string): boolean =>
      element !== null && (element.matches(selector) || isWithin(parent(element), selector));
    const name = (element: Element): string =>
      element.getAttribute('aria-label') ?? (element.textContent.trim().slice(0, 40) || element.localName);
    const shown = all.filter(
      (element) => element.checkVisibility({ visibilityProperty: true }) && !isWithin(element, '[inert], .sr'),
    );
    const controls = shown.filter((element) => element.matches('button, a[href], input, textarea, select'));
    const faults: string[] = [];

    // A call that rings alone takes the whole screen of a phone.
    const floating = shown.filter(
      (element) =>
        element.matches(isTouched ? 'offhook-incoming[engaged]' : 'offhook-incoming') ||
        (isWithin(element, 'offhook-notice') && element.matches('p')),
    );
    for (const above of floating) {
      const over = above.getBoundingClientRect();
      for (const control of controls.filter((one) => !isWithin(one, 'offhook-incoming, offhook-notice'))) {
        // A card may lie on a page, but not on another call.
        if (above.matches('offhook-incoming') && !isWithin(control, 'offhook-call, offhook-call-bar')) continue;
        const { left, right, top, bottom } = control.getBoundingClientRect();
        if (left < over.right && over.left < right && top < over.bottom && over.top < bottom)
          faults.push(`“${name(above)}” lies on “${name(control)}”`);
      }
    }
    for (const element of shown.filter((one) => one.matches('h1, h2, p, button, a, input'))) {
      const { left, right } = element.getBoundingClientRect();
      const spills =
        element.clientWidth > 0 &&
        element.scrollWidth > element.clientWidth + 1 &&
        getComputedStyle(element).overflowX === 'visible';
      if (spills || left < -1 || right > innerWidth + 1) faults.push(`“${name(element)}” sticks out`);
    }
    // A link in what somebody wrote is as high as its line (WCAG 2.2 §2.5.8).
    for (const control of isTouched ? controls.filter((one) => !one.matches('.text a')) : []) {
      const { width, height } = (control.closest('label') ?? control).getBoundingClientRect();
      if (width < 43.5 || height < 43.5) faults.push(`“${name(control)}” is ${Math.round(width)} × ${Math.round(height)}`);
    }
    return faults;
  }, touched);
  // oxlint-enable unicorn/consistent-function-scoping
}
