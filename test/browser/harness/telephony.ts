/** A server with telephones of its people: baresip and Linphone, which register as somebody. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { expect } from 'vitest';
import { newApiKey } from '../../../packages/server/src/ports/api-keys.ts';
import { Baresip } from '../../support/baresip.ts';
import { Linphone } from '../../support/linphone.ts';
import type { World } from './it.ts';
import type { Person } from './person.ts';
import { freePort, freePorts } from './ports.ts';
import type { Server } from './server.ts';
import type { MediaKit } from '../page/media-kit.ts';
import type { Remote } from './remote.ts';

/** What browsers send, and what telephones do. */
export const [ofBrowser, ofPhone] = [440, 1_000] as const;
/** The third note of what a telephone hears while it is held. */
export const ofMusic = 523.25;
export const kit = (person: Person): Remote<MediaKit> => person.page as Remote<MediaKit>;
const patience = { timeout: 60_000 };

export interface Telephony {
  readonly server: Server;
  readonly api: OffhookApi;
  /** Somebody in a browser that can hear tones. */
  readonly person: (name: string) => Promise<Person>;
  /** Registered by UDP, and takes every call. */
  readonly baresip: (user: string, keysAt?: number) => Promise<Baresip>;
  /** Registered by TCP, and takes every call. */
  readonly linphone: (user: string) => Promise<Linphone>;
  /** A telephone of the network outside, which takes every call to its number, or calls ours at once. */
  readonly outside: (doing?: 'calls') => Promise<Baresip>;
}

/** The number of the telephone outside, and ours. */
export const [berlin, ours] = ['+4930123456', '+4989900'] as const;

export async function telephony(world: World): Promise<Telephony> {
  const key = newApiKey('H'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
  const { first, last } = await freePorts(40);
  const sipPort = await freePort();
  const media = { mediaPort: await freePort(), mediaWorkers: 1, rtpPorts: `${first}-${last}` };
  const server = await world.anotherServer({ settings: { apiKeys: [key.setting], ...media, sipPort, country: 'DE' } });
  const api = new OffhookApi({ url: server.url, key: key.key });
  const registered = async (user: string): Promise<void> => {
    const now = async (): Promise<boolean[]> => (await api.listPhones(user)).phones.map((phone) => phone.registered);
    await expect.poll(now, patience).toEqual([true]);
  };
  return {
    server,
    api,
    person: (name) => world.person(name, { server, page: 'modules.html' }),
    async baresip(user, keysAt) {
      const { phone, password } = await api.addPhone(user, 'Desk');
      const account = `<sip:${phone.login}@127.0.0.1:${sipPort};transport=udp>;auth_pass=${password};regint=60`;
      const made = new Baresip({
        account: `${account};audio_codecs=pcmu/8000/1;answermode=auto`,
        tone: ofPhone,
        ...(keysAt !== undefined && { keysAt }),
      });
      await registered(user);
      return made;
    },
    async linphone(user) {
      const { phone, password } = await api.addPhone(user, 'Desk');
      const ports = [await freePort(), await freePort(), await freePort()] as const;
      const by = { port: sipPort, transport: 'tcp', ports } as const;
      const made = new Linphone({ login: phone.login, password, ...by, tone: ofPhone, answers: true });
      await registered(user);
      return made;
    },
    async outside(doing) {
      const port = await freePort();
      const at = { name: 'Carrier', host: '127.0.0.1', port, number: ours, incoming: { addresses: ['127.0.0.1'] } };
      await api.trunks.create(at);
      await api.trunks.setOutgoing({ rules: [{ prefix: '+49', allow: true }] });
      const account = `<sip:${berlin}@127.0.0.1>;regint=0;catchall=yes;answermode=auto;audio_codecs=pcma/8000/1`;
      const dials = doing === 'calls' ? { dials: `sip:${ours}@127.0.0.1:${sipPort}` } : {};
      const made = new Baresip({ account, tone: ofPhone, port, ...dials });
      await expect.poll(() => made.said).toMatch(/ready/i);
      return made;
    },
  };
}
