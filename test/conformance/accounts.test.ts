/** Accounts with a password, invitations and guests, over a real server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { protocolVersion } from '@offhook/core';
import { defaults } from '../../packages/server/src/config.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { ask, codeIn, firstAdmin, guest, invite, password, signUp } from '../support/accounts.ts';
import type { Answer } from '../support/accounts.ts';
import { audio, callId, offer, startServer, Wire } from '../support/wire.ts';
import type { Identity } from '../support/wire.ts';

let server: RunningServer;
let ada: Identity;
let bo: Identity;
const post = (path: string, body: unknown, token?: string): Promise<Answer> => ask(server.port, 'POST', path, body, token);
const code = ({ status, body }: Answer): [number, string | undefined] => [status, body.error?.code];
const newcomer = async (name: string, role = 'member'): Promise<Identity> =>
  signUp(server.port, await invite(server.port, ada, { role }), name);

beforeAll(async () => {
  server = await startServer({ accounts: true });
  ada = await firstAdmin(server);
  bo = await newcomer('Bo');
});
afterAll(() => server.stop());

async function refusal(token: string, port = server.port): Promise<string | undefined> {
  const wire = await Wire.open(port);
  const { error } = await wire.request({ type: 'hello', version: protocolVersion, token });
  await wire.end();
  return error?.code;
}

/** How long a wrong password takes to be refused. */
async function timed({ port }: RunningServer, name: string): Promise<number> {
  const began = performance.now();
  await ask(port, 'POST', '/v1/session', { name, password: 'a wrong password' });
  return performance.now() - began;
}

describe('the first administrator', () => {
  test('comes by a link that a start shows until there is one, the newest alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offhook-accounts-'));
    const config = { accounts: true, dataDir: folder, publicUrl: 'https://calls.example.com' };
    const first = await startServer(config);
    expect(first.firstInvite).toMatch(/^https:\/\/calls\.example\.com\/#invite=[\w-]{27}$/);
    await first.stop();
    const second = await startServer(config);
    expect(
      code(await ask(second.port, 'POST', '/v1/accounts', { invite: codeIn(first.firstInvite), name: 'Eve', password })),
    ).toEqual([410, 'link_invalid']);
    const admin = await firstAdmin(second);
    // All there is to say of it, and nothing of what is kept to know its token by.
    expect((await ask(second.port, 'GET', '/v1/session', undefined, admin.token)).body).toEqual({
      user: 'ada',
      device: admin.device,
      grants: expect.objectContaining({ admin: true }) as unknown,
      account: 'member',
    });
    await second.stop();
    const third = await startServer(config);
    expect(third.firstInvite).toBeUndefined();
    await Wire.signIn(third.port, admin);
    await third.stop();
    rmSync(folder, { recursive: true });
  });

  test('is not made by a second use of the link', async () => {
    expect(code(await post('/v1/accounts', { invite: codeIn(server.firstInvite), name: 'Eve', password }))).toEqual([
      410,
      'link_invalid',
    ]);
  });
});

describe('an account', () => {
  test('signs in with its password on several devices, and rings on each', async () => {
    const { body } = await post('/v1/session', { name: 'Bo', password, device: 'Phone' });
    expect(body).toMatchObject({ user: { address: 'bo', name: 'Bo' }, device: { name: 'Phone' } });
    const wires = await Promise.all([
      Wire.signIn(server.port, bo),
      Wire.signIn(server.port, body as unknown as Identity),
      Wire.signIn(server.port, ada),
    ]);
    const [one, two, caller] = wires;
    await caller.request({ type: 'invite', call: callId(), to: 'bo', media: audio, offer });
    await Promise.all([one.take('incoming'), two.take('incoming')]);
    for (const wire of wires) await wire.request({ type: 'bye' });
  });

  test('is told from others by its address, whatever case the name is typed in', async () => {
    for (const name of ['bo', 'BO', ' Bo ']) expect((await post('/v1/session', { name, password })).status).toBe(200);
    const second = await invite(server.port, ada, { role: 'member' });
    expect(code(await post('/v1/accounts', { invite: second, name: 'bo', password }))).toEqual([409, 'name_taken']);
    expect((await signUp(server.port, second, 'Bo Two')).user.address).toBe('bo-two');
  });

  test.each(['', 'short', 'nine char', 'x'.repeat(257), '🙂'.repeat(9)])('does not take the password %.12j', async (weak) => {
    const open = await invite(server.port, ada, { role: 'member' });
    expect(code(await post('/v1/accounts', { invite: open, name: 'Weak', password: weak }))).toEqual([422, 'password_weak']);
    expect((await signUp(server.port, open, `Strong ${weak.length}`)).token).toBeDefined();
  });

  test('is signed in by its password alone', async () => {
    const wrong = ['', password.toUpperCase(), `${password} `, `${password}\u0000`];
    for (const guess of wrong)
      expect(code(await post('/v1/session', { name: 'Ada', password: guess }))).toEqual([401, 'credentials_wrong']);
    expect(code(await post('/v1/session', { name: 'Nobody', password }))).toEqual([401, 'credentials_wrong']);
    expect(code(await post('/v1/session', { name: '\u200b', password }))).toEqual([401, 'credentials_wrong']);
  });

  test('takes as long to refuse as somebody who has none', async () => {
    // So expensive that nothing else counts, and cheap enough for a busy machine.
    const usual = await startServer({ accounts: true, limits: { ...defaults.limits, claimBurst: 100_000, scryptLogN: 13 } });
    const eve = await firstAdmin(usual, 'Timing');
    const pairs: [number, number][] = [];
    for (let n = 0; n < 4; n += 1) pairs.push([await timed(usual, eve.user.address), await timed(usual, 'nobody-at-all')]);
    const best = (at: 0 | 1): number => Math.min(...pairs.map((pair) => pair[at]));
    // Without the work of a password it would be a tenth or less.
    expect(best(1) / best(0)).toBeGreaterThan(0.25);
    expect(best(1) / best(0)).toBeLessThan(4);
    expect((await usual.store.account(eve.user.address))?.password).toMatch(/^scrypt 8192 8 3 /);
    await usual.stop();
  });

  test('is not guessed at: attempts are counted for each account, from wherever they come', async () => {
    await newcomer('Target');
    const guesses = Array.from({ length: 12 }, (_, n) =>
      post('/v1/session', { name: 'Target', password: `guess ${n} is wrong` }),
    );
    const answers = (await Promise.all(guesses)).map((answer) => code(answer)[1]);
    expect(answers.filter((answer) => answer === 'credentials_wrong')).toHaveLength(10);
    expect(answers.filter((answer) => answer === 'rate_limited')).toHaveLength(2);
    expect(code(await post('/v1/session', { name: 'Target', password }))).toEqual([429, 'rate_limited']);
    expect((await post('/v1/session', { name: 'Ada', password })).status).toBe(200);
  });

  test('keeps its password as nobody can read it', async () => {
    const [one, two] = await Promise.all([newcomer('Same One'), newcomer('Same Two')]);
    const kept = await Promise.all([one, two].map(async ({ user }) => (await server.store.account(user.address))?.password));
    expect(kept[0]).toMatch(/^scrypt 1024 8 3 [\w-]{22} [\w-]{43}$/);
    expect(kept[0]).not.toBe(kept[1]);
  });

  test('signs a device out for good', async () => {
    const { body } = await post('/v1/session', { name: 'Bo', password });
    const { token } = body as unknown as Identity;
    const wire = await Wire.signIn(server.port, body as unknown as Identity);
    expect((await ask(server.port, 'DELETE', '/v1/session', undefined, token)).status).toBe(200);
    expect(await wire.end()).toMatchObject({ reason: 'signed_out' });
    expect(await refusal(token)).toBe('unauthorized');
    expect(code(await ask(server.port, 'GET', '/v1/session', undefined, token))).toEqual([401, 'unauthorized']);
    await (await Wire.signIn(server.port, bo)).request({ type: 'bye' });
  });

  test('changes its password, and may sign its other devices out with it', async () => {
    const cleo = await newcomer('Cleo');
    const other = (await post('/v1/session', { name: 'Cleo', password })).body as unknown as Identity;
    const wire = await Wire.signIn(server.port, other);
    const put = (body: object): Promise<Answer> => ask(server.port, 'PUT', '/v1/account/password', body, cleo.token);
    const next = 'another long password';
    expect(code(await put({ current: 'wrong password', next }))).toEqual([401, 'credentials_wrong']);
    expect(code(await put({ current: password, next: 'short' }))).toEqual([422, 'password_weak']);
    expect((await put({ current: password, next })).status).toBe(200);
    await wire.flush();
    expect((await post('/v1/session', { name: 'Cleo', password })).status).toBe(401);
    expect((await put({ current: next, next: password, signOutOthers: true })).status).toBe(200);
    expect(await wire.end()).toMatchObject({ reason: 'signed_out' });
    expect(await refusal(other.token)).toBe('unauthorized');
    await (await Wire.signIn(server.port, cleo)).flush();
  });

  test('has room for one more device at the cost of its oldest', async () => {
    const dora = await newcomer('Dora');
    for (let n = 0; n < 8; n += 1) await post('/v1/session', { name: 'Dora', password });
    for (let n = 0; n < 23; n += 1)
      await server.store.commit([
        {
          type: 'device',
          device: { id: `dora-${n}`, user: 'dora', name: 'x', tokenDigest: `d${n}`, createdAt: Date.now(), seenAt: Date.now() },
        },
      ]);
    expect(await server.store.devices('dora')).toHaveLength(32);
    expect((await post('/v1/session', { name: 'Dora', password })).status).toBe(200);
    expect(await server.store.devices('dora')).toHaveLength(32);
    expect(await refusal(dora.token)).toBe('unauthorized');
  });

  test('is closed by an administrator, at once', async () => {
    const finn = await newcomer('Finn');
    const wire = await Wire.signIn(server.port, finn);
    const visit = await invite(server.port, finn, { role: 'guest' });
    expect((await ask(server.port, 'DELETE', '/v1/accounts/finn', undefined, ada.token)).status).toBe(200);
    expect(await wire.end()).toMatchObject({ reason: 'signed_out' });
    expect(await refusal(finn.token)).toBe('unauthorized');
    expect(code(await post('/v1/session', { name: 'Finn', password }))).toEqual([401, 'credentials_wrong']);
    expect(code(await post('/v1/guests', { invite: visit, name: 'Gil' }))).toEqual([410, 'link_invalid']);
    expect(code(await ask(server.port, 'DELETE', '/v1/accounts/nobody', undefined, ada.token))).toEqual([
      404,
      'user_not_found',
    ]);
  });

  test('of the last administrator stays one', async () => {
    expect(code(await ask(server.port, 'PATCH', '/v1/accounts/ada', { role: 'member' }, ada.token))).toEqual([
      409,
      'last_admin',
    ]);
    expect(code(await ask(server.port, 'DELETE', '/v1/accounts/ada', undefined, ada.token))).toEqual([409, 'last_admin']);
    const gwen = await newcomer('Gwen');
    expect((await ask(server.port, 'PATCH', '/v1/accounts/gwen', { role: 'admin' }, ada.token)).status).toBe(200);
    expect((await ask(server.port, 'GET', '/v1/accounts?role=admin', undefined, gwen.token)).body).toEqual({
      accounts: [
        { address: 'ada', name: 'Ada', role: 'admin' },
        { address: 'gwen', name: 'Gwen', role: 'admin' },
      ],
    });
    expect((await ask(server.port, 'PATCH', '/v1/accounts/gwen', { role: 'member' }, ada.token)).status).toBe(200);
    expect(code(await ask(server.port, 'GET', '/v1/accounts', undefined, gwen.token))).toEqual([403, 'forbidden']);
  });

  test('that is closed while its password is changed stays closed', async () => {
    const zoe = await newcomer('Zoe');
    const [changed] = await Promise.all([
      ask(server.port, 'PUT', '/v1/account/password', { current: password, next: 'another long password' }, zoe.token),
      ask(server.port, 'DELETE', '/v1/accounts/zoe', undefined, ada.token),
    ]);
    expect(changed.status).toBe(401);
    for (const guess of [password, 'another long password'])
      expect(code(await post('/v1/session', { name: 'Zoe', password: guess }))).toEqual([401, 'credentials_wrong']);
  });

  test('of one of two administrators who take the role from one another at once stays one', async () => {
    const other = await startServer({ accounts: true });
    const first = await firstAdmin(other, 'First');
    const second = await signUp(other.port, await invite(other.port, first, { role: 'admin' }), 'Second');
    const answers = await Promise.all([
      ask(other.port, 'PATCH', '/v1/accounts/second', { role: 'member' }, first.token),
      ask(other.port, 'PATCH', '/v1/accounts/first', { role: 'member' }, second.token),
    ]);
    // The one that comes second is refused, as the last administrator stays one, or has lost the right to ask.
    const [done, refused] = answers.map(({ status }) => status).sort((a, b) => a - b);
    expect([done, refused === 403 || refused === 409]).toEqual([200, true]);
    expect((await other.store.accounts('admin', undefined, 10)).length).toBe(1);
    await other.stop();
  });

  test('is not what somebody has who took a name in open mode', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offhook-was-open-'));
    const open = await startServer({ dataDir: folder });
    const eve = (await ask(open.port, 'POST', '/v1/open/claim', { name: 'Eve' })).body as unknown as Identity;
    await open.stop();
    const closed = await startServer({ dataDir: folder, accounts: true });
    expect(await refusal(eve.token, closed.port)).toBe('unauthorized');
    expect((await ask(closed.port, 'POST', '/v1/open/claim', { name: 'Fay' })).status).toBe(404);
    await closed.stop();
    rmSync(folder, { recursive: true });
  });
});

describe('an invitation', () => {
  test('is good for as many as it says, also when they come at once', async () => {
    const several = await invite(server.port, ada, { role: 'member', uses: 2 });
    const answers = await Promise.all(
      ['Hal', 'Ida', 'Jon'].map((name) => post('/v1/accounts', { invite: several, name, password })),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 200, 410]);
  });

  test('may be looked at, and taken back', async () => {
    const { body } = await post('/v1/invites', { role: 'member', forMs: 60_000 }, ada.token);
    expect(body).toEqual({
      id: expect.any(String) as string,
      code: expect.any(String) as string,
      role: 'member',
      uses: 1,
      expiresInMs: 60_000,
    });
    expect((await post('/v1/invites/look', { invite: body['code'] })).body).toEqual({
      role: 'member',
      by: { address: 'ada', name: 'Ada' },
    });
    const listed = (await ask(server.port, 'GET', '/v1/invites', undefined, ada.token)).body['invites'] as { id: string }[];
    expect(listed.map(({ id }) => id)).toContain(body['id']);
    expect(JSON.stringify(listed)).not.toContain(body['code']);
    expect(code(await ask(server.port, 'DELETE', `/v1/invites/${String(body['id'])}`, undefined, bo.token))).toEqual([
      404,
      'not_found',
    ]);
    expect((await ask(server.port, 'DELETE', `/v1/invites/${String(body['id'])}`, undefined, ada.token)).status).toBe(200);
    expect(code(await post('/v1/invites/look', { invite: body['code'] }))).toEqual([410, 'link_invalid']);
    expect(code(await post('/v1/accounts', { invite: body['id'], name: 'Id', password }))).toEqual([410, 'link_invalid']);
  });

  test('expires', async () => {
    const short = await invite(server.port, ada, { role: 'member', forMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(code(await post('/v1/accounts', { invite: short, name: 'Late', password }))).toEqual([410, 'link_invalid']);
  });

  test('is for what it is for', async () => {
    const forGuests = await invite(server.port, ada, { role: 'guest' });
    const forMembers = await invite(server.port, ada, { role: 'member' });
    expect(code(await post('/v1/accounts', { invite: forGuests, name: 'Kay', password }))).toEqual([410, 'link_invalid']);
    expect(code(await post('/v1/guests', { invite: forMembers, name: 'Kay' }))).toEqual([410, 'link_invalid']);
  });

  test.each([
    { role: 'owner' },
    { role: 'member', uses: 0 },
    { role: 'member', uses: 1e9 },
    { role: 'guest', stayMs: 1e15 },
    { role: 'guest', grants: { outgoing: ['*o'] } },
    { role: 'member', by: 'bo' },
    {},
    null,
  ])('is not made of %j', async (wanted) => {
    expect(code(await post('/v1/invites', wanted, ada.token))).toEqual([400, 'bad_message']);
  });
});

/** As an administrator makes it. */
async function passwordLink(address: string): Promise<string> {
  const { status, body } = await post(`/v1/accounts/${address}/password-link`, undefined, ada.token);
  expect(status).toBe(200);
  return String(body['code']);
}

describe('a link for a new password', () => {
  const another = 'another long password';

  test('renews it once, signs in there, and signs out whatever was signed in', async () => {
    const lena = await newcomer('Lena');
    const wire = await Wire.signIn(server.port, lena);
    const open = await passwordLink('lena');
    expect((await post('/v1/invites/look', { invite: open })).body).toEqual({
      role: 'member',
      by: { address: 'ada', name: 'Ada' },
      whose: { address: 'lena', name: 'Lena' },
    });
    expect(code(await post('/v1/password', { invite: open, password: 'short' }))).toEqual([422, 'password_weak']);
    expect((await post('/v1/session', { name: 'Lena', password })).status).toBe(200);

    const both = await Promise.all([1, 2].map(() => post('/v1/password', { invite: open, password: another, device: 'New' })));
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 410]);
    const { body } = both.find(({ status }) => status === 200) ?? { body: {} };
    expect(body).toMatchObject({ user: { address: 'lena' }, device: { name: 'New' } });
    expect(await wire.end()).toMatchObject({ reason: 'signed_out' });
    expect(await refusal(lena.token)).toBe('unauthorized');
    await (await Wire.signIn(server.port, body as unknown as Identity)).request({ type: 'bye' });
    expect(code(await post('/v1/session', { name: 'Lena', password }))).toEqual([401, 'credentials_wrong']);
    expect((await post('/v1/session', { name: 'Lena', password: another })).status).toBe(200);
  });

  test('makes no account, and an invitation renews no password', async () => {
    const open = await passwordLink('bo');
    expect(code(await post('/v1/accounts', { invite: open, name: 'Mia', password }))).toEqual([410, 'link_invalid']);
    expect(code(await post('/v1/guests', { invite: open, name: 'Mia' }))).toEqual([410, 'link_invalid']);
    const invitation = await invite(server.port, ada, { role: 'member' });
    expect(code(await post('/v1/password', { invite: invitation, password: another }))).toEqual([410, 'link_invalid']);
    expect((await post('/v1/session', { name: 'Bo', password })).status).toBe(200);
  });

  test('is of no use once the account is closed, and is not made for guests or nobody', async () => {
    await newcomer('Nils');
    const open = await passwordLink('nils');
    await ask(server.port, 'DELETE', '/v1/accounts/nils', undefined, ada.token);
    expect(code(await post('/v1/password', { invite: open, password: another }))).toEqual([410, 'link_invalid']);
    const visitor = await guest(server.port, ada, 'Gil');
    const made = (address: string): Promise<Answer> => post(`/v1/accounts/${address}/password-link`, undefined, ada.token);
    expect(code(await made(visitor.user.address))).toEqual([404, 'not_found']);
    expect(code(await made('nobody'))).toEqual([404, 'user_not_found']);
  });

  test('ends when whoever made it is no administrator any more', async () => {
    const olga = await newcomer('Olga', 'admin');
    const { body } = await post('/v1/accounts/bo/password-link', undefined, olga.token);
    const forGuest = await invite(server.port, olga, { role: 'guest' });
    await ask(server.port, 'PATCH', '/v1/accounts/olga', { role: 'member' }, ada.token);
    expect(code(await post('/v1/password', { invite: body['code'], password: another }))).toEqual([410, 'link_invalid']);
    expect((await post('/v1/guests', { invite: forGuest, name: 'Gil' })).status).toBe(200);
  });
});

describe('a guest', () => {
  test('calls whoever has invited them, and nobody else, under a name that many may have', async () => {
    const [gil, other] = await Promise.all([guest(server.port, bo, 'Gil'), guest(server.port, bo, 'Gil')]);
    expect(gil.user.name).toBe('Gil');
    expect(gil.user.address).toMatch(/^guest-/);
    expect(other.user.address).not.toBe(gil.user.address);
    const [wire, host] = await Promise.all([Wire.signIn(server.port, gil), Wire.signIn(server.port, bo)]);
    const call = callId();
    expect((await wire.request({ type: 'invite', call, to: 'ada', media: audio, offer })).error?.code).toBe(
      'destination_refused',
    );
    expect((await wire.request({ type: 'invite', call, to: 'bo', media: audio, offer })).ok).toEqual({ call });
    expect(await host.take('incoming')).toMatchObject({ view: { peer: { name: 'Gil' } } });
    expect((await wire.request({ type: 'rename', name: 'Ada' })).error?.code).toBe('forbidden');
    expect((await wire.request({ type: 'greeting', file: 'words' })).error?.code).toBe('forbidden');
    expect((await wire.request({ type: 'refresh', token: gil.token })).error?.code).toBe('forbidden');
    for (const one of [wire, host]) await one.request({ type: 'bye' });
  });

  test('is known as one, and how long they stay, until they are gone', async () => {
    const gil = await guest(server.port, ada, 'Gil the Short', { stayMs: 60_000 });
    const session = async ({ token }: Identity): Promise<unknown> =>
      (await ask(server.port, 'GET', '/v1/session', undefined, token)).body['account'];
    expect([await session(gil), await session(ada)]).toEqual(['guest', 'member']);
    const listed = async (): Promise<unknown> => {
      const { body } = await ask(server.port, 'GET', '/v1/accounts?role=guest', undefined, ada.token);
      const accounts = body['accounts'] as { address: string; endsInMs: number }[];
      return accounts.find(({ address }) => address === gil.user.address)?.endsInMs;
    };
    expect(await listed()).toSatisfy((ms: number) => ms > 0 && ms <= 60_000);
    await ask(server.port, 'DELETE', `/v1/accounts/${gil.user.address}`, undefined, ada.token);
    expect(await listed()).toSatisfy((ms: number) => ms <= 0);
  });

  test('leaves when the time is over', async () => {
    const gil = await guest(server.port, ada, 'Gil', { stayMs: 1_500 });
    const wire = await Wire.signIn(server.port, gil);
    expect(await wire.take('token_expiring')).toBeDefined();
    expect(await wire.end()).toEqual({ code: 4401, reason: 'token_expired' });
    expect(await refusal(gil.token)).toBe('token_expired');
    expect(code(await ask(server.port, 'GET', '/v1/session', undefined, gil.token))).toEqual([401, 'token_expired']);
  });

  test('may do what an administrator says', async () => {
    const gil = await guest(server.port, ada, 'Gil', { grants: { incoming: false, outgoing: true, admin: true } });
    const { body } = await ask(server.port, 'GET', '/v1/session', undefined, gil.token);
    expect(body['grants']).toEqual({
      incoming: false,
      outgoing: true,
      sessions: true,
      rename: false,
      agent: false,
      admin: false,
    });
  });
});

test('whoever asks too often from one network is told to wait', async () => {
  const strict = await startServer({
    accounts: true,
    limits: { ...defaults.limits, claimsPerMinute: 1, claimBurst: 3, scryptLogN: 10 },
  });
  const answers = [];
  for (let n = 0; n < 5; n += 1)
    answers.push((await ask(strict.port, 'POST', '/v1/session', { name: `Name ${n}`, password })).status);
  expect(answers).toEqual([401, 401, 401, 429, 429]);
  await strict.stop();
});
