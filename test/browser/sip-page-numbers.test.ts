/** Pages made with JsSIP and SIP.js, and telephone numbers: a page calls one and is called by one, with the sound of both ways looked at. */
import { beforeAll, describe, expect } from 'vitest';
import { skipped } from '../support/programs.ts';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import type { Remote } from './harness/remote.ts';
import { openSipPage, scriptOf } from './harness/sip-page.ts';
import { berlin, ofPhone, ours, telephony } from './harness/telephony.ts';
import type { Telephony } from './harness/telephony.ts';
import type { SipPage } from './page/sip-pages.ts';

const ofPage = 620;

let script = '';
beforeAll(async () => {
  script = await scriptOf('sip-pages.ts');
}, 120_000);

interface Scene extends Telephony {
  /** Whose phone the page is. */
  readonly bo: Person;
  readonly page: Remote<SipPage>;
}

async function scene(world: World, library: 'jssip' | 'sipjs'): Promise<Scene> {
  const all = await telephony(world);
  const { api, server } = all;
  const bo = await world.person('Bo', { server });
  const { phone, password } = await api.addPhone(bo.address, 'Page');
  const page = await openSipPage(server.url, library, script);
  const url = new URL('sip', server.url.replace(/^http/, 'ws')).href;
  await page.register({ url, host: '127.0.0.1', login: phone.login, password, hertz: ofPage });
  return { ...all, bo, page };
}

describe.skipIf(skipped.has('baresip')).for(['jssip', 'sipjs'] as const)('a page made with %s', (library) => {
  it('calls a telephone number, and hangs up', { timeout: 240_000 }, async ({ world }) => {
    const { api, outside, page } = await scene(world, library);
    const telephone = await outside();
    await page.call(berlin);
    await page.untilTone(ofPhone);
    await expect.poll(() => telephone.heardTone(ofPage)).toBeGreaterThan(1);
    await page.hangUp();
    await expect.poll(() => telephone.said).toMatch(/session closed|terminated/i);
    await expect.poll(() => api.listLiveCalls()).toEqual([]);
  });

  it('is called by a telephone by a number of ours, and hangs up', { timeout: 240_000 }, async ({ world }) => {
    const { api, bo, outside, page } = await scene(world, library);
    await api.trunks.setNumber(ours, { lead: { to: 'user', user: bo.address } });
    const telephone = await outside('calls');
    expect(await bo.page.until(berlin, 'ended')).toMatchObject({ cause: 'answered_elsewhere' });
    await page.untilTone(ofPhone);
    await expect.poll(() => telephone.heardTone(ofPage)).toBeGreaterThan(1);
    await page.hangUp();
    await expect.poll(() => telephone.said).toMatch(/session closed|terminated/i);
    await expect.poll(() => api.listLiveCalls()).toEqual([]);
  });
});
