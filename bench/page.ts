/** From opening the web phone, signed in and with a cold cache, to the first paint of its people; and the size of its first scripts. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Server } from '../test/browser/harness/server.ts';
import { buildWebPhone, signIn } from '../test/browser/harness/web-phone.ts';
import { openChromium } from './harness/chromium.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import { median, quantile } from './harness/statistics.ts';
import { medianRatio, turnAbout } from './harness/turns.ts';

declare global {
  interface Window {
    /** When what one came for was painted; milliseconds since the page was asked for. */
    painted: Promise<number>;
    firstPainted: Promise<number>;
  }
}

const rounds = 9;
/** Seconds. */
const budget = 1;
/** Of all scripts that the page names, gzip; KB are 1,000 bytes. */
const mostKilobytes = 90;
const people = ['Anna Berg', 'Bo Lindqvist', 'Mira Okafor', 'Inês Carvalho', 'Juan Pérez', 'Tom', 'Noor Jansen', 'Zoë Maas'];
const parties = ['bare', 'phone'] as const;
type Party = (typeof parties)[number];

interface Start {
  /** What one came for; milliseconds. */
  readonly painted: number;
  /** Anything at all: first contentful paint (W3C Paint Timing §3.2). */
  readonly first: number;
}

printMachine();
const phone = await buildWebPhone();
const bare = barePage();
const servers: Record<Party, Server> = {
  phone: await Server.start({ pages: phone.folder }),
  bare: await Server.start({ pages: bare }),
};
for (const name of people) await servers.phone.claim(name);
const browser = await openChromium();
const entered = await browser.newContext();
await signIn(entered, servers.phone.url, 'Lena Fischer');
// Who one is, and nothing else: each start begins with an empty cache.
const storageState = await entered.storageState();
await entered.close();

async function measure(party: Party): Promise<Start> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, storageState });
  const page = await context.newPage();
  await page.addInitScript(watch, party);
  await page.goto(servers[party].url);
  const painted = await page.evaluate(() => window.painted);
  const first = await page.evaluate(() => window.firstPainted);
  await context.close();
  return { painted, first };
}

/** Runs in the page: looks at each frame whether it is there, and then when that frame was shown. */
function watch(party: string): void {
  const isThere = (): boolean => {
    if (party === 'bare') return document.querySelector('li') !== null;
    const list = document.querySelector('offhook-phone')?.shadowRoot?.querySelector('offhook-people');
    return (list?.shadowRoot?.querySelectorAll('[data-row]').length ?? 0) > 0;
  };
  window.firstPainted = new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const [entry] = list.getEntriesByName('first-contentful-paint');
      if (entry) resolve(entry.startTime);
    }).observe({ type: 'paint', buffered: true });
  });
  window.painted = new Promise((resolve) => {
    const look = (): void => {
      if (!isThere()) return void requestAnimationFrame(look);
      // What this frame has drawn is on the screen when the next one begins.
      requestAnimationFrame((now) => resolve(now));
    };
    requestAnimationFrame(look);
  });
}

/** The same names as a list, drawn by the shortest script: what page, server and browser need by themselves. */
function barePage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-bare-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><script type="module" src="./assets/bare.js"></script><body></body>',
  );
  const draw = `for (const name of ${JSON.stringify(people)}) document.body.append(Object.assign(document.createElement('li'), { textContent: name }));`;
  writeFileSync(join(folder, 'assets/bare.js'), draw);
  return folder;
}

const starts = await turnAbout(parties, { rounds, warmUp: 1 }, measure);
await browser.close();
const kilobytes = firstScripts() / 1000;
for (const party of parties) await servers[party].close();
phone.remove();
rmSync(bare, { recursive: true, force: true });

/** Bytes (gzip) of what is loaded before anything is drawn. */
function firstScripts(): number {
  const page = readFileSync(join(phone.folder, 'index.html'), 'utf8');
  const files = [...page.matchAll(/(?:src|href)="(\.\/assets\/[^"]+\.js)"/g)].map(([, file = '']) => file);
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(phone.folder, file)), { level: 9 }).length, 0);
}

const rows: (string | number)[][] = [['ms from opening', 'median', 'p95', 'highest', '× bare']];
const figures: Record<string, number> = { rounds, scriptKilobytes: kilobytes };
for (const [what, of] of [
  ['first paint of anything', 'first'],
  ['the people', 'painted'],
] as const) {
  for (const party of parties) {
    const values = starts[party].map((start) => start[of]);
    const ratio = medianRatio(starts[party], starts.bare, (start) => start[of]);
    const spread = [median(values), quantile(values, 0.95), quantile(values, 1), ratio];
    rows.push([`${party === 'bare' ? 'a bare page' : 'the web phone'}: ${what}`, ...spread.map(round)]);
    figures[`${party}.${of}`] = median(values);
    figures[`${party}.${of}.p95`] = quantile(values, 0.95);
  }
}
printTable(rows);
console.log(`${rounds} cold starts each, turn about. First scripts: ${round(kilobytes)} KB (gzip) of ${mostKilobytes}.`);
report({
  bench: 'page',
  figures,
  ratio: (figures['phone.painted'] ?? Number.NaN) / 1000,
  budget,
  also: kilobytes <= mostKilobytes,
});
