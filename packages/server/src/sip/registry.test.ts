import { parseAuth, writeUri } from '@offhook/sip';
import type { DigestClient, Remote, Request, Response } from '@offhook/sip';
import { beforeEach, describe, expect, it } from 'vitest';
import { settled } from '../engine/engine.fixture.ts';
import { Refusal } from '../ports.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { here, Site } from './registry.fixture.ts';
import type { Phone } from './registry.fixture.ts';

let site: Site;
let phone: Phone;
beforeEach(async () => {
  site = new Site();
  phone = await site.phone();
});

const contacts = (response: Response): readonly string[] => response.all('Contact');
const flows = (of = phone, at = site): string[] => at.registry.flows(of.device).map(({ contact }) => writeUri(contact.uri));
const challenges = (response: Response): unknown[] =>
  response.all('WWW-Authenticate').map((one) => parseAuth(one).params.get('algorithm'));
const isStale = (response: Response): boolean =>
  parseAuth(response.get('WWW-Authenticate') ?? '').params.get('stale') === 'true';
const elsewhere: Remote = { transport: 'udp', address: '198.51.100.7', port: 5060 };
const tcp = (connection: string): Remote => ({ transport: 'tcp', address: '192.0.2.1', port: 40_000, connection });

const invite = (of = phone): Request => of.request('INVITE', {}, 'sip:bo@sip.example.org');
const ask = (request: Request, from = here): ReturnType<Site['registry']['authenticate']> =>
  site.registry.authenticate(request, from);
const refused = async (request: Request, from = here): Promise<Response> => {
  const shown = await ask(request, from);
  if (!('refusal' in shown)) throw new Error('was taken');
  return shown.refusal;
};
const ready = async (client = phone.digest()): Promise<{ client: DigestClient; request: Request }> => {
  const request = invite();
  client.learn(request, await refused(request));
  client.authorize(request);
  return { client, request };
};
/** By which algorithms somebody is asked who says this. */
const asked = async (fields: Record<string, string>): Promise<unknown[]> =>
  challenges(await refused(phone.request('INVITE', fields)));
const guess = (from: Remote, login = phone.login): Promise<Response> =>
  phone.at(site, from).register(undefined, phone.digest(login, 'guess'));
const host = (n: number): Remote => ({ ...here, address: `2001:db8::${n}` });

describe('RFC 3665 §2', () => {
  it('2.1 new registration: is asked who it is, and then known', async () => {
    const first = await phone.send(phone.request('REGISTER', { Contact: phone.contact }));
    expect([first.status, challenges(first), first.toTag]).toEqual([401, ['SHA-256', 'MD5'], expect.any(String)]);
    const ok = await phone.register({ Contact: phone.contact, Expires: 600 });
    expect([ok.status, contacts(ok)]).toEqual([200, [`${phone.contact};expires=600`]]);
    expect(ok.date).toBe(Math.floor(site.clock.now() / 1000) * 1000);
    expect(flows()).toEqual([`sip:${phone.login}@192.0.2.1:5060`]);
    expect(site.news).toEqual(['Desk here']);
    expect(site.registry.devices('anna')).toEqual([{ device: phone.device, user: 'anna', name: 'Desk', login: phone.login }]);
    expect((await site.book.list('anna'))[0]).toMatchObject({ login: phone.login, registered: true });
  });

  it('2.2 update of contact list: one more is added to it, the latest first', async () => {
    await phone.register();
    await site.clock.advance(1_000);
    const ok = await phone.register({ Contact: `<sip:${phone.login}@192.0.2.1:5070>`, Expires: 60 });
    expect(contacts(ok)).toHaveLength(2);
    expect(flows()).toEqual([`sip:${phone.login}@192.0.2.1:5070`, `sip:${phone.login}@192.0.2.1:5060`]);
    expect(site.news).toEqual(['Desk here', 'Desk more']);
  });

  it('2.3 request for current contact list: tells it, and changes nothing', async () => {
    await phone.register();
    const ok = await phone.register({});
    expect([ok.status, contacts(ok)]).toEqual([200, [`${phone.contact};expires=600`]]);
  });

  it('2.4 cancellation of registration: is reached nowhere any more', async () => {
    await phone.register();
    const ok = await phone.register({ Contact: '*', Expires: 0 });
    expect([ok.status, contacts(ok), flows()]).toEqual([200, [], []]);
    expect(site.news).toEqual(['Desk here', 'Desk away']);
    expect(site.registry.devices('anna')).toEqual([]);
  });

  it('2.5 unsuccessful registration: a wrong password and an unknown user are told the same', async () => {
    const refusal = async (client: DigestClient): Promise<unknown[]> => {
      const response = await phone.register(undefined, client);
      return [
        response.status,
        response.reason,
        challenges(response),
        isStale(response),
        response.fields.map(({ name }) => name),
      ];
    };
    const wrong = await refusal(phone.digest(phone.login, 'guess'));
    expect(wrong.slice(0, 4)).toEqual([401, 'Unauthorized', ['SHA-256', 'MD5'], false]);
    expect(await refusal(phone.digest('nobody', 'guess'))).toEqual(wrong);
    expect([flows(), site.counts.get('sip_wrong_passwords')]).toEqual([[], 2]);
  });
});

describe('a registry', () => {
  it('knows which events a phone understands, as long as it is registered', async () => {
    await phone.register({ Contact: phone.contact, Expires: 600, 'Allow-Events': 'talk, Message-Summary' });
    // What it says of it holds until it says otherwise.
    await phone.register();
    const understands = (): boolean[] =>
      ['message-summary', 'presence'].map((event) => site.registry.understands(phone.device, event));
    expect(understands()).toEqual([true, false]);
    await phone.register({ Contact: phone.contact, Expires: 0 });
    expect(understands()).toEqual([false, false]);
  });

  it('registers a phone of which that cannot be read, and keeps nothing of one that is not registered', async () => {
    const understands = (): boolean => site.registry.understands(phone.device, 'message-summary');
    const unreadable = { Contact: phone.contact, Expires: 600, 'Allow-Events': 'message-summary, "talk' };
    expect((await phone.register(unreadable)).status).toBe(200);
    expect([flows().length, understands()]).toEqual([1, false]);
    await phone.register({ Contact: phone.contact, Expires: 0 });
    await phone.register({ 'Allow-Events': 'message-summary' });
    expect([flows().length, understands()]).toEqual([0, false]);
  });

  it('gives no address of one device alone to who asks for one (RFC 5627): none could be called', async () => {
    const contact = `${phone.contact};reg-id=1;+sip.instance="<urn:uuid:00000000-0000-1000-8000-000a95a0e128>"`;
    const ok = await phone.register({ Contact: contact, Supported: 'outbound, gruu', Expires: 600 });
    expect([ok.status, ok.get('Require'), contacts(ok)]).toEqual([200, 'outbound', [`${contact};expires=600`]]);
  });

  it('lets a phone register its own login alone: 403, and 404 for what is nobody', async () => {
    const other = await site.phone('bo', 'Hall');
    const to = (uri: string): Promise<Response> => phone.register({ To: uri, Contact: phone.contact });
    expect((await to(`<sip:${other.login}@sip.example.org>`)).status).toBe(403);
    expect((await to('<tel:+4930123456>')).status).toBe(404);
    expect((await to(`<sip:${phone.login}@192.0.2.9:5070>`)).status).toBe(200);
    expect(flows(other)).toEqual([]);
  });

  it('refuses what the rules refuse, and what cannot be read, and changes nothing', async () => {
    expect((await phone.register({ Contact: phone.contact, Expires: 10 })).status).toBe(423);
    expect((await phone.register({ Contact: '<sip:anna' })).status).toBe(400);
    const broken = phone.request();
    broken.add('Authorization', 'Digest username');
    expect((await phone.send(broken)).status).toBe(400);
    const many = Array.from({ length: 6 }, (_, i) => `<sip:${phone.login}@192.0.2.1:${5060 + i}>`);
    expect((await phone.register({ Contact: many })).status).toBe(403);
    expect([flows(), site.news]).toEqual([[], []]);
  });

  it('shortens what is behind NAT, by UDP alone', async () => {
    const natted = await phone.register({ Contact: `<sip:${phone.login}@10.0.0.5>`, Expires: 3600 });
    expect(contacts(natted)[0]).toMatch(/;expires=60$/);
    const stream = phone.at(site, tcp('1'));
    expect(contacts(await stream.register({ Contact: `<sip:${phone.login}@10.0.0.6>`, Expires: 3600 }))[1]).toMatch(
      /;expires=3600$/,
    );
  });

  it('forgets them when their time is over, and says so', async () => {
    await phone.register({ Contact: phone.contact, Expires: 60 });
    await site.clock.advance(59_000);
    expect([flows().length, site.news]).toEqual([1, ['Desk here']]);
    await phone.register({ Contact: phone.contact, Expires: 60 });
    await site.clock.advance(59_999);
    expect(flows().length).toBe(1);
    await site.clock.advance(1);
    expect([flows(), site.news]).toEqual([[], ['Desk here', 'Desk away']]);
    expect(site.clock.waiting).toBe(0);
  });

  it('forgets what came by a connection that has closed, and nothing else', async () => {
    await phone.register();
    const other = await site.phone('bo', 'Hall', tcp('7'));
    await other.register();
    await phone.at(site, tcp('7')).register({ Contact: `<sip:${phone.login}@192.0.2.1;transport=tcp>` });
    site.registry.lost('8');
    site.registry.lost('7');
    expect([flows().length, flows(other)]).toEqual([1, []]);
    expect(site.news).toEqual(['Desk here', 'Hall here', 'Desk more', 'Hall away']);
  });

  it('knows after a restart who is reached by UDP, and what nonces it gave', async () => {
    await phone.register();
    const other = await site.phone('bo', 'Hall', tcp('7'));
    await other.register();
    const gone = await site.phone('cem', 'Away', elsewhere);
    await gone.register({ Contact: gone.contact, Expires: 60 });
    await gone.register({ Contact: '*', Expires: 0 });
    const next = await site.restarted();
    expect(next.news).toEqual(['Desk here']);
    expect([flows(phone, next), flows(other, next)]).toEqual([[`sip:${phone.login}@192.0.2.1:5060`], []]);
    const again = phone.request('REGISTER', { Contact: phone.contact });
    expect((await phone.at(next).register()).status).toBe(200);
    expect(again.callId).toBe('call@phone');
    await next.clock.advance(600_000);
    expect(next.news).toEqual(['Desk here', 'Desk away']);
  });

  it('says that it is registered once that is stored, and not where the disk fails', async () => {
    let fails = false;
    site = new Site(new MemoryDisk(), () => fails);
    phone = await site.phone();
    fails = true;
    expect((await phone.register()).status).toBe(500);
    const second = await site.restarted();
    expect(second.news).toEqual([]);
    expect((await phone.at(second).register()).status).toBe(200);
    expect((await second.restarted()).news).toEqual(['Desk here']);
  });

  it('ends a phone that was removed, whoever has done it, also while it is asking', async () => {
    await phone.register();
    const asking = phone.register();
    await site.store.commit([{ type: 'device_gone', device: phone.device }]);
    expect(site.news).toEqual(['Desk here', 'Desk gone']);
    expect([401, 403]).toContain((await asking).status);
    expect([flows(), site.registry.devices('anna'), site.registry.size]).toEqual([[], [], 0]);
    expect((await phone.register()).status).toBe(401);
    await settled();
    expect((await site.restarted()).registry.size).toBe(0);
  });

  it('calls a phone as its owner does', async () => {
    await phone.register();
    await site.store.commit([{ type: 'device_named', device: phone.device, name: 'Kitchen' }]);
    expect(site.registry.devices('anna')[0]?.name).toBe('Kitchen');
  });
});

describe('who sends a request', () => {
  it('is the phone that knows the password, and it is told when that one is removed though it never registered', async () => {
    const { request } = await ready();
    expect(await ask(request)).toEqual({ phone: { device: phone.device, user: 'anna', name: 'Desk', login: phone.login } });
    await site.store.commit([{ type: 'device_gone', device: phone.device }]);
    expect(site.news).toEqual(['Desk gone']);
  });

  it('is asked again where the same is said twice, and where it comes from elsewhere or too late', async () => {
    const { client, request } = await ready();
    expect(await ask(request)).toHaveProperty('phone');
    const again = await refused(request);
    expect([again.status, isStale(again)]).toEqual([401, true]);
    const next = invite();
    client.authorize(next);
    expect(isStale(await refused(next, elsewhere))).toBe(true);
    expect(await ask(next)).toHaveProperty('phone');
    const late = invite();
    client.authorize(late);
    await site.clock.advance(300_001);
    expect(isStale(await refused(late))).toBe(true);
  });

  it('has one try for each nonce without qop', async () => {
    const client = phone.digest();
    const request = invite();
    const challenge = await refused(request);
    const plain = challenge.all('WWW-Authenticate').map((one) => one.replace(', qop="auth"', ''));
    challenge.remove('WWW-Authenticate');
    client.learn(request, challenge.add('WWW-Authenticate', ...plain));
    client.authorize(request);
    expect(await ask(request)).toHaveProperty('phone');
    const next = invite();
    client.authorize(next);
    expect(isStale(await refused(next))).toBe(true);
  });

  it('is asked by MD5 alone where that is all it takes: known by its name, or by its silence', async () => {
    expect(await asked({ 'User-Agent': 'baresip v1.0.0 (x86_64/linux)' })).toEqual(['MD5']);
    expect(await asked({ 'User-Agent': 'JsSIP 3.13.8' })).toEqual(['MD5']);
    expect(await asked({ 'User-Agent': 'Desk 9' })).toEqual(['SHA-256', 'MD5']);
    expect(await asked({ 'User-Agent': 'Desk 9' })).toEqual(['MD5']);
    const md5 = await ready();
    expect(md5.request.get('Authorization')).toContain('algorithm=MD5');
    expect(await ask(md5.request)).toHaveProperty('phone');
    expect(await asked({})).toEqual(['MD5']);
    expect(await asked({ From: '<sip:other@example.org>;tag=1' })).toEqual(['SHA-256', 'MD5']);
  });
});

describe('guessers', () => {
  it('are not listened to after ten wrong passwords, for five minutes; that is logged and counted once', async () => {
    for (let i = 0; i < 10; i++) await guess(elsewhere, `user-${i}`);
    expect(site.registry.shuns(elsewhere)).toBe(false);
    await guess(elsewhere);
    await guess(elsewhere);
    expect([site.registry.shuns(elsewhere), site.registry.shuns(here)]).toEqual([true, false]);
    expect([site.logged, site.counts.get('sip_bans')]).toEqual([['sip.banned 198.51.100.7 guess 300000'], 1]);
    await site.clock.advance(299_999);
    expect(site.registry.shuns(elsewhere)).toBe(true);
    await site.clock.advance(1);
    expect(site.registry.shuns(elsewhere)).toBe(false);
  });

  it('are one in a network of IPv6', async () => {
    for (let i = 1; i <= 11; i++) await guess(host(i));
    expect([site.registry.shuns(host(99)), site.registry.shuns({ address: '2001:db8:0:1::1' })]).toEqual([true, false]);
  });

  it('do not shut out whose address they write into their packets: they never have a nonce of it', async () => {
    const request = phone.request();
    phone.digest().learn(request, await phone.send(request));
    const nonce = 'kz8.made-up.made-up';
    for (let i = 0; i < 50; i++) {
      const spoofed = phone.request('REGISTER', {
        Authorization: `Digest username="a", realm="offhook", nonce="${nonce}", uri="sip:sip.example.org", response="0", nc=00000001, cnonce="1", qop=auth`,
      });
      expect(isStale(await phone.send(spoofed))).toBe(true);
    }
    expect([site.registry.shuns(here), site.counts.get('sip_wrong_passwords')]).toEqual([false, undefined]);
  });

  it('and those who ask without end are shut out, but not where a phone is at home', async () => {
    const flood = async (from: Remote): Promise<void> => {
      for (let i = 0; i < 301; i++) await phone.at(site, from).send(phone.request());
    };
    expect(site.registry.trusts(here)).toBe(false);
    await phone.register();
    expect([site.registry.trusts(elsewhere), site.registry.trusts(here)]).toEqual([false, true]);
    await flood(elsewhere);
    await flood(here);
    for (let i = 0; i < 20; i++) await guess(here);
    expect([site.registry.shuns(elsewhere), site.registry.shuns(here)]).toEqual([true, false]);
    await site.clock.advance(60_000);
    expect(site.registry.shuns(elsewhere)).toBe(false);
  });
});

describe('a book of phones', () => {
  it('gives each a login that says whose it is, and a password of 80 bits for a keypad', async () => {
    const { phone: view, password, server } = await site.book.add('anna', '  Kitchen ');
    expect(view).toMatchObject({ name: 'Kitchen', registered: false, createdAt: site.clock.now() });
    expect(view.login).toMatch(/^anna-[0-9a-hjkmnp-tv-z]{6}$/);
    expect(password).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/);
    expect(server).toEqual({ host: 'sip.example.org', port: 5060, url: 'wss://sip.example.org/sip' });
    expect(JSON.stringify([...(await site.store.sipPhones('anna'))])).not.toContain(password);
    expect((await site.book.add('آنا', 'x')).phone.login).toMatch(/^phone-/);
  });

  it('gives what is there under an id to nobody else, and not as another one', async () => {
    const { phone, password } = await site.book.add('anna', 'Desk', 'id');
    const mismatch = new Refusal('idempotency_mismatch');
    await expect(site.book.add('bo', 'Desk', 'id')).rejects.toThrow(mismatch);
    await expect(site.book.add('anna', 'Hall', 'id')).rejects.toThrow(mismatch);
    expect(await site.book.list('bo')).toEqual([]);
    expect(await site.book.add('anna', ' Desk ', 'id')).toMatchObject({ phone, password });
  });

  it('refuses a name that is none, and more than ten, also at once', async () => {
    await expect(site.book.add('anna', ' ')).rejects.toThrow(new Refusal('name_invalid'));
    const all = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => site.book.add('anna', `Phone ${i}`)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(9);
    expect(all.at(-1)).toMatchObject({ reason: new Refusal('too_many_phones') });
    expect(await site.book.list('anna')).toHaveLength(10);
    expect(await site.book.list('bo')).toEqual([]);
  });
});
