/** Kamailio as the carrier in front of the server: our registration by digest, calls through it with Record-Route, TLS between the two. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { Server } from '../browser/harness/server.ts';
import { Kamailio } from '../support/kamailio.ts';
import { skipped } from '../support/programs.ts';
import { sipp } from '../support/sipp.ts';

const key = newApiKey('K'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const password = 'four words of theirs';

interface Site {
  readonly server: Server;
  readonly api: OffhookApi;
  readonly kamailio: Kamailio;
  readonly port: number;
  readonly tlsPort: number;
}

/** `believes`: us it, though nobody else has signed its certificate. */
async function site(transport: 'udp' | 'tcp' | 'tls', believes = false): Promise<Site> {
  const { first, last } = await freePorts(40);
  const [port, tlsPort, sipPort, sipTlsPort] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const kamailio = await Kamailio.start({
    port,
    tlsPort,
    server: { transport, port: transport === 'tls' ? sipTlsPort : sipPort },
    password,
  });
  const server = await Server.start({
    settings: {
      apiKeys: [key.setting],
      mediaPort: await freePort(),
      mediaWorkers: 1,
      rtpPorts: `${first}-${last}`,
      country: 'DE',
      sipPort,
      sipTlsPort,
      ...(believes && { sipTlsCa: [kamailio.certificate] }),
    },
  });
  onTestFinished(() => server.close());
  return { server, kamailio, port, tlsPort, api: new OffhookApi({ url: server.url, key: key.key }) };
}

describe.skipIf(skipped.has('kamailio') || skipped.has('sipp'))('Kamailio in front', () => {
  it.each(['udp', 'tcp'] as const)('lets us register by digest over %s, and is seen to be there', async (transport) => {
    const { api, kamailio, port } = await site(transport);
    const settings = { name: 'Carrier', host: '127.0.0.1', port, transport, username: '4930123450', password, register: true };
    const { trunk } = await api.trunks.create({ ...settings, watchSeconds: 1 });
    await expect.poll(() => api.trunks.get(trunk)).toMatchObject({ health: 'up', registration: { state: 'registered' } });
    expect(kamailio.said).toMatch(new RegExp(`seen REGISTER from ${transport}`));
    const { trunk: wrong } = await api.trunks.create({ ...settings, username: '4930123451', password: 'guess' });
    await expect.poll(() => api.trunks.get(wrong)).toMatchObject({ registration: { state: 'failed', status: 401 } });
    await api.trunks.remove(trunk);
    await expect.poll(() => kamailio.said.split('seen REGISTER').length).toBeGreaterThan(5);
  });

  it('lets us register by TLS, where we believe its certificate, and calls us there', async () => {
    const { api, kamailio, port, tlsPort } = await site('tls', true);
    const at = { name: 'Carrier', host: '127.0.0.1', port: tlsPort, transport: 'tls' } as const;
    await api.trunks.create({
      ...at,
      username: '4930123450',
      password,
      register: true,
      number: '+4930123450',
      watchSeconds: 0,
    });
    await expect.poll(() => kamailio.said).toMatch(/seen REGISTER from tls/);
    await expect.poll(() => api.trunks.list()).toMatchObject([{ registration: { state: 'registered' } }]);
    await api.trunks.setNumber('+4930123450', { lead: { to: 'user', user: 'echo' } });
    const fields = [['+4940654321', '']];
    // It is known there by what we have registered, and by nothing else.
    const { ok, output } = await sipp({ scenario: 'from a trunk', to: port, service: '4930123450', fields, talks: 300 });
    expect(ok, `${output}\n${kamailio.said}`).toBe(true);
    await expect.poll(() => api.listLiveCalls()).toEqual([]);
  });

  it('is not believed by TLS, where nobody has said that it should be', async () => {
    const { api, kamailio, tlsPort } = await site('tls');
    const at = { name: 'Carrier', host: '127.0.0.1', port: tlsPort, transport: 'tls' } as const;
    const { trunk } = await api.trunks.create({ ...at, username: '4930123450', password, register: true, watchSeconds: 0 });
    await expect.poll(() => api.trunks.get(trunk)).toMatchObject({ registration: { state: 'failed' } });
    expect(kamailio.said).not.toMatch(/seen REGISTER/);
  });

  it.each(['udp', 'tcp', 'tls'] as const)('leads calls to us over %s, and is asked on the way back', async (transport) => {
    const { api, kamailio, port, server } = await site(transport);
    const { session } = await api.createSession();
    const { participant, token } = await api.createParticipant({ publish: ['audio'] });
    await api.addParticipant(session, participant.participant, { session });
    const over = sipp({ scenario: 'is hung up', to: port, service: token, fields: [['desk', '']] });
    await expect.poll(() => kamailio.said).toMatch(/seen ACK from udp/);
    // Our BYE goes by the route that Kamailio has put into the INVITE.
    await api.removeParticipant(session, participant.participant);
    const { ok, output } = await over;
    expect(ok, `${output}\n${kamailio.said}\n${server.log}`).toBe(true);
    expect(kamailio.said).toMatch(new RegExp(`seen BYE from ${transport}`));
  });
});
