/** From the click on accept to the first remote video frame in Chromium, against bare peer connections. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { bundle } from './harness/bundle.ts';
import { openChromium, openPage } from './harness/chromium.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import { median, quantile } from './harness/statistics.ts';
import { medianRatio, turnAbout } from './harness/turns.ts';
import { html } from './pages/phone.ts';
import { startServer, titles } from './servers/servers.ts';

const rounds = 15;
/** How long a person takes to reach for the button: time that a phone may use to prepare. */
const reachMs = 700;
const budget = 1.5;
const parties = ['bare', 'offhook'] as const;
type Party = (typeof parties)[number];

/** Milliseconds from the click, as the one who accepted sees it, and the one who called. */
interface Wait {
  readonly callee: number;
  readonly caller: number;
}

interface Pair {
  readonly name: string;
  readonly caller: Page;
  readonly callee: Page;
}

printMachine();
const browser = await openChromium();
const servers = { bare: await startServer('bare', { users: 2 }), offhook: await startServer('offhook', { users: 2 }) };
const pairs: Record<Party, Pair> = { bare: await openPair('bare'), offhook: await openPair('offhook') };

async function openPair(party: Party): Promise<Pair> {
  const { port, logins } = servers[party];
  const script = await bundle(`import ${JSON.stringify(join(import.meta.dirname, 'pages', `${party}.ts`))};`);
  const pages: Page[] = [];
  for (const { name, token } of logins) {
    const page = await openPage(browser, `http://localhost:${port}`, html);
    await page.addScriptTag({ content: script, type: 'module' });
    await page.waitForFunction(() => 'phone' in window);
    await page.evaluate((login) => window.phone.signIn(login), { port, name, token });
    pages.push(page);
  }
  const [caller, callee] = pages;
  if (caller === undefined || callee === undefined) throw new Error('a call takes two');
  return { name: logins[1]?.name ?? '', caller, callee };
}

async function measure(party: Party): Promise<Wait> {
  const { name, caller, callee } = pairs[party];
  for (const page of [caller, callee]) await page.evaluate(() => window.prepareRound());
  await caller.evaluate((to) => window.phone.call(to), name);
  await callee.evaluate(() => window.phone.rings());
  await callee.waitForTimeout(reachMs);
  await callee.click('button');
  const clickedAt = await callee.evaluate(() => window.clickedAt);
  const [calleeAt, callerAt] = await Promise.all([callee, caller].map((page) => page.evaluate(() => window.frameAt)));
  await caller.evaluate(() => window.phone.hangUp());
  await callee.evaluate(() => window.phone.hangUp());
  return { callee: (calleeAt ?? Number.NaN) - clickedAt, caller: (callerAt ?? Number.NaN) - clickedAt };
}

const waits = await turnAbout(parties, { rounds, warmUp: 2 }, measure);
await browser.close();
for (const party of parties) await servers[party].child.stop();

const rows: (string | number)[][] = [
  ['ms from the click to the first frame', 'seen by', 'median', 'lowest', 'highest', '× bare'],
];
const figures: Record<string, number> = { rounds };
const ratios: number[] = [];
for (const side of ['callee', 'caller'] as const) {
  for (const party of parties) {
    const values = waits[party].map((wait) => wait[side]);
    const ratio = medianRatio(waits[party], waits.bare, (wait) => wait[side]);
    const spread = [median(values), quantile(values, 0), quantile(values, 1)];
    rows.push([party === 'bare' ? 'bare peer connections' : titles[party], side, ...[...spread, ratio].map(round)]);
    figures[`${party}.${side}`] = median(values);
    if (party === 'offhook') ratios.push(ratio);
  }
}
printTable(rows);
console.log(`${rounds} calls each, turn about. The ratio is the worse of both sides.`);
report({ bench: 'setup', figures, ratio: Math.max(...ratios), budget });
