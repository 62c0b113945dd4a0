/**
 * Offhook's signalling of calls by trunks: sockets, transactions, trunks, numbers, lines, engine, voicemail and the store on disk, put together
 * as `packages/server/src/server.ts` does. What would carry the sound says at once what a media worker would say, and carries nothing.
 * Arguments: the data folder, which is removed in the end; the port of SIP; that of who is called outside.
 */
import { defaultSettings } from '@offhook/core';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { defaults } from '../../packages/server/src/config.ts';
import { LocalBus } from '../../packages/server/src/bus/local.ts';
import { ConversationDesk } from '../../packages/server/src/conversations/conversations.ts';
import { Engine } from '../../packages/server/src/engine/engine.ts';
import { DiskFiles } from '../../packages/server/src/files/disk.ts';
import { Registry } from '../../packages/server/src/metrics.ts';
import { NumberBook } from '../../packages/server/src/numbers/book.ts';
import { Blocks } from '../../packages/server/src/people/blocks.ts';
import { openSip, outsideOf } from '../../packages/server/src/sip/line.ts';
import type { SipLine } from '../../packages/server/src/sip/line.ts';
import { openPhones } from '../../packages/server/src/sip/open-phones.ts';
import { openSqliteStore } from '../../packages/server/src/store/sqlite/store.ts';
import { SystemClock } from '../../packages/server/src/system/clock.ts';
import { SystemHash } from '../../packages/server/src/system/hash.ts';
import { SystemRandom } from '../../packages/server/src/system/random.ts';
import { openPrompts } from '../../packages/server/src/prompts/open.ts';
import { openVoicemail } from '../../packages/server/src/voicemail/open.ts';
import { serve } from '../harness/service.ts';
import { numbers } from '../sip/numbers.ts';
import { SilentMedia } from './silent-media.ts';

const [folder = '', port = '', outsidePort = ''] = process.argv.slice(2);
const silent = (): void => undefined;
const log = { info: silent, warn: console.error, error: console.error };
const [clock, random, metrics, bus] = [new SystemClock(), new SystemRandom(), new Registry(), new LocalBus(log)];
const store = await openSqliteStore({ path: join(folder, 'offhook.db') });
const hash = new SystemHash(await store.secret('signing', () => random.token(256)));
const blocks = new Blocks(store);
const rate = { perSecond: 1e6, burst: 1e6 };
const conversations = new ConversationDesk({
  store,
  bus,
  blocks,
  clock,
  log,
  sayRate: rate,
  searchRate: rate,
  link: (file) => ({ url: file, ttlMs: 1 }),
  forget: silent,
});
const newId = (): string => random.token(128);
const engine = new Engine({
  store,
  blocks,
  commit: (writes) => conversations.commitCall(writes),
  bus,
  clock,
  log,
  newCallId: newId,
  voicemail: () => false,
  outbox: true,
  outside: outsideOf(() => sip),
});
await engine.start();
const media = new SilentMedia();
const shared = { store, bus, switchboard: engine, clock, log, newId, publicUrl: () => 'http://127.0.0.1:8080' };
const settings = { ...defaults, host: '127.0.0.1', sipPort: Number(port), country: 'DE' };
const lines = openPhones(settings, { ...shared, metrics, random, hash, outbox: true, pageUrl: shared.publicUrl });
const files = new DiskFiles(join(folder, 'files'));
const push = { news: { tellVoicemail: silent } };
const { prompts } = await openPrompts(undefined, folder);
const ofVoicemail = { files, outbox: true, conversations, push, standard: false, prompts };
const voicemail = await openVoicemail(folder, { ...shared, ...ofVoicemail, media });
const book = new NumberBook({ store, clock, log, outbox: true, isMeeting: () => false, takesMessages: () => true });
const nobody = {
  dialled: () => Promise.resolve(undefined),
  comeIn: () => Promise.reject(new Error('nobody')),
  offer: () => Promise.resolve(''),
  answered: () => Promise.resolve(),
};
const sip: SipLine | undefined = await openSip(settings, {
  log,
  clock,
  random,
  phones: { ...nobody, leave: silent, onLeft: silent },
  users: lines && { ...lines, ...shared, ...voicemail?.phones, blocks, conversations, media, numbers: book, hash },
  ownCertificate: () => Promise.reject(new Error('no TLS here')),
  web: undefined,
});
await sip?.start();

const user = { address: 'bo', name: 'Bo', createdAt: clock.now() };
await store.commit([{ type: 'new_user', user: { ...user, settings: defaultSettings } }]);
await book.set(numbers.announced, { lead: { to: 'voicemail', user: user.address } });
await book.set(numbers.through, { lead: { to: 'number', number: numbers.outside } });
const trunk = { name: 'Carrier', host: '127.0.0.1', port: Number(outsidePort), watchSeconds: 0 };
await lines?.trunks.book.create({ ...trunk, caps: {}, codecs: ['PCMU', 'PCMA'], incoming: { addresses: ['127.0.0.1'] } });
await lines?.trunks.book.setOutgoing({ rules: [{ prefix: '+49', allow: true }], userCaps: {} });

serve({ calls: () => sip?.calls ?? 0 }, async () => {
  await sip?.close();
  await engine.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
