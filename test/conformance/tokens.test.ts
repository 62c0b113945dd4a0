/** Tokens of a host application, over a real server. */
import { exportJWK, exportSPKI, generateKeyPair } from 'jose';
import type { GenerateKeyPairResult, JWK } from 'jose';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { protocolVersion } from '@offhook/core';
import { StartError } from '../../packages/server/src/server.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { holding, mint, secret, seconds } from '../support/tokens.ts';
import type { Minted } from '../support/tokens.ts';
import { answer, audio, callId, offer, post, postFile, startServer, Wire } from '../support/wire.ts';
import type { Message, Sent, SignedIn } from '../support/wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'offhook-tokens-'));
let server: RunningServer;
let pairs: Record<'ed' | 'ec' | 'rsa' | 'stranger', GenerateKeyPairResult>;

async function pemFile(name: string, { publicKey }: GenerateKeyPairResult): Promise<string> {
  const path = join(folder, `${name}.pem`);
  writeFileSync(path, await exportSPKI(publicKey));
  return path;
}

beforeAll(async () => {
  const extractable = true;
  const [ed, stranger, ec, rsa] = await Promise.all([
    generateKeyPair('EdDSA', { extractable }),
    generateKeyPair('EdDSA', { extractable }),
    generateKeyPair('ES256', { extractable }),
    generateKeyPair('RS256', { extractable }),
  ]);
  pairs = { ed, ec, rsa, stranger };
  server = await startServer({
    tokenSecret: secret,
    tokenKeys: [await pemFile('ed', ed), await pemFile('ec', ec), await pemFile('rsa', rsa)],
    tokenIssuer: 'https://shop.example',
  });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const shop = { iss: 'https://shop.example' };
const minted = (sub: string, claims: Minted['claims'] = {}): Promise<string> => mint(sub, { claims: { ...shop, ...claims } });

/** A claim left out. */
const without = (claim: string): Minted['claims'] => ({ [claim]: undefined });

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function enter(sub: string, claims: Minted['claims'] = {}, hello: Sent = {}): Promise<SignedIn> {
  return Wire.signIn(server.port, holding(await minted(sub, claims)), hello);
}

/** The code with which a token is refused, which is also the reason of the close. */
async function refusal(token: string, port = server.port): Promise<Message['error']> {
  const wire = await Wire.open(port);
  const { error } = await wire.request({ type: 'hello', version: protocolVersion, token });
  const { reason } = await wire.end();
  expect(error?.code).toBe(reason);
  return error;
}

const hello = (token: string): Promise<string | undefined> => refusal(token).then((error) => error?.code);

describe('a token', () => {
  test('signs its person in, who comes into being with it, and rings others', async () => {
    const [anna, bo] = await Promise.all([enter('anna', { name: 'Anna Berg' }), enter('bo')]);
    expect(anna.welcome.user).toEqual({ address: 'anna', name: 'Anna Berg' });
    expect(bo.welcome.user).toEqual({ address: 'bo', name: 'bo' });
    const call = callId();
    expect((await anna.request({ type: 'invite', call, to: 'bo', media: audio, offer })).ok).toEqual({ call });
    expect(await bo.take('incoming')).toMatchObject({ view: { peer: { address: 'anna', name: 'Anna Berg' } } });
    expect((await bo.request({ type: 'accept', call, epoch: 1, answer })).ok).toEqual({});
    await anna.request({ type: 'hangup', call });
  });

  test.each([
    ['EdDSA', 'ed'],
    ['ES256', 'ec'],
    ['RS256', 'rsa'],
  ] as const)('may be signed with %s', async (alg, name) => {
    const token = await mint(`signed-${name}`, { key: pairs[name].privateKey, header: { alg }, claims: shop });
    expect((await Wire.signIn(server.port, holding(token))).welcome.user.address).toBe(`signed-${name}`);
  });

  test('lets several people have one name, which they do not change themselves', async () => {
    const [one, two] = await Promise.all([enter('kim-1', { name: 'Kim' }), enter('kim-2', { name: 'Kim' })]);
    expect([one.welcome.user.name, two.welcome.user.name]).toEqual(['Kim', 'Kim']);
    expect((await one.request({ type: 'rename', name: 'Kim the First' })).error?.code).toBe('forbidden');
    const { ok } = await (await enter('nameless')).request({ type: 'rename', name: 'Kim' });
    expect(ok).toEqual({ user: { address: 'nameless', name: 'Kim' } });
  });

  test('gives its person the name it says, at once and for all who see them', async () => {
    const other = await enter('watcher');
    const first = await enter('dana', { name: 'Dana' });
    await other.request({ type: 'watch', addresses: ['dana'] });
    const second = await enter('dana', { name: 'Dana Doe' });
    expect(second.welcome.user.name).toBe('Dana Doe');
    expect(await first.take('renamed')).toMatchObject({ user: { address: 'dana', name: 'Dana Doe' } });
    expect(await other.take('presence')).toMatchObject({ people: [{ address: 'dana', name: 'Dana Doe' }] });
  });

  test('names no device; the page does, and the same one is the same device of its user', async () => {
    const device = { id: 'kiosk', name: 'Chrome on Linux' };
    const [one, again, other] = await Promise.all([
      enter('eve', {}, { device }),
      enter('eve', {}, { device }),
      enter('fay', {}, { device }),
    ]);
    expect(one.welcome.device).toEqual({ id: expect.any(String) as string, name: 'Chrome on Linux' });
    expect(again.welcome.device).toEqual(one.welcome.device);
    expect(other.welcome.device.id).not.toBe(one.welcome.device.id);
    expect((await enter('eve', {}, { device: { id: one.welcome.device.id } })).welcome.device.id).not.toBe(
      one.welcome.device.id,
    );
    // What its owner calls it holds over the next sign-in.
    await one.request({ type: 'name_device', device: one.welcome.device.id, name: 'Kiosk at the door' });
    expect((await enter('eve', {}, { device })).welcome.device.name).toBe('Kiosk at the door');
    expect((await enter('eve')).welcome.device).toMatchObject({ name: 'Browser' });
    expect((await server.store.devices('eve')).map(({ name }) => name)).toEqual(['Kiosk at the door', 'Browser']);
  });

  test('makes room for a new device at the cost of the oldest', async () => {
    for (let n = 0; n < 34; n += 1) await enter('many', {}, { device: { id: `tab-${n}` } });
    expect(await server.store.devices('many')).toHaveLength(32);
  });

  test('resumes the connection it began', async () => {
    const device = { id: 'laptop' };
    const first = await enter('gus', {}, { device });
    first.close();
    const second = await enter('gus', {}, { device, resume: first.welcome.resume, seq: first.welcome.seq });
    expect(second.welcome).toMatchObject({ connection: first.welcome.connection, resumed: true });
    const thief = await enter('hal', {}, { device, resume: first.welcome.resume, seq: first.welcome.seq });
    expect(thief.welcome.connection).not.toBe(first.welcome.connection);
  });
});

describe('a token is refused', () => {
  const now = seconds();
  test.each([
    ['that has expired', { exp: now - 1 }, 'token_expired'],
    ['that has expired long ago', { exp: now - 86_400 }, 'token_expired'],
    ['that is not valid yet', { nbf: now + 60 }, 'token_early'],
    ['that never expires', { exp: undefined }, 'token_malformed'],
    ['that lasts for more than a day', { exp: now + 2 * 86_400 }, 'token_malformed'],
    ['for another audience', { aud: 'billing' }, 'token_audience'],
    ['for no audience', { aud: undefined }, 'token_audience'],
    ['of another issuer', { iss: 'https://evil.example' }, 'token_issuer'],
    ['of no issuer', { iss: undefined }, 'token_issuer'],
    ['for nobody', { sub: undefined }, 'token_malformed'],
    ['for an address that is none', { sub: 'Anna Berg' }, 'token_malformed'],
    ['for an address that is far too long', { sub: 'x'.repeat(200) }, 'token_malformed'],
    ['for an address with something behind it', { sub: 'anna\u200b' }, 'token_malformed'],
    ['with a name that cannot be shown', { name: '\u202e\u200b' }, 'token_malformed'],
    ['with a grant that nobody knows', { grants: { incomming: false } }, 'token_malformed'],
    ['with a destination that is none', { grants: { outgoing: ['b*o'] } }, 'token_malformed'],
    ['with grants that are none', { grants: 'all' }, 'token_malformed'],
    ['with an end that is none', { exp: 'tomorrow' }, 'token_malformed'],
  ] as const)('%s', async (_, claims, code) => {
    expect(await hello(await minted('anna', claims as Minted['claims']))).toBe(code);
  });

  test('also for sending files, with what is wrong with it', async () => {
    const { status, body } = await postFile(server.port, await minted('ida', { exp: seconds(2 * 86_400) }), 'x');
    expect([status, body.error]).toEqual([
      401,
      expect.objectContaining({ code: 'token_malformed', detail: 'exp: lies more than a day ahead' }),
    ]);
  });

  test('a little early, when clocks differ, it is not', async () => {
    expect((await enter('early', { nbf: seconds(5) })).welcome.user.address).toBe('early');
  });

  const claims = { sub: 'anna', aud: 'offhook', exp: now + 600, ...shop };

  test.each(['none', 'None', 'NONE', ''])('that is not signed: alg %j', async (alg) => {
    for (const signature of ['', 'x', Buffer.from('signature').toString('base64url')]) {
      expect(await hello(`${encode({ alg })}.${encode(claims)}.${signature}`)).toBe(
        alg === '' ? 'token_malformed' : 'token_signature',
      );
    }
  });

  test.each(['HS384', 'HS512', 'PS256', 'RS512', 'ES384'])('with an algorithm that nobody asked for: %s', async (alg) => {
    expect(await hello(`${encode({ alg })}.${encode(claims)}.${encode('x')}`)).toBe('token_signature');
  });

  test('that is signed with a public key as if it were the secret', async () => {
    for (const name of ['ed', 'ec', 'rsa'] as const) {
      const pem = await exportSPKI(pairs[name].publicKey);
      const jwk = await exportJWK(pairs[name].publicKey);
      for (const key of [pem, pem.trim(), JSON.stringify(jwk), jwk.x ?? jwk.n ?? '']) {
        const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
        expect(await hello(`${text}.${createHmac('sha256', key).update(text).digest('base64url')}`)).toBe('token_signature');
      }
    }
  });

  test('that brings its own key', async () => {
    const jwk = await exportJWK(pairs.stranger.publicKey);
    const key = pairs.stranger.privateKey;
    for (const header of [
      { jwk },
      { jku: 'https://evil.example/jwks' },
      { x5u: 'https://evil.example/x' },
      { kid: '../../secret' },
    ])
      expect(await hello(await mint('anna', { key, header: { alg: 'EdDSA', ...header }, claims: shop }))).toBe(
        'token_signature',
      );
  });

  test('of a stranger, of one who guesses, and one that was changed', async () => {
    expect(await hello(await mint('anna', { key: pairs.stranger.privateKey, header: { alg: 'EdDSA' }, claims: shop }))).toBe(
      'token_signature',
    );
    expect(await hello(await mint('anna', { key: new TextEncoder().encode(`${secret}!`), claims: shop }))).toBe(
      'token_signature',
    );
    const [header, , signature] = (await minted('anna')).split('.');
    expect(await hello(`${header}.${encode({ ...claims, sub: 'bo' })}.${signature}`)).toBe('token_signature');
  });

  test.each([
    '..',
    'a.b',
    'a.b.c',
    'a.b.c.d.e',
    '.'.repeat(8_000),
    `${'x'.repeat(4_000)}.${'y'.repeat(4_000)}.z`,
    '{}.{}.{}',
    '\u0000.\u0000.\u0000',
  ])('that is malformed: %.20s', async (token) => {
    expect(await hello(token)).toMatch(/^token_(malformed|signature)$/);
  });

  test('that is too large', async () => {
    expect(await hello(await minted('anna', { more: 'x'.repeat(9_000) }))).toBe('bad_message');
  });

  test('of the open mode, which is off', async () => {
    expect(await hello('a-token-without-a-point')).toBe('unauthorized');
    expect((await post(server.port, '/v1/open/claim', { name: 'Anna' })).status).toBe(404);
  });

  test('nobody comes into being by one', async () => {
    await hello(await minted('mallory', { aud: 'billing' }));
    expect(await server.store.user('mallory')).toBeUndefined();
  });
});

describe('grants', () => {
  test('without incoming calls nothing rings, and nobody is seen', async () => {
    const [shy, caller] = [await enter('shy', { grants: { incoming: false } }), await enter('caller')];
    const { ok } = await caller.request({ type: 'watch', addresses: ['shy'] });
    expect(ok).toMatchObject({ people: [{ address: 'shy', presence: 'offline' }] });
    const call = callId();
    await caller.request({ type: 'invite', call, to: 'shy', media: audio, offer });
    expect(await caller.take('ended')).toMatchObject({ call, cause: 'unreachable' });
    await shy.flush();
    // The conversation of the two keeps it as a missed call.
    expect(shy.received.filter(({ type }) => type === 'incoming')).toEqual([]);
    const own = callId();
    expect((await shy.request({ type: 'invite', call: own, to: 'caller', media: audio, offer })).ok).toEqual({ call: own });
    await caller.take('incoming');
    await shy.request({ type: 'hangup', call: own });
    // Nobody is greeted by whoever is not called.
    expect(await shy.request({ type: 'greeting', file: 'words' })).toMatchObject({ error: { code: 'forbidden' } });
    expect(await caller.request({ type: 'greeting', file: 'words' })).toMatchObject({
      error: { code: 'voicemail_unavailable' },
    });
  });

  test('hold for each connection: what rings at one is not seen or taken by another', async () => {
    const device = { id: 'one-browser' };
    const phone = await enter('mia', {}, { device });
    const widget = await enter('mia', { grants: { incoming: false } }, { device });
    const caller = await enter('caller');
    const call = callId();
    await caller.request({ type: 'invite', call, to: 'mia', media: audio, offer });
    await phone.take('incoming');
    await widget.flush();
    expect(widget.received).toEqual([]);
    expect((await enter('mia', { grants: { incoming: false } })).welcome.calls).toEqual([]);
    expect((await enter('mia')).welcome.calls).toHaveLength(1);
    for (const request of [
      { type: 'accept', call, epoch: 1, answer },
      { type: 'reject', call, reason: 'declined' },
    ])
      expect((await widget.request(request)).error?.code).toBe('forbidden');
    expect((await phone.request({ type: 'accept', call, epoch: 1, answer })).ok).toEqual({});
    await caller.request({ type: 'hangup', call });
  });

  test('name whom one may call', async () => {
    const [ivy] = await Promise.all([
      enter('ivy', { grants: { outgoing: ['jo', 'support-*'] } }),
      enter('jo'),
      enter('kay'),
      enter('support-1'),
    ]);
    const to = async (address: string): Promise<string | undefined> => {
      const call = callId();
      const { error } = await ivy.request({ type: 'invite', call, to: address, media: audio, offer });
      if (error === undefined) await ivy.request({ type: 'hangup', call });
      return error?.code;
    };
    expect(await to('jo')).toBeUndefined();
    expect(await to('support-1')).toBeUndefined();
    for (const address of ['kay', 'joe', 'support', 'JO', 'nobody', 'ivy'])
      expect(await to(address)).toBe('destination_refused');
    expect((await ivy.request({ type: 'settings', change: { forward: { always: 'jo', noAnswer: 'kay' } } })).error?.code).toBe(
      'destination_refused',
    );
    expect((await ivy.request({ type: 'settings', change: { forward: { always: 'jo' } } })).error).toBeUndefined();
    await ivy.request({ type: 'settings', change: { forward: null } });
    const silent = await enter('lou', { grants: { outgoing: false } });
    expect((await silent.request({ type: 'invite', call: callId(), to: 'jo', media: audio, offer })).error?.code).toBe(
      'destination_refused',
    );
  });

  test('name to whom one may lead somebody on', async () => {
    const [mia, ned] = [await enter('mia', { grants: { outgoing: ['ned-2', 'support-*'] } }), await enter('ned-2')];
    await Promise.all([enter('support-2'), enter('kay-2')]);
    const call = callId();
    await mia.request({ type: 'invite', call, to: 'ned-2', media: audio, offer });
    await ned.request({ type: 'accept', call, epoch: 1, answer });
    const to = async (user: string) => mia.request({ type: 'transfer', call, to: { user }, into: callId() });
    expect((await to('kay-2')).error?.code).toBe('destination_refused');
    expect((await to('support-2')).ok).toEqual({});
  });
});

const say = (where: object): Readonly<Record<string, unknown>> => ({ type: 'say', in: where, entry: callId(), text: 'hello' });

describe('whoever may call some people only', () => {
  const grants = { outgoing: ['pat', 'support-*'] };

  test('finds no others, sees no others come and go, and is sent nothing of them', async () => {
    const [kid] = await Promise.all([enter('kid', { grants }), enter('pat'), enter('quentin'), enter('support-9')]);
    const { ok } = await kid.request({ type: 'people' });
    const { people } = ok as { people: { address: string }[] };
    const found = people.map(({ address }) => address);
    expect(found.filter((address) => address === 'pat' || address === 'support-9')).toHaveLength(2);
    expect(found.every((address) => address === 'pat' || address.startsWith('support-'))).toBe(true);
    const watched = await kid.request({ type: 'watch', addresses: ['pat', 'quentin', 'rita'], arrivals: true });
    expect(watched.ok).toMatchObject({ people: [{ address: 'pat', presence: 'online' }] });
    await enter('rita');
    await new Promise((resolve) => setTimeout(resolve, 400));
    await kid.flush();
    expect(kid.received).toEqual([]);
  });

  test('talks to no others, neither in the room nor between two or in a group', async () => {
    const [kid, pat] = await Promise.all([enter('kid', { grants }), enter('pat'), enter('quentin')]);
    const talk = (message: Readonly<Record<string, unknown>>): Promise<string | undefined> =>
      kid.request(message).then(({ error }) => error?.code);
    for (const where of [{ user: 'quentin' }, { conversation: 'everyone' }]) {
      expect(await talk(say(where))).toBe('forbidden');
      expect(await talk({ type: 'entries', in: where })).toBe('forbidden');
    }
    expect(await talk({ type: 'search', query: 'hello' })).toBe('forbidden');
    expect(await talk({ type: 'group', conversation: callId(), name: 'All', people: ['pat', 'quentin'] })).toBe('forbidden');
    expect(await talk(say({ user: 'pat' }))).toBeUndefined();
    const { ok } = await kid.request({ type: 'conversations' });
    expect(ok).toMatchObject({ conversations: [{ kind: 'direct' }] });
    await pat.request(say({ conversation: 'everyone' }));
    await kid.flush();
    expect(kid.received.filter(({ entries }) => JSON.stringify(entries)?.includes('everyone'))).toEqual([]);
  });

  test('sends messages of applications to no others', async () => {
    const [kid, pat, quentin] = await Promise.all([enter('kid', { grants }), enter('pat'), enter('quentin')]);
    for (const to of [{ user: 'quentin' }, { everyone: true }]) {
      kid.send({ type: 'acme.hint', to, data: 1 });
      expect(await kid.take('error')).toMatchObject({ about: 'acme.hint', error: { code: 'destination_refused' } });
    }
    kid.send({ type: 'acme.hint', to: { user: 'pat' }, data: 1 });
    expect(await pat.take('acme.hint')).toMatchObject({ from: { user: 'kid' }, data: 1 });
    await quentin.flush();
    expect(quentin.received).toEqual([]);
  });
});

describe('a token that expires', () => {
  test('is warned of, and ends the connection with a reason', async () => {
    const wire = await enter('max', { exp: seconds(3) });
    const { inMs } = await wire.take('token_expiring');
    expect(inMs).toBeGreaterThan(0);
    expect(inMs).toBeLessThanOrEqual(1_500);
    expect(await wire.end()).toEqual({ code: 4401, reason: 'token_expired' });
  });

  test('is refreshed in place: calls go on, and grants are those of the new token', async () => {
    const [ned, oda] = await Promise.all([enter('ned', { exp: seconds(3) }), enter('oda')]);
    const call = callId();
    await ned.request({ type: 'invite', call, to: 'oda', media: audio, offer });
    await oda.take('incoming');
    await oda.request({ type: 'accept', call, epoch: 1, answer });
    await ned.take('token_expiring');
    const token = await minted('ned', { grants: { outgoing: ['somebody-else'] } });
    const { ok } = await ned.request({ type: 'refresh', token });
    expect(ok?.['expiresInMs']).toBeGreaterThan(500_000);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await ned.flush();
    await oda.flush();
    expect(ned.closed).toBeUndefined();
    expect(oda.received.map(({ type }) => type)).not.toContain('ended');
    const { error } = await ned.request({ type: 'invite', call: callId(), to: 'oda', media: audio, offer });
    expect(error?.code).toBe('destination_refused');
    await ned.request({ type: 'hangup', call });
    expect(await oda.take('ended')).toMatchObject({ call, cause: 'hangup' });
  });

  test('lets the connection be resumed with another one, calls and all', async () => {
    const device = { id: 'laptop' };
    const [pia, quin] = await Promise.all([enter('pia', { exp: seconds(2) }, { device }), enter('quin')]);
    const call = callId();
    await pia.request({ type: 'invite', call, to: 'quin', media: audio, offer });
    await quin.take('incoming');
    expect(await pia.end()).toMatchObject({ reason: 'token_expired' });
    const again = await enter('pia', {}, { device, resume: pia.welcome.resume, seq: pia.welcome.seq });
    expect(again.welcome.resumed).toBe(true);
    expect((await again.request({ id: 'after-the-resume', type: 'hangup', call })).ok).toEqual({});
    expect(await quin.take('ended')).toMatchObject({ call, cause: 'cancelled' });
  });

  test('is not replaced by a bad one or by that of another person', async () => {
    const rob = await enter('rob');
    expect((await rob.request({ type: 'refresh', token: await minted('rob', { exp: seconds(-1) }) })).error?.code).toBe(
      'token_expired',
    );
    expect((await rob.request({ type: 'refresh', token: await minted('sue') })).error?.code).toBe('forbidden');
    expect((await rob.request({ type: 'refresh', token: 'x' })).error?.code).toBe('unauthorized');
    expect((await rob.request({ type: 'people' })).ok).toBeDefined();
  });

  test('takes away with a refresh what the new one does not allow', async () => {
    const [tom, una] = await Promise.all([enter('tom'), enter('una')]);
    expect(
      (await tom.request({ type: 'refresh', token: await minted('tom', { grants: { incoming: false } }) })).ok,
    ).toBeDefined();
    await una.request({ type: 'invite', call: callId(), to: 'tom', media: audio, offer });
    expect(await una.take('ended')).toMatchObject({ cause: 'unreachable' });
  });
});

describe('what is revoked', () => {
  test('by its id is void at once, and ends the connections and calls that go on with it', async () => {
    const [vic, wanda] = await Promise.all([enter('vic', { jti: 'one' }), enter('wanda')]);
    const other = await enter('vic', { jti: 'two' });
    const call = callId();
    await vic.request({ type: 'invite', call, to: 'wanda', media: audio, offer });
    await wanda.take('incoming');
    await server.revoke({ jti: 'one' });
    expect(await vic.end()).toEqual({ code: 4401, reason: 'token_revoked' });
    expect(await wanda.take('ended')).toMatchObject({ call, cause: 'cancelled' });
    expect(await hello(await minted('vic', { jti: 'one' }))).toBe('token_revoked');
    await other.flush();
    expect((await enter('vic', { jti: 'three' })).welcome.user.address).toBe('vic');
    expect((await other.request({ type: 'refresh', token: await minted('vic', { jti: 'one' }) })).error?.code).toBe(
      'token_revoked',
    );
  });

  test('with a device is what it has shown, and what else comes from it, for as long as that would be good', async () => {
    const config = { tokenSecret: secret, tokenIssuer: 'https://shop.example', dataDir: join(folder, 'removed') };
    const first = await startServer(config);
    const [phone, laptop] = ['phone', 'laptop'].map((id) => ({ device: { id, name: id } }));
    const [shown, other] = [await minted('zack', { jti: 'shown' }), await minted('zack')];
    const lost = await Wire.signIn(first.port, holding(shown), phone);
    const kept = await Wire.signIn(first.port, holding(other), laptop);
    expect((await kept.request({ type: 'remove_device', device: lost.welcome.device.id })).ok).toEqual({});
    expect(await lost.end()).toMatchObject({ reason: 'signed_out' });
    await first.stop();
    // Another process, that remembers no socket which was closed.
    const next = await startServer(config);
    const enters = async (token: string, hint: Sent | undefined): Promise<string | undefined> => {
      const wire = await Wire.open(next.port);
      const { error } = await wire.request({ type: 'hello', version: protocolVersion, token, ...hint });
      return error?.code;
    };
    expect(await enters(shown, phone)).toBe('token_revoked');
    expect(await enters(shown, laptop)).toBe('token_revoked');
    expect(await enters(other, phone)).toBe('token_revoked');
    expect(await enters(other, laptop)).toBeUndefined();
    expect(await enters(await minted('zack', { iat: seconds(2) }), phone)).toBeUndefined();
    await next.stop();
  });

  test('for a person covers all tokens made until then, and none made later', async () => {
    const [xia, yan] = await Promise.all([enter('xia'), enter('yan')]);
    const old = await minted('xia');
    await server.revoke({ user: 'xia' });
    expect(await xia.end()).toMatchObject({ reason: 'token_revoked' });
    expect(await hello(old)).toBe('token_revoked');
    expect(await hello(await minted('xia', without('iat')))).toBe('token_revoked');
    expect((await enter('xia', { iat: seconds(2) })).welcome.user.address).toBe('xia');
    await yan.flush();
  });
});

const named = async (name: 'ed' | 'ec' | 'stranger', kid: string): Promise<JWK> => ({
  ...(await exportJWK(pairs[name].publicKey)),
  kid,
});
const signed = (name: 'ed' | 'ec' | 'stranger', kid: string): Promise<string> =>
  mint('anna', { key: pairs[name].privateKey, header: { alg: name === 'ec' ? 'ES256' : 'EdDSA', kid } });

describe('keys from a URL', () => {
  let host: Server;
  let url: string;
  let published: JWK[] = [];
  let fetches = 0;
  let isDown = false;
  beforeAll(async () => {
    host = createHttpServer((_request, response) => {
      fetches += 1;
      if (isDown) return response.writeHead(500).end();
      return response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/jwks.json`;
  });
  afterAll(() => host.close());

  test('are fetched once, again when a token names another, and then not too soon', async () => {
    published = [await named('ed', '2026-01')];
    const other = await startServer({ tokenJwks: url });
    try {
      fetches = 0;
      for (let n = 0; n < 3; n += 1) await Wire.signIn(other.port, holding(await signed('ed', '2026-01')));
      expect(fetches).toBe(1);
      published = [await named('ed', '2026-01'), await named('ec', '2026-02')];
      // Within the minimum interval nobody makes this server fetch.
      for (let n = 0; n < 3; n += 1)
        expect((await refusal(await signed('stranger', `made-up-${n}`), other.port))?.code).toBe('token_signature');
      expect(fetches).toBe(1);
      await Wire.signIn(other.port, holding(await signed('ed', '2026-01')));
    } finally {
      await other.stop();
    }
  });

  test('that cannot be had refuse for the moment only', async () => {
    isDown = true;
    const other = await startServer({ tokenJwks: url });
    try {
      expect((await refusal(await signed('ed', '2026-01'), other.port))?.code).toBe('keys_unavailable');
      isDown = false;
      published = [await named('ed', '2026-01')];
      await Wire.signIn(other.port, holding(await signed('ed', '2026-01')));
    } finally {
      isDown = false;
      await other.stop();
    }
  });
});

describe('keys in files', () => {
  test.each([
    ['is not there', undefined, /could not be read/],
    ['holds no key', 'Dear diary', /neither a public key in PEM nor a JSON Web Key|public keys/],
    ['holds a secret', '{"kty":"oct","k":"c2VjcmV0"}', /public keys, and nothing that could sign/],
    ['holds half a key', '{"kty":"OKP"', /neither/],
  ])('that %s keeps the server from starting, with a sentence', async (name, content, message) => {
    const path = join(folder, `wrong ${name}`);
    if (content !== undefined) writeFileSync(path, content);
    const start = startServer({ tokenKeys: [path] });
    await expect(start).rejects.toThrow(StartError);
    await expect(start).rejects.toThrow(message);
  });

  test('may be a set of them', async () => {
    const path = join(folder, 'jwks.json');
    writeFileSync(
      path,
      JSON.stringify({ keys: [await exportJWK(pairs.ed.publicKey), await exportJWK(pairs.stranger.publicKey)] }),
    );
    const other = await startServer({ tokenKeys: [path] });
    for (const name of ['ed', 'stranger'] as const) {
      const token = await mint('anna', { key: pairs[name].privateKey, header: { alg: 'EdDSA' } });
      await Wire.signIn(other.port, holding(token));
    }
    expect((await refusal(await mint('anna', { key: pairs.ec.privateKey, header: { alg: 'ES256' } }), other.port))?.code).toBe(
      'token_signature',
    );
    await other.stop();
  });
});
