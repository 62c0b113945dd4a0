/** A telephone calls a number of ours, finds nobody, and says something: it is in the conversation, and is what was said. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { Baresip } from '../support/baresip.ts';
import { skipped } from '../support/programs.ts';
import { button, row, says } from './harness/phones.ts';
import { freePort, freePorts } from './harness/ports.ts';
import { Server } from './harness/server.ts';
import { buildWebPhone, launchBrowser, openProfile, signIn } from './harness/web-phone.ts';

const key = newApiKey('V'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const [berlin, ours] = ['+4930123456', '+4989900'];
/** What the telephone says, and the tone after which it is kept. */
const [said, tone] = [700, 1_000];
const patience = { timeout: 60_000 };

interface Site {
  readonly api: OffhookApi;
  readonly anna: Page;
  /** Calls our number at once. */
  readonly telephone: () => Promise<Baresip>;
}

async function site(): Promise<Site> {
  const pages = await buildWebPhone();
  onTestFinished(() => pages.remove());
  const { first, last } = await freePorts(20);
  const [sipPort, port] = [await freePort(), await freePort()];
  const media = { mediaPort: await freePort(), mediaWorkers: 1, rtpPorts: `${first}-${last}` };
  const settings = { apiKeys: [key.setting], ...media, sipPort, country: 'DE', voicemail: true };
  const server = await Server.start({ pages: pages.folder, settings });
  onTestFinished(() => server.close());
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const api = new OffhookApi({ url: server.url, key: key.key });
  await api.trunks.create({ name: 'Carrier', host: '127.0.0.1', port, number: ours, incoming: { addresses: ['127.0.0.1'] } });
  return {
    api,
    anna: await signIn(await openProfile(browser), server.url, 'Anna'),
    async telephone() {
      const account = `<sip:${berlin}@127.0.0.1>;regint=0;audio_codecs=pcma/8000/1`;
      const phone = new Baresip({ account, tone: said, port, dials: `sip:${ours}@127.0.0.1:${sipPort}` });
      await expect.poll(() => phone.said).toMatch(/ready/i);
      return phone;
    },
  };
}

/** After the tone, three seconds; then it hangs up. */
async function leaves(phone: Baresip): Promise<void> {
  const seconds = async (): Promise<number> => (await phone.heard())?.seconds ?? 0;
  await expect.poll(() => phone.heardTone(tone), patience).toBeGreaterThan(0.3);
  const at = await seconds();
  await expect.poll(seconds, patience).toBeGreaterThan(at + 3);
  phone.type('b');
  await expect.poll(() => phone.said, patience).toMatch(/terminat|closed/i);
}

interface Played {
  readonly seconds: number;
  /** Of what was said, and of a tone that was not: 1 for a full-scale sine. */
  readonly levels: readonly number[];
}

/** What the message sounds like, as the browser decodes it. */
async function played(page: Page): Promise<Played> {
  const player = page.locator('offhook-player');
  await expect.poll(() => player.evaluate((one: HTMLElement & { address?: string }) => one.address)).toBeTruthy();
  return player.evaluate(
    async (one: HTMLElement & { address?: string }, tones) => {
      const response = await fetch(one.address ?? '');
      const decoded = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await response.arrayBuffer());
      const samples = decoded.getChannelData(0);
      const levels = tones.map((hertz) => {
        const sum = samples.reduce(
          ([real, imaginary], sample, n) => {
            const angle = (2 * Math.PI * hertz * n) / decoded.sampleRate;
            return [real + sample * Math.cos(angle), imaginary + sample * Math.sin(angle)] as const;
          },
          [0, 0] as readonly [number, number],
        );
        return (2 * Math.hypot(...sum)) / samples.length;
      });
      return { seconds: decoded.duration, levels };
    },
    [said, tone, 440],
  );
}

/** Anna finds it in the conversation with the number, and hears what was said, and nothing else. */
async function finds(anna: Page): Promise<void> {
  await button(anna, /^Conversations/).click();
  await row(anna, '30 123456').click();
  await says(anna, /^Voicemail from/);
  const { seconds, levels } = await played(anna);
  expect(seconds).toBeGreaterThan(2);
  expect(seconds).toBeLessThan(10);
  const [ofSaid = 0, ...others] = levels;
  expect(ofSaid).toBeGreaterThan(0.1);
  for (const other of others) expect(other).toBeLessThan(ofSaid / 10);
}

describe.skipIf(skipped.has('baresip'))('a telephone leaves a message', () => {
  it('where a number leads to voicemail', { timeout: 240_000 }, async () => {
    const { api, anna, telephone } = await site();
    await api.trunks.setNumber(ours, { lead: { to: 'voicemail', user: 'anna' } });
    await leaves(await telephone());
    await finds(anna);
    expect(await api.listLiveCalls()).toEqual([]);
  });

  it('where a number leads to somebody who does not answer', { timeout: 240_000 }, async () => {
    const { api, anna, telephone } = await site();
    await api.trunks.setNumber(ours, { lead: { to: 'user', user: 'anna' } });
    await button(anna, 'Settings').click();
    await anna.getByRole('combobox', { name: /^Ring for/ }).selectOption({ index: 0 });
    const phone = await telephone();
    await anna.getByRole('alertdialog').waitFor();
    await anna.getByRole('alertdialog').waitFor({ state: 'detached' });
    await leaves(phone);
    await finds(anna);
  });
});
