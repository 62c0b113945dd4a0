/** Linphone as a phone of somebody: it registers by every transport, and talks and writes with browsers. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { directId } from '@offhook/core';
import { describe, expect } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { Linphone } from '../support/linphone.ts';
import { skipped } from '../support/programs.ts';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort, freePorts } from './harness/ports.ts';
import type { Remote } from './harness/remote.ts';
import type { Server } from './harness/server.ts';
import type { MediaKit } from './page/media-kit.ts';

const key = newApiKey('L'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
/** What browsers send, and what phones do. */
const [ofBrowser, ofPhone] = [440, 1_000];
const kit = (person: Person): Remote<MediaKit> => person.page as Remote<MediaKit>;
const patience = { timeout: 60_000 };

interface Telephony {
  readonly server: Server;
  readonly api: OffhookApi;
  readonly phone: (user: string, transport: 'udp' | 'tcp' | 'tls', answers: boolean) => Promise<Linphone>;
}

async function telephony(world: World): Promise<Telephony> {
  const { first, last } = await freePorts(40);
  const [sipPort, sipTlsPort] = [await freePort(), await freePort()];
  const server = await world.anotherServer({
    settings: {
      apiKeys: [key.setting],
      mediaPort: await freePort(),
      mediaWorkers: 1,
      rtpPorts: `${first}-${last}`,
      sipPort,
      sipTlsPort,
    },
  });
  const api = new OffhookApi({ url: server.url, key: key.key });
  return {
    server,
    api,
    phone: async (user, transport, answers) => {
      const { phone, password } = await api.addPhone(user, 'Linphone');
      const ports = [await freePort(), await freePort(), await freePort()] as const;
      const port = transport === 'tls' ? sipTlsPort : sipPort;
      const made = new Linphone({ login: phone.login, password, port, transport, ports, tone: ofPhone, answers });
      await expect
        .poll(async () => (await api.listPhones(user)).phones.map(({ registered }) => registered), patience)
        .toEqual([true]);
      return made;
    },
  };
}

describe.skipIf(skipped.has('linphone'))('Linphone', () => {
  it.for(['udp', 'tcp', 'tls'] as const)(
    'registers by %s, takes a call and talks both ways; its keys are told to programs',
    { timeout: 240_000 },
    async (transport, { world }) => {
      const { server, api, phone } = await telephony(world);
      const [anna, bo] = [await world.person('Anna', { server, page: 'modules.html' }), await world.person('Bo', { server })];
      const linphone = await phone(bo.address, transport, true);
      await anna.page.call(bo.address, { own: true });
      await anna.page.until(bo.address, 'active');
      await kit(anna).untilTone(bo.address, ofPhone);
      await expect.poll(() => linphone.heardTone(ofBrowser), patience).toBeGreaterThan(1);
      for (const digit of ['5', '#']) linphone.type(digit);
      const pressed: string[] = [];
      for await (const event of api.listen({ types: ['call.digit'], after: '0' })) {
        if (event.type === 'call.digit') pressed.push(`${event.data.by.address} ${event.data.digit}`);
        if (pressed.length === 2) break;
      }
      expect(pressed).toEqual([`${bo.address} 5`, `${bo.address} #`]);
      linphone.type('terminate');
      expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'hangup' });
      expect(await api.listLiveCalls()).toEqual([]);
    },
  );

  it('calls a browser, and writes and is written to', { timeout: 240_000 }, async ({ world }) => {
    const { server, api, phone } = await telephony(world);
    const [anna, bo] = [await world.person('Anna', { server, page: 'modules.html' }), await world.person('Bo', { server })];
    const linphone = await phone(bo.address, 'tcp', false);
    linphone.type(`call sip:${anna.address}@127.0.0.1`);
    await anna.page.until(bo.address, 'incoming');
    await anna.page.answer(bo.address, { own: true });
    await anna.page.until(bo.address, 'active');
    await kit(anna).untilTone(bo.address, ofPhone);
    await expect.poll(() => linphone.heardTone(ofBrowser), patience).toBeGreaterThan(1);
    await anna.page.hangUp(bo.address);
    await expect.poll(() => linphone.said, patience).toMatch(/Call .* ended|Call ended|Call terminated/i);

    linphone.type(`chat sip:${anna.address}@127.0.0.1 Ich komme später`);
    const said = async (): Promise<string[]> =>
      (await api.listMessages(directId(anna.address, bo.address))).entries.flatMap((entry) =>
        entry.kind === 'message' ? `${entry.from.address}: ${entry.text}` : [],
      );
    await expect.poll(said, patience).toEqual([`${bo.address}: Ich komme später`]);
    await api.sendMessage({ from: anna.address, to: bo.address, text: 'Gut, bis dann' });
    await expect.poll(() => linphone.said, patience).toContain('Gut, bis dann');
  });
});
