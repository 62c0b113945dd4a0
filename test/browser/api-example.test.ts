/**
 * The way of applications that decide who meets, as packages/api/README.md shows it: its block for a server is run here, and its block for a
 * page in real browsers, for two people who then hear and see each other.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as api from '@offhook/api';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { expect, it, onTestFinished } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { root } from '../../scripts/run.ts';
import { codeIn, runCode } from '../support/readme.ts';
import { freePort } from './harness/ports.ts';
import { Server } from './harness/server.ts';
import { serveSite } from './harness/site.ts';
import { launchBrowser, openProfile } from './harness/web-phone.ts';

const key = newApiKey('A'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
// Inside the tree, so that packages are found.
const folder = join(root, 'node_modules/.cache/offhook/api-example');
const [forServer = '', forPage = ''] = ['createParticipant', '@offhook/client/session'].map((shows) =>
  codeIn('packages/api/README.md').find((code) => code.includes(shows)),
);

/** Browsers are slow where much else runs. */
const patience = { timeout: 60_000 };

const html =
  '<!doctype html><title>A lesson</title><link rel="icon" href="data:,"><script type="module" src="main.ts"></script>';
const show = `
function show(stream: MediaStream): void {
  document.body.append(Object.assign(document.createElement('video'), { srcObject: stream, autoplay: true }));
}
`;

it('lets two people meet whose seats an application has made', async () => {
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.html'), html);
  writeFileSync(join(folder, 'main.ts'), `${forPage}${show}`);
  await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
    build: { outDir: join(folder, 'site'), target: 'es2024' },
  });
  const settings = { mediaPort: await freePort(), mediaWorkers: 1, apiKeys: [key.setting] };
  const server = await Server.start({ pages: join(folder, 'site'), settings });
  onTestFinished(() => server.close());
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const complaints: string[] = [];

  const offhook = new api.OffhookApi({ url: server.url, key: key.key });
  const { session, token } = await runCode(forServer, { offhook }, api);
  const second = await offhook.createParticipant();
  await offhook.addParticipant(String(session), second.participant.participant, { session: String(session) });
  const pages: Page[] = [];
  for (const [name, seat] of [
    ['Anna', token],
    ['Bo', second.token],
  ] as const) {
    writeFileSync(join(folder, 'site/seat'), JSON.stringify({ session, token: seat, name }));
    const site = await serveSite(join(folder, 'site'), server.url);
    onTestFinished(() => site.close());
    const page = await (await openProfile(browser, { complain: (text) => complaints.push(text) })).newPage();
    const taken = page.waitForResponse((response) => response.url().endsWith('/seat'));
    await page.goto(site.url);
    await (await taken).finished();
    pages.push(page);
  }
  for (const page of pages)
    await expect
      .poll(async () => {
        const { energy, frames } = await page.evaluate(() => received());
        return energy > 0 && frames > 5;
      }, patience)
      .toBe(true);
  const names = (await offhook.listParticipants(String(session))).map(({ user }) => user?.name);
  expect(new Set(names)).toEqual(new Set(['Anna', 'Bo']));
  expect(complaints).toEqual([]);
}, 180_000);
