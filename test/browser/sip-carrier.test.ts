/** Kamailio as the carrier, by TLS with a certificate that only we believe, and behind it a telephone whose sound has to be encrypted. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { describe, expect } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { Baresip } from '../support/baresip.ts';
import { Kamailio } from '../support/kamailio.ts';
import { skipped } from '../support/programs.ts';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort, freePorts } from './harness/ports.ts';
import { kit, ofBrowser, ofPhone } from './harness/telephony.ts';

const key = newApiKey('Q'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const password = 'four-words-of-theirs';
const [berlin, ours] = ['+4940654321', '4930123450'];

interface Network {
  readonly api: OffhookApi;
  readonly kamailio: Kamailio;
  readonly anna: Person;
  /** A telephone that is registered there, and calls at once whom it is told to. */
  readonly telephone: (dials?: string) => Promise<Baresip>;
}

async function network(world: World): Promise<Network> {
  const { first, last } = await freePorts(40);
  const [port, tlsPort, sipPort, sipTlsPort] = [await freePort(), await freePort(), await freePort(), await freePort()];
  // Nothing listens where it leads what it does not know.
  const kamailio = await Kamailio.start({ port, tlsPort, server: { transport: 'udp', port: await freePort() }, password });
  const media = { mediaPort: await freePort(), mediaWorkers: 1, rtpPorts: `${first}-${last}` };
  const sip = { sipPort, sipTlsPort, sipTlsCa: [kamailio.certificate], country: 'DE' };
  const server = await world.anotherServer({ settings: { apiKeys: [key.setting], ...media, ...sip } });
  const api = new OffhookApi({ url: server.url, key: key.key });
  await api.trunks.create({
    name: 'Carrier',
    host: '127.0.0.1',
    port: tlsPort,
    transport: 'tls',
    srtp: 'required',
    username: ours,
    password,
    register: true,
    number: `+${ours}`,
  });
  await api.trunks.setOutgoing({ rules: [{ prefix: '+49', allow: true }] });
  await expect.poll(() => api.trunks.list()).toMatchObject([{ registration: { state: 'registered' } }]);
  const anna = await world.person('Anna', { server, page: 'modules.html' });
  await api.trunks.setNumber(`+${ours}`, { lead: { to: 'user', user: anna.address } });
  return {
    api,
    kamailio,
    anna,
    async telephone(dials) {
      const sound = 'mediaenc=srtp-mand;audio_codecs=pcma/8000/1;answermode=auto';
      const account = `<sip:${berlin}@127.0.0.1:${port};transport=tcp>;auth_pass=${password};regint=60;${sound}`;
      const dialled = dials === undefined ? undefined : `sip:${dials}@127.0.0.1:${port};transport=tcp`;
      const phone = new Baresip({ account, tone: ofPhone, ...(dialled !== undefined && { dials: dialled }) });
      await expect.poll(() => kamailio.said).toMatch(/seen REGISTER from tcp[^]*seen REGISTER from tcp/);
      return phone;
    },
  };
}

/** Both hear one another. */
async function talk(anna: Person, phone: Baresip): Promise<void> {
  await anna.page.until(berlin, 'active');
  await kit(anna).untilTone(berlin, ofPhone);
  await expect.poll(() => phone.heardTone(ofBrowser)).toBeGreaterThan(1);
}

describe.skipIf(skipped.has('kamailio') || skipped.has('baresip'))('Kamailio by TLS', () => {
  it('asks who calls, and leads a browser to a telephone, both ways encrypted', { timeout: 240_000 }, async ({ world }) => {
    const { api, kamailio, anna, telephone } = await network(world);
    const phone = await telephone();
    await expect.poll(() => phone.said).toMatch(/200 OK/);
    await anna.page.call({ address: berlin, name: '+49 40 654321' }, { own: true });
    await talk(anna, phone);
    // Once without our word for it, and once with it.
    expect(kamailio.said.match(/seen INVITE from tls/g)).toHaveLength(2);
    await anna.page.hangUp(berlin);
    await expect.poll(() => phone.said).toMatch(/session closed|terminated/i);
    expect(kamailio.said).toMatch(/seen BYE from tls/);
    await expect.poll(() => api.listLiveCalls()).toEqual([]);
  });

  it('leads a telephone to a browser, both ways encrypted', { timeout: 240_000 }, async ({ world }) => {
    const { kamailio, anna, telephone } = await network(world);
    const phone = await telephone(ours);
    await anna.page.until(berlin, 'incoming');
    await anna.page.answer(berlin, { own: true });
    await talk(anna, phone);
    phone.type('b');
    expect(await anna.page.until(berlin, 'ended')).toMatchObject({ cause: 'hangup' });
    expect(kamailio.said).toMatch(/seen BYE from tcp/);
  });
});
