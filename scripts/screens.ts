/**
 * `npm run screens`: takes the pictures in docs/screens. What can be brought about is photographed in real calls between real
 * browsers, whose cameras see drawn people; what is rare comes from the gallery of the web phone. Look at each picture afterwards.
 *
 * They look alike on every machine that has the font Inter, and are small where it has pngquant.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createServer as createVite } from 'vite';
import { Server } from '../test/browser/harness/server.ts';
import { buildWebPhone, phoneRoot, signIn } from '../test/browser/harness/web-phone.ts';
import { program } from '../test/support/programs.ts';
import { root, run } from './run.ts';

const folder = join(root, 'docs/screens');
const wide = { width: 1280, height: 800 };
const narrow = { width: 390, height: 844 };
const fps = 10;

/** From the gallery: screen, size, theme, and the language where it is not English. */
const rare = [
  ['people-many', wide, 'light'],
  ['people', narrow, 'dark'],
  ['people-many', wide, 'light', 'ar'],
  ['conversation', wide, 'dark', 'ar'],
  ['conversations', narrow, 'light', 'ar'],
  ['settings', narrow, 'dark', 'ar'],
  ['conversation-found', wide, 'light'],
  ['notice-version', wide, 'dark'],
  ['conversation', wide, 'light'],
  ['conversation', narrow, 'dark'],
  ['conversation-rtl', wide, 'dark'],
  ['conversation-failed', narrow, 'light'],
  ['conversation-call', wide, 'light'],
  ['conversations', narrow, 'light'],
  ['calls', narrow, 'light'],
  ['calls', wide, 'dark'],
  ['settings', wide, 'light'],
  ['settings-quiet', narrow, 'dark'],
  ['settings-device', wide, 'light'],
  ['account-sign-in-provider', narrow, 'dark'],
  ['invitation-first', wide, 'light'],
  ['invitation-guest', narrow, 'light'],
  ['settings-admin', wide, 'dark'],
  ['accounts', wide, 'light'],
  ['accounts-link', narrow, 'dark'],
  ['alone', narrow, 'light'],
  ['nobody', narrow, 'light'],
  ['bar-incoming', wide, 'light'],
  ['notice-again', wide, 'light'],
  ['asking', narrow, 'light'],
  ['screen-theirs', narrow, 'dark'],
  ['screen-mine', wide, 'light'],
  ['settings-media', wide, 'light'],
  ['notice-device', wide, 'dark'],
  ['ended-refused', narrow, 'light'],
  ['reconnecting', narrow, 'dark'],
] as const;

const taken: string[] = [];
const work = mkdtempSync(join(tmpdir(), 'offhook-screens-'));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const drawer = await launch();
try {
  await takeRare();
  const [lena, anna, bo] = [await launch('lena'), await launch('anna'), await launch()];
  try {
    await takeReal(lena, anna, bo);
  } finally {
    for (const browser of [lena, anna, bo]) await browser.close();
  }
} finally {
  await drawer.close();
  rmSync(work, { recursive: true, force: true });
}
const { ok } = await run('pngquant', ['--force', '--ext=.png', '--skip-if-larger', '--quality=70-95', ...taken], {
  output: 'keep',
});
console.log(`${taken.length} pictures in docs/screens${ok ? '' : ', not compressed: pngquant is missing or failed'}`);

async function takeRare(): Promise<void> {
  const gallery = await createVite({
    root: phoneRoot,
    configFile: join(phoneRoot, 'vite.config.ts'),
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    logLevel: 'error',
  });
  await gallery.listen();
  for (const [screen, viewport, colorScheme, language = 'en'] of rare) {
    const page = await drawer.newPage(screenOf(viewport, colorScheme));
    await page.goto(`${gallery.resolvedUrls?.local[0]}gallery.html?language=${language}#${screen}`);
    await page.locator(`html[data-screen="${screen}"]`).waitFor();
    await take(page, language === 'en' ? screen : `${screen}-${language}`);
    await page.close();
  }
  await gallery.close();
}

async function takeReal(lenas: Browser, annas: Browser, bos: Browser): Promise<void> {
  const pages = await buildWebPhone();
  const server = await Server.start({ pages: pages.folder });
  const enter = async (browser: Browser, name: string, options: BrowserContextOptions): Promise<Page> =>
    signIn(await browser.newContext(options), server.url, name);

  const lena = await enter(lenas, 'Lena Fischer', screenOf(wide, 'light'));
  await take(lena, 'first-minute');
  for (const name of ['Mira Okafor', 'Tom', 'Inês Carvalho', 'נועה בן־דוד', 'Juan Pérez']) await server.claim(name);
  await lena.reload();
  const anna = await enter(annas, 'Anna Berg', screenOf(narrow, 'dark'));
  const bo = await enter(bos, 'Bo Lindqvist', screenOf(wide, 'light'));

  const late = await lenas.newPage(screenOf(wide, 'light'));
  await late.goto(server.url);
  await late.getByLabel('Your name').fill('Anna Berg');
  await late.keyboard.press('Enter');
  await late.locator('.chip').first().waitFor();
  await take(late, 'sign-in-taken');
  await late.close();

  await lena.getByRole('button', { name: /^Anna Berg/ }).click();
  await take(lena, 'person');
  await anna.getByRole('button', { name: /^Lena Fischer/ }).click();
  await anna.getByRole('button', { name: 'Video call' }).click();
  await lena.getByRole('alertdialog').waitFor();
  await take(lena, 'ringing-in');
  await anna.getByText('phone is ringing').first().waitFor();
  await take(anna, 'ringing-out');
  await lena.getByRole('button', { name: 'Accept' }).click();
  await Promise.all([lena, anna].map((page) => page.locator('.remote[part=picture]').waitFor()));
  // Until the encoders have warmed up.
  await clockShows(lena, 12);
  await take(lena, 'call-video');
  await take(anna, 'call-video');
  await takePanel(lena, 'About this call', 'call-details');
  await takePanel(anna, 'Keypad', 'call-keypad');

  await bo.getByRole('button', { name: /^Lena Fischer/ }).click();
  await bo.getByRole('button', { name: 'Call', exact: true }).click();
  await bo.getByText('sees yours waiting').first().waitFor();
  await take(bo, 'waiting');
  await lena.getByRole('alertdialog').waitFor();
  await take(lena, 'call-waiting');
  await lena.getByRole('button', { name: 'Hold and accept' }).click();
  await clockShows(lena, 2);
  await take(lena, 'two-calls');
  await anna.getByText('put you on hold').first().waitFor();
  await take(anna, 'held');
  await lena.keyboard.press('Escape');
  await take(lena, 'call-bar');
  await anna.getByRole('button', { name: 'Hang up' }).click();
  await bo.getByRole('button', { name: 'Hang up' }).click();
  await bo.getByText('Call ended').first().waitFor();
  await take(bo, 'ended');

  await server.close();
  pages.remove();
}

/** What stands beside a call once it was chosen from the menu. */
async function takePanel(page: Page, entry: string, name: string): Promise<void> {
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: entry }).click();
  await page.getByRole('dialog', { name: entry }).waitFor();
  // The meter and the picture that are tried.
  await page.waitForTimeout(1_500);
  await take(page, name);
  await page.keyboard.press('Escape');
}

/** Narrow ones are phones: touched, not hovered over. */
function screenOf(viewport: typeof wide, colorScheme: 'light' | 'dark'): BrowserContextOptions {
  const isPhone = viewport === narrow;
  return { viewport, colorScheme, reducedMotion: 'reduce', hasTouch: isPhone, isMobile: isPhone };
}

async function take(page: Page, name: string): Promise<void> {
  const size = page.viewportSize()?.width === narrow.width ? 'narrow' : 'wide';
  const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const file = join(folder, `${[name, size === 'narrow' && size, dark && 'dark'].filter(Boolean).join('-')}.png`);
  // Off the controls, so that no tip shows.
  await page.mouse.move(640, 640);
  await page.evaluate(async () => {
    document.documentElement.style.setProperty('--offhook-font', 'Inter, system-ui, sans-serif');
    await document.fonts.ready;
    // Two frames: one to lay out, one to paint.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
  await page.screenshot({ path: file });
  taken.push(file);
}

async function clockShows(page: Page, seconds: number): Promise<void> {
  await page.waitForFunction((least) => Number(/^0:(\d\d) /.exec(document.title)?.[1] ?? 0) >= least, seconds);
}

/** A browser whose camera sees this drawn person. */
async function launch(person?: 'anna' | 'lena'): Promise<Browser> {
  return chromium.launch({
    executablePath: program('browser'),
    args: [
      '--no-sandbox',
      '--autoplay-policy=no-user-gesture-required',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      ...(person === undefined ? [] : [`--use-file-for-fake-video-capture=${await film(person)}`]),
    ],
  });
}

/** Motion JPEG: pictures one after the other. The person breathes, so that there is something to encode. */
async function film(person: 'anna' | 'lena'): Promise<string> {
  const page = await drawer.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(`file://${join(phoneRoot, 'gallery/portraits', `${person}.svg`)}`);
  const frames: Buffer[] = [];
  for (let frame = 0; frame < 2 * fps; frame++) {
    await page.evaluate(
      (breath) => {
        document.documentElement.style.transform = `translateY(${breath}px) scale(1.01)`;
      },
      3 * Math.sin((frame / (2 * fps)) * 2 * Math.PI),
    );
    frames.push(await page.screenshot({ type: 'jpeg', quality: 92 }));
  }
  await page.close();
  const file = join(work, `${person}.mjpeg`);
  writeFileSync(file, Buffer.concat(frames));
  return file;
}
