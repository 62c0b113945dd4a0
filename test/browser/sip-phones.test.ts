/** Telephones that dial into sessions: baresip, which no part of this project has written, with the sound of both ways looked at. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ownCertificate } from '../../packages/server/src/http/certificate.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { Baresip } from '../support/baresip.ts';
import { skipped } from '../support/programs.ts';
import { startServer } from '../support/wire.ts';
import { freePort, freePorts } from './harness/ports.ts';

const key = newApiKey('S'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const [low, high] = [440, 1_000];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-phones-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function phone(name: string, tone: number, dials: string, codec = ''): Baresip {
  return new Baresip({ account: `<sip:${name}@127.0.0.1>;regint=0${codec}`, tone, isOpus: codec.includes('opus'), dials });
}

describe.skipIf(skipped.has('baresip'))('phones that dial into a session', () => {
  it.each([
    ['udp', ''],
    ['tcp', ';audio_codecs=opus/48000/2'],
    // This version looks at no certificate: who the server is, is for others to check.
    ['tls', ';mediaenc=srtp-mand'],
  ])('hear one another mixed by %s, until one hangs up or is removed', { timeout: 240_000 }, async (transport, account) => {
    const { first, last } = await freePorts(40);
    const [sipPort, sipTlsPort] = [await freePort(), await freePort()];
    const { cert, key: certKey } = await ownCertificate(undefined, ['127.0.0.1'], new Date());
    const [sipTlsCert, sipTlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(sipTlsCert, cert);
    writeFileSync(sipTlsKey, certKey);
    const server = await startServer({
      apiKeys: [key.setting],
      mediaPort: await freePort(),
      mediaWorkers: 1,
      rtpPorts: `${first}-${last}`,
      sipPort,
      sipTlsPort,
      sipTlsCert,
      sipTlsKey,
    });
    onTestFinished(() => server.stop());
    const api = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: key.key });
    const { session } = await api.createSession();
    const add = async (): Promise<{ readonly id: string; readonly token: string }> => {
      const { participant, token } = await api.createParticipant({ publish: ['audio'] });
      await api.addParticipant(session, participant.participant, { session });
      return { id: participant.participant, token };
    };
    const [one, other] = [await add(), await add()];
    const dials = ({ token }: { readonly token: string }): string =>
      `sip:${token}@127.0.0.1:${transport === 'tls' ? sipTlsPort : sipPort};transport=${transport}`;
    const [anna, bo] = [phone('anna', low, dials(one), account), phone('bo', high, dials(other))];
    const there = async (): Promise<string[]> =>
      (await api.listParticipants(session)).flatMap(({ user }) => user?.name ?? []).toSorted();
    await expect.poll(there, { timeout: 60_000 }).toEqual(['anna', 'bo']);
    await expect.poll(() => anna.heardTone(high), { timeout: 60_000 }).toBeGreaterThan(1);
    await expect.poll(() => bo.heardTone(low), { timeout: 60_000 }).toBeGreaterThan(1);
    // Nobody hears themselves.
    expect(await anna.heardTone(low)).toBe(0);
    anna.hangUp();
    await expect.poll(there).toEqual(['bo']);
    await api.removeParticipant(session, other.id);
    await expect.poll(() => bo.said).toMatch(/session closed|terminated/i);
  });
});
