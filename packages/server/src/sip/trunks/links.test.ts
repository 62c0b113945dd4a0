import type { Trunk } from '@offhook/core';
import { isSip, nameAddr, responseTo, sipUri, writeNameAddr } from '@offhook/sip';
import type { Remote, Request, Response } from '@offhook/sip';
import { describe, expect, it } from 'vitest';
import { settled } from '../../engine/engine.fixture.ts';
import { elsewhere, invite, TrunkSite } from './desk.fixture.ts';

const signed = { register: true, username: 'we', password: 'open sesame' };
const challenge = 'Digest realm="carrier", nonce="once", algorithm=SHA-256, qop="auth"';

/** A carrier that lets in who shows credentials. */
function letIn(request: Request): Response {
  const ok = request.has('Authorization');
  const [contact] = request.contacts;
  return responseTo(request, ok ? 200 : 401, {
    toTag: 'theirs',
    fields: ok ? { Contact: contact && `${writeNameAddr(contact)};expires=600` } : { 'WWW-Authenticate': challenge },
  });
}

const said =
  (status: number) =>
  (request: Request): Response =>
    responseTo(request, status, { toTag: 'theirs' });

async function told(site: TrunkSite): Promise<unknown[]> {
  await settled();
  const all = await site.store.events(0, 100);
  return all.map(({ event, body }) => [event, (JSON.parse(body) as { data: { status?: number } }).data.status]);
}

async function opened(settings: object = signed): Promise<{ site: TrunkSite; trunk: () => Trunk; id: string }> {
  const site = await TrunkSite.open();
  site.servers.set('sip.carrier.example', ['192.0.2.1', '192.0.2.2']);
  const id = await site.trunk(settings);
  return { site, id, trunk: () => site.desk.book.get(id) };
}

describe('a registration of ours', () => {
  it('goes to the next server where one is not to be reached, is kept up, and says where calls are to come in', async () => {
    const site = await TrunkSite.open();
    site.servers.set('sip.carrier.example', ['192.0.2.1', '192.0.2.2']);
    const asked: Request[] = [];
    site.answer = (request, to) => {
      asked.push(request);
      return to.address === '192.0.2.1' ? undefined : letIn(request);
    };
    const id = await site.trunk({ ...signed, domain: 'carrier.example' });
    await settled();
    expect(site.sent).toEqual(['REGISTER 192.0.2.1 lost', 'REGISTER 192.0.2.2 401', 'REGISTER 192.0.2.2 200']);
    expect(site.desk.book.get(id).registration).toEqual({ state: 'registered' });
    const [first] = asked;
    expect([first?.target, first?.get('To')]).toEqual(['sip:carrier.example', '<sip:we@carrier.example>']);
    await site.clock.advance(600_000);
    expect(site.sent.slice(3)).toEqual(['REGISTER 192.0.2.2 200']);
    expect(await told(site)).toEqual([['trunk.registered', undefined]]);

    // A call to what stands in Contact is of this trunk, from wherever it comes; nobody guesses it.
    const uri = first?.contacts[0]?.uri;
    const contact = uri && isSip(uri) ? (uri.user ?? '') : '';
    expect(contact).toHaveLength(32);
    const called = (user: string): ReturnType<TrunkSite['incoming']> =>
      site.incoming(invite({ To: '<sip:+4930123450@carrier.example>' }, `sip:${user}@203.0.113.5`), elsewhere);
    expect(await called(contact)).toMatchObject({ trunk: id, called: '+4930123450' });
    expect(await called(contact.toLowerCase())).toBe('no trunk');
    await site.desk.book.change(id, { register: false });
    expect([await called(contact), site.sent.at(-1)]).toEqual(['no trunk', 'REGISTER 192.0.2.2 200']);
    expect(site.desk.book.get(id).registration).toBeUndefined();
  });

  it('that fails is tried again, ever later, and told once', async () => {
    const { site, trunk } = await opened();
    await settled();
    expect(trunk().registration).toEqual({ state: 'failed' });
    const before = site.sent.length;
    await site.clock.advance(30_000);
    expect(site.sent.length).toBeGreaterThan(before);
    site.unknown.add('sip.carrier.example');
    await site.clock.advance(600_000);
    expect(await told(site)).toEqual([['trunk.failed', undefined]]);
    site.unknown.clear();
    site.answer = letIn;
    await site.clock.advance(1_800_000);
    expect(trunk().registration).toEqual({ state: 'registered' });
    expect(await told(site)).toEqual([
      ['trunk.failed', undefined],
      ['trunk.registered', undefined],
    ]);
  });

  it('says with what it was refused, and is made anew with other settings, but not for those that are nothing to it', async () => {
    const { site, trunk, id } = await opened({ register: false });
    site.answer = said(403);
    await site.desk.book.change(id, signed);
    await settled();
    expect(trunk().registration).toEqual({ state: 'failed', status: 403 });
    const sent = site.sent.length;
    await site.desk.book.change(id, { priority: 1, name: 'Other', number: '+4930123450' });
    await settled();
    expect(site.sent).toHaveLength(sent);
    site.answer = letIn;
    await site.desk.book.change(id, { password: 'another one' });
    await settled();
    expect(trunk().registration).toEqual({ state: 'registered' });
    await site.desk.book.remove(id);
    await settled();
    expect(site.sent.slice(-2)).toEqual(['REGISTER 192.0.2.1 200', 'REGISTER 192.0.2.1 200']);
    await site.desk.close();
    expect(site.clock.waiting).toBe(1);
  });
});

describe('a trunk that is stored, and cannot be used', () => {
  it('is passed over, and nothing else', async () => {
    const before = await TrunkSite.open();
    const [bad, good] = [await before.trunk(signed), await before.trunk(signed)];
    const stored = (await before.store.trunks()).find(({ id }) => id === bad)!;
    await before.store.commit([
      { type: 'trunk', trunk: { ...stored, settings: { ...stored.settings, proxy: 'p.example:99999' } } },
    ]);
    const site = await TrunkSite.open(before.disk);
    await settled();
    expect(site.logged).toEqual(['trunk.unusable']);
    expect(site.desk.book.list().map(({ trunk, registration }) => [trunk, registration?.state])).toEqual([
      [bad, undefined],
      [good, 'failed'],
    ]);
  });
});

describe('the other end', () => {
  const watched = { watchSeconds: 60 };

  it('is there if it says anything of its own, is down after three times of nothing, and up again at once', async () => {
    const { site, trunk } = await opened({ watchSeconds: 0 });
    await site.allow();
    site.answer = said(405);
    await site.desk.book.change(trunk().trunk, watched);
    await settled();
    expect([trunk().health, site.sent]).toEqual(['up', ['OPTIONS 192.0.2.1 405']]);
    const ways = async (): Promise<number | string> =>
      site.desk.outgoing('anna', '+4930123450').then(
        (found) => found.ways.length,
        (error: { code: string }) => error.code,
      );
    site.answer = said(503);
    await site.clock.advance(60_000 + 10_000);
    expect([trunk().health, await ways()]).toEqual(['up', 1]);
    await site.clock.advance(10_000);
    expect([trunk().health, await ways()]).toEqual(['down', 'no_trunk']);
    // Each time at all of its servers.
    expect(site.sent.slice(1)).toEqual([1, 2, 3].flatMap(() => ['OPTIONS 192.0.2.1 503', 'OPTIONS 192.0.2.2 503']));
    site.answer = (request: Request, to: Remote) => (to.address === '192.0.2.2' ? said(200)(request) : undefined);
    await site.clock.advance(10_000);
    expect([trunk().health, await ways()]).toEqual(['up', 1]);
    expect(await told(site)).toEqual([
      ['trunk.down', undefined],
      ['trunk.up', undefined],
    ]);
  });

  it('that is down is called for help all the same', async () => {
    const { site, trunk } = await opened(watched);
    await settled();
    await site.clock.advance(30_000);
    await site.allow({ emergency: { trunk: trunk().trunk } });
    expect(trunk().health).toBe('down');
    expect((await site.desk.outgoing('anna', '112')).ways).toHaveLength(1);
  });

  it('is asked with what the trunk says of itself', async () => {
    const { site, id } = await opened({ watchSeconds: 0 });
    const asked: Request[] = [];
    site.answer = (request) => {
      asked.push(request);
      return said(200)(request);
    };
    await site.desk.book.change(id, { ...watched, proxy: '192.0.2.9', username: 'we', password: 'open sesame' });
    await settled();
    const [request] = asked;
    expect([request?.target, request?.get('Route')]).toEqual(['sip:sip.carrier.example', '<sip:192.0.2.9;transport=udp;lr>']);
    expect(request?.get('From')).toContain(writeNameAddr(nameAddr(sipUri('sip.carrier.example', { user: 'we' }))));
    await site.desk.close();
    await site.clock.advance(120_000);
    expect(asked).toHaveLength(1);
  });
});
