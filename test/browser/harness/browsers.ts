/** Real browsers with fake microphones and cameras. */
import { chromium } from 'playwright-core';
import { launch as launchPuppeteer } from './puppeteer.ts';
import { chromiumPath, program } from '../../support/programs.ts';

/** One page. */
export interface Tab {
  /** Runs in the page; the argument and the result must survive JSON. */
  evaluate<A, R>(task: (arg: A) => R | Promise<R>, arg: A): Promise<R>;
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  close(): Promise<void>;
  /** Errors that nothing in the page has caught. */
  onError(listener: (error: string) => void): void;
}

/** One profile: its tabs share storage. */
export interface Profile {
  newTab(): Promise<Tab>;
  close(): Promise<void>;
}

export interface ProfileOptions {
  /** Leave to use microphone and camera was given for good. */
  readonly isGranted?: boolean;
}

export interface Browser {
  newProfile(options?: ProfileOptions): Promise<Profile>;
  close(): Promise<void>;
}

export interface ChromiumOptions {
  /** With its windows, and all that it asks and shows by itself. Always so with `screens`. */
  readonly whole?: boolean;
  /** What the person answers who is asked for microphone and camera. */
  readonly permission?: 'allow' | 'deny';
  /** How many cameras there are, and how many microphones. */
  readonly devices?: number;
  /** Of each camera. */
  readonly framesPerSecond?: number;
  /**
   * Real tabs are shown and heard, where a person is asked for a screen: the one that is called "Something to show" is chosen. Their
   * people need leave for microphone and camera (`isGranted`), as nobody answers for them.
   */
  readonly screens?: boolean;
}

export async function launchChromium({
  whole = false,
  permission = 'allow',
  devices = 1,
  framesPerSecond = 20,
  screens = false,
}: ChromiumOptions = {}): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath(whole || screens),
    ...(screens && { ignoreDefaultArgs: ['--mute-audio'] }),
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      screens
        ? '--auto-select-tab-capture-source-by-title=Something to show'
        : `--use-fake-ui-for-media-stream${permission === 'deny' ? '=deny' : ''}`,
      `--use-fake-device-for-media-stream=device-count=${devices},fps=${framesPerSecond}`,
    ],
  });
  return browserOf({
    newContext: ({ isGranted = false }) => browser.newContext(isGranted ? { permissions: ['microphone', 'camera'] } : {}),
    close: () => browser.close(),
  });
}

/** Firefox by WebDriver BiDi. */
export async function launchFirefox(): Promise<Browser> {
  const browser = await launchPuppeteer({
    browser: 'firefox',
    executablePath: program('firefox'),
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.peerconnection.ice.loopback': true,
      'media.autoplay.default': 0,
    },
  });
  return browserOf({ newContext: () => browser.createBrowserContext(), close: () => browser.close() });
}

/** What Playwright and Puppeteer have in common. */
interface Driver<Context> {
  newContext(options: ProfileOptions): Promise<Context>;
  close(): Promise<void>;
}
interface DrivenContext {
  newPage(): Promise<DrivenPage>;
  close(): Promise<void>;
}
interface DrivenPage {
  evaluate(task: never, arg: unknown): Promise<unknown>;
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  close(): Promise<void>;
  on(event: 'pageerror', listener: (error: unknown) => void): unknown;
}

function browserOf(driver: Driver<DrivenContext>): Browser {
  return {
    async newProfile(options = {}) {
      const context = await driver.newContext(options);
      return { newTab: async () => tabOf(await context.newPage()), close: () => context.close() };
    },
    close: () => driver.close(),
  };
}

function tabOf(page: DrivenPage): Tab {
  return {
    evaluate: <A, R>(task: (arg: A) => R | Promise<R>, arg: A) => page.evaluate(task as never, arg) as Promise<R>,
    goto: (url) => page.goto(url),
    reload: () => page.reload(),
    close: () => page.close(),
    onError: (listener) =>
      void page.on('pageerror', (error) => listener(error instanceof Error ? (error.stack ?? error.message) : String(error))),
  };
}
