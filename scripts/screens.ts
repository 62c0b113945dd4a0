/**
 * `npm run screens [-- NAME…]`: takes the pictures in docs/screens; with names, only those of the gallery that are called so. What can be brought about is photographed in real calls between real
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
import { asked, narrow, rare, wide } from './screens-of-gallery.ts';

const folder = join(root, 'docs/screens');
const fps = 10;

/** In the conversation of the gallery: what somebody has begun to write. */
const written = [
  ['compose-files', narrow, 'light', chooseFiles],
  ['compose-emoji', wide, 'light', (page: Page) => page.getByRole('button', { name: 'Choose an emoji' }).click()],
  ['compose-commands', narrow, 'dark', (page: Page) => page.getByRole('textbox', { name: 'Message' }).fill('/')],
] as const;

const taken: string[] = [];
const work = mkdtempSync(join(tmpdir(), 'offhook-screens-'));
/** Empty: all. */
const wanted = process.argv.slice(2);
if (wanted.length === 0) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const drawer = await launch();
try {
  await takeRare();
  if (wanted.length === 0) await takeCalls();
} finally {
  await drawer.close();
  rmSync(work, { recursive: true, force: true });
}
const { ok } = await run('pngquant', ['--force', '--ext=.png', '--skip-if-larger', '--quality=70-95', ...taken], {
  output: 'keep',
});
console.log(`${taken.length} pictures in docs/screens${ok ? '' : ', not compressed: pngquant is missing or failed'}`);

async function takeCalls(): Promise<void> {
  const [lena, anna, bo] = [await launch('lena'), await launch('anna'), await launch()];
  try {
    await takeReal(lena, anna, bo);
  } finally {
    for (const browser of [lena, anna, bo]) await browser.close();
  }
}

async function takeRare(): Promise<void> {
  const gallery = await createVite({
    root: phoneRoot,
    configFile: join(phoneRoot, 'vite.config.ts'),
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    logLevel: 'error',
  });
  await gallery.listen();
  for (const [screen, viewport, colorScheme, language = 'en'] of rare) {
    if (wanted.length > 0 && !wanted.includes(screen)) continue;
    const page = await drawer.newPage(screenOf(viewport, colorScheme));
    await page.goto(`${gallery.resolvedUrls?.local[0]}gallery.html?language=${language}#${screen}`);
    await page.locator(`html[data-screen="${screen}"]`).waitFor();
    const part =
      {
        'settings-media': 'offhook-media-settings',
        'settings-push': 'offhook-closed-page',
        'settings-links': 'offhook-take-links',
        'settings-voicemail': 'offhook-voicemail-settings',
        'settings-voicemail-own': 'offhook-voicemail-settings',
      }[screen as string] ?? (screen.startsWith('settings-phones') ? 'offhook-sip-phones' : undefined);
    if (part !== undefined) await page.locator(part).evaluate((element) => element.scrollIntoView({ block: 'center' }));
    await take(page, language === 'en' ? screen : `${screen}-${language}`);
    await page.close();
  }
  for (const [name, viewport, colorScheme, write] of written) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const page = await drawer.newPage(screenOf(viewport, colorScheme));
    await page.goto(`${gallery.resolvedUrls?.local[0]}gallery.html?language=en#conversation`);
    await page.locator('html[data-screen="conversation"]').waitFor();
    await write(page);
    await page.locator('offhook-chosen-files, offhook-emoji .panel, .commands').first().waitFor();
    await take(page, name);
    await page.close();
  }
  for (const [name, screen, viewport, colorScheme, menu, entry] of asked) {
    if (wanted.length > 0 && !wanted.includes(`asked-${name}`)) continue;
    const page = await drawer.newPage(screenOf(viewport, colorScheme));
    await page.goto(`${gallery.resolvedUrls?.local[0]}gallery.html?language=en#${screen}`);
    await page.locator(`html[data-screen="${screen}"]`).waitFor();
    await page
      .getByRole('button', { name: menu, exact: typeof menu === 'string' })
      .last()
      .click();
    await page.getByRole('menuitem', { name: entry }).click();
    await page.getByRole('alertdialog').waitFor();
    await take(page, `asked-${name}`);
    await page.close();
  }
  await gallery.close();
}

async function chooseFiles(page: Page): Promise<void> {
  const buffer = await page.screenshot();
  await page.locator('offhook-composer input[type=file]').setInputFiles([
    { name: 'The view from the roof over the whole city.png', mimeType: 'image/png', buffer },
    { name: 'plan.pdf', mimeType: 'application/pdf', buffer },
  ]);
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
  await takeDrop(lena);
  await takeForwards(bo);
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
  await takePanel(lena, 'Transfer…', 'transfer-choose');
  await takePanel(anna, 'Transfer…', 'transfer-ways', 'Bo Lindqvist');

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

/** All calls are forwarded, and no longer. */
async function takeForwards(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Choose… – All calls' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Lena Fischer/ })
    .waitFor();
  await take(page, 'forward-choose');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Lena Fischer/ })
    .click();
  const stop = page.getByRole('button', { name: 'Stop – All calls' });
  await stop.evaluate((button) => button.scrollIntoView({ block: 'center' }));
  await take(page, 'settings-forwards');
  await stop.click();
  await page.getByRole('button', { name: 'People' }).click();
}

/** A file is held over a conversation. */
async function takeDrop(page: Page): Promise<void> {
  const files = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['plan'], 'plan.pdf', { type: 'application/pdf' }));
    return transfer;
  });
  await page.locator('offhook-conversation').dispatchEvent('dragover', { dataTransfer: files });
  await take(page, 'drop');
  await page.locator('offhook-conversation').dispatchEvent('dragleave', { dataTransfer: files });
}

/** What stands beside a call once it was chosen from the menu. */
async function takePanel(page: Page, entry: string, name: string, person?: string): Promise<void> {
  await page.locator('offhook-call-controls').getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: entry }).click();
  await page.locator('offhook-call-panel').waitFor();
  if (person !== undefined) await page.locator('offhook-call-panel').getByRole('button', { name: person }).click();
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
