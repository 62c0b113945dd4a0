/** SIP phones of users: a real phone and real browsers call one another, with the sound of both ways looked at. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import { describe, expect, onTestFinished } from 'vitest';
import { ownCertificate } from '../../packages/server/src/http/certificate.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { Baresip } from '../support/baresip.ts';
import { skipped } from '../support/programs.ts';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort, freePorts } from './harness/ports.ts';
import type { Server } from './harness/server.ts';
import type { MediaKit } from './page/media-kit.ts';
import type { Remote } from './harness/remote.ts';

const key = newApiKey('U'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
/** What browsers send, and what phones do. */
const [ofBrowser, ofPhone] = [440, 1_000];
/** The third note of what a telephone hears while it is held. */
const ofMusic = 523.25;
const kit = (person: Person): Remote<MediaKit> => person.page as Remote<MediaKit>;

interface Telephony {
  readonly server: Server;
  readonly api: OffhookApi;
  /** Its account, as baresip has it, and where the server is. */
  readonly account: (user: string, more?: string) => Promise<{ readonly account: string; readonly host: string }>;
}

async function telephony(world: World, transport: string): Promise<Telephony> {
  const { first, last } = await freePorts(40);
  const [sipPort, tlsPort] = [await freePort(), await freePort()];
  const server = await world.anotherServer({
    settings: {
      apiKeys: [key.setting],
      mediaPort: await freePort(),
      mediaWorkers: 1,
      rtpPorts: `${first}-${last}`,
      sipPort,
      ...(transport === 'tls' && { sipTlsPort: tlsPort, ...(await certificate()) }),
    },
  });
  const api = new OffhookApi({ url: server.url, key: key.key });
  return {
    server,
    api,
    account: async (user, more = '') => {
      const { phone, password } = await api.addPhone(user, 'Desk');
      const host = `127.0.0.1:${transport === 'tls' ? tlsPort : sipPort}`;
      return { host, account: `<sip:${phone.login}@${host};transport=${transport}>;auth_pass=${password};regint=60${more}` };
    },
  };
}

/** Of the server: this version of baresip looks at none. */
async function certificate(): Promise<{ readonly sipTlsCert: string; readonly sipTlsKey: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-phones-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { cert, key: certKey } = await ownCertificate(undefined, ['127.0.0.1'], new Date());
  const [sipTlsCert, sipTlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(sipTlsCert, cert);
  writeFileSync(sipTlsKey, certKey);
  return { sipTlsCert, sipTlsKey };
}

describe.skipIf(skipped.has('baresip'))('a SIP phone of somebody', () => {
  it.for([
    ['udp', false],
    ['tcp', true],
  ] as const)(
    'rings with their browser, is taken, talks both ways and is hung up (%s, Opus: %s)',
    { timeout: 240_000 },
    async ([transport, isOpus], { world }) => {
      const { server, api, account } = await telephony(world, transport);
      const [anna, bo] = [await world.person('Anna', { server, page: 'modules.html' }), await world.person('Bo', { server })];
      const codec = isOpus ? ';audio_codecs=opus/48000/2' : ';audio_codecs=pcmu/8000/1';
      const phone = new Baresip({ ...(await account(bo.address, `${codec};answermode=auto`)), tone: ofPhone, isOpus });
      await expect
        .poll(async () => (await api.listPhones(bo.address)).phones.map(({ registered }) => registered))
        .toEqual([true]);
      await anna.page.call(bo.address, { own: true });
      await anna.page.until(bo.address, 'active');
      expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'answered_elsewhere' });
      await kit(anna).untilTone(bo.address, ofPhone);
      await expect.poll(() => phone.heardTone(ofBrowser)).toBeGreaterThan(1);
      // Opus has a little of every tone in what it begins with.
      const before = await phone.heardTone(ofMusic);
      expect(before).toBeLessThan(1);
      await anna.page.hold(bo.address);
      await expect.poll(() => phone.heardTone(ofMusic)).toBeGreaterThan(before + 1);
      await anna.page.hangUp(bo.address);
      await expect.poll(() => phone.said).toMatch(/session closed|terminated/i);
      expect(await api.listLiveCalls()).toEqual([]);
    },
  );

  it.for([
    ['has to be encrypted', ';mediaenc=srtp-mand'],
    ['cannot be encrypted', ''],
  ])('that is there by TLS and whose sound %s talks both ways', { timeout: 240_000 }, async ([, mediaenc], { world }) => {
    const { server, api, account } = await telephony(world, 'tls');
    const anna = await world.person('Anna', { server, page: 'modules.html' });
    const bo = await world.person('Bo', { server });
    const phone = new Baresip({
      ...(await account(bo.address, `;audio_codecs=pcmu/8000/1;answermode=auto${mediaenc}`)),
      tone: ofPhone,
    });
    await expect
      .poll(async () => (await api.listPhones(bo.address)).phones.map(({ registered }) => registered))
      .toEqual([true]);
    await anna.page.call(bo.address, { own: true });
    await anna.page.until(bo.address, 'active');
    await kit(anna).untilTone(bo.address, ofPhone);
    await expect.poll(() => phone.heardTone(ofBrowser)).toBeGreaterThan(1);
    await anna.page.hangUp(bo.address);
    await expect.poll(() => phone.said).toMatch(/session closed|terminated/i);
  });

  it('calls a browser, and hears when that hangs up', { timeout: 240_000 }, async ({ world }) => {
    const { server, account } = await telephony(world, 'udp');
    const [anna, bo] = [await world.person('Anna', { server, page: 'modules.html' }), await world.person('Bo', { server })];
    const { account: line, host } = await account(bo.address, ';audio_codecs=pcma/8000/1');
    const phone = new Baresip({ account: line, tone: ofPhone, dials: `sip:${anna.address}@${host}` });
    await anna.page.until(bo.address, 'incoming');
    await anna.page.answer(bo.address, { own: true });
    await anna.page.until(bo.address, 'active');
    await kit(anna).untilTone(bo.address, ofPhone);
    await expect.poll(() => phone.heardTone(ofBrowser)).toBeGreaterThan(1);
    await anna.page.hangUp(bo.address);
    await expect.poll(() => phone.said).toMatch(/session closed|terminated/i);
  });
});
