/** baresip as telephones of people, without any browser: what two of them hear of one another, of the music of the host, and of a meeting. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { Server } from '../browser/harness/server.ts';
import { Baresip } from '../support/baresip.ts';
import { skipped } from '../support/programs.ts';
import { toneFile } from '../support/tone-file.ts';

const key = newApiKey('B'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const [low, high, ofHost] = [600, 1_000, 750];
const ours = '+4989900';
const patience = { timeout: 60_000 };
/** Beside loopback, where baresip speaks none. */
const hasV6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.family === 'IPv6' && !one.internal && one.scopeid === 0);
const slow = { timeout: 240_000 };

interface Site {
  readonly api: OffhookApi;
  readonly sipPort: number;
  /** Registered as somebody new, and takes every call. */
  readonly phone: (name: string, tone: number, isV6?: true) => Promise<{ readonly user: string; readonly phone: Baresip }>;
}

async function site(more: Record<string, unknown> = {}): Promise<Site> {
  const { first, last } = await freePorts(40);
  const sipPort = await freePort();
  const media = { mediaPort: await freePort(), mediaWorkers: 1, rtpPorts: `${first}-${last}` };
  const server = await Server.start({ settings: { apiKeys: [key.setting], ...media, sipPort, country: 'DE', ...more } });
  onTestFinished(() => server.close());
  const api = new OffhookApi({ url: server.url, key: key.key });
  return {
    api,
    sipPort,
    async phone(name, tone, isV6) {
      const user = (await server.claim(name)).user.address;
      const { phone, password } = await api.addPhone(user, 'Desk');
      const account = `<sip:${phone.login}@${isV6 ? '[::1]' : '127.0.0.1'}:${sipPort};transport=udp>;auth_pass=${password}`;
      const made = new Baresip({
        account: `${account};regint=60;audio_codecs=pcmu/8000/1;answermode=auto`,
        tone,
        ...(isV6 && { isV6 }),
      });
      const isRegistered = async (): Promise<boolean> => (await api.listPhones(user)).phones.every((one) => one.registered);
      await expect.poll(isRegistered, patience).toBe(true);
      return { user, phone: made };
    },
  };
}

/** For half a second more from now on. */
async function hearsMore(phone: Baresip, hertz: number): Promise<void> {
  const before = await phone.heardTone(hertz);
  await expect.poll(() => phone.heardTone(hertz), patience).toBeGreaterThan(before + 0.5);
}

describe.skipIf(skipped.has('baresip'))('baresip', () => {
  it('is held with the music of the host by a phone that goes on afterwards', slow, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offhook-music-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const at = await site({ holdMusic: toneFile(folder, ofHost, { rate: 48_000, channels: 1 }) });
    const [anna, bo] = [await at.phone('Anna', low), await at.phone('Bo', high)];
    anna.phone.type(`/dial sip:${bo.user}@127.0.0.1:${at.sipPort}\n`);
    await hearsMore(anna.phone, high);
    await hearsMore(bo.phone, low);
    expect(await anna.phone.heardTone(ofHost)).toBe(0);
    bo.phone.type('/hold\n');
    await hearsMore(anna.phone, ofHost);
    const before = await anna.phone.heardTone(high);
    await hearsMore(anna.phone, ofHost);
    expect(await anna.phone.heardTone(high)).toBeLessThan(before + 0.2);
    bo.phone.type('/resume\n');
    // What the one that held hears from then on is not looked at: baresip 1.0 hears nothing any more after a pause, also without us.
    await hearsMore(anna.phone, high);
    anna.phone.type('b');
    await expect.poll(() => at.api.listLiveCalls(), patience).toEqual([]);
  });

  it.skipIf(!hasV6)('talks both ways over IPv6, with one that has IPv4 alone', slow, async () => {
    const at = await site({ host: 'localhost' });
    const [anna, bo] = [await at.phone('Anna', low, true), await at.phone('Bo', high)];
    anna.phone.type(`/dial sip:${bo.user}@[::1]:${at.sipPort}\n`);
    await hearsMore(anna.phone, high);
    await hearsMore(bo.phone, low);
    expect(anna.phone.said).toMatch(/receiving from \[[0-9a-f:]+\]:/);
    expect(bo.phone.said).not.toMatch(/receiving from \[/);
    bo.phone.type('b');
    await expect.poll(() => at.api.listLiveCalls(), patience).toEqual([]);
  });

  it('comes into a meeting by its keys, and hears who is there', slow, async () => {
    const at = await site();
    const [anna, bo] = [await at.phone('Anna', low), await at.phone('Bo', high)];
    await at.api.trunks.create({ name: 'Carrier', host: '127.0.0.1', port: await freePort(), number: ours });
    await at.api.trunks.setNumber(ours, { lead: { to: 'meeting' } });
    const { meeting, dialIn } = await at.api.createMeeting({ title: 'Weekly', lobby: 'off' });
    const there = async (): Promise<number> =>
      (await at.api.listAttendees(meeting)).filter(({ place }) => place === 'in').length;
    for (const [n, { phone }] of [anna, bo].entries()) {
      phone.type(`/dial sip:${ours}@127.0.0.1:${at.sipPort}\n`);
      await expect.poll(() => phone.said, patience).toMatch(/Call established/);
      expect(await there()).toBe(n);
      // Once more where a key was not heard as one of its own, as on a machine that is too busy.
      const keyed = async (): Promise<number> => {
        if ((await there()) === n) await phone.press(`${dialIn?.pin}#`);
        return there();
      };
      await expect.poll(keyed, { ...patience, interval: 5_000 }).toBe(n + 1);
    }
    await hearsMore(anna.phone, high);
    await hearsMore(bo.phone, low);
  });
});
