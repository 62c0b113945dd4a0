/** Who may ask what over REST: every request with every role, each cell of the table. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Accounts } from '../../packages/server/src/accounts/accounts.ts';
import { accountRoutes, revocationRoutes, wayRoutes } from '../../packages/server/src/accounts/account-routes.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { ask, firstAdmin, guest, invite, signUp } from '../support/accounts.ts';
import { mint, secret } from '../support/tokens.ts';
import { startServer } from '../support/wire.ts';

const asking = ['nobody', 'stranger', 'guest', 'token', 'member', 'admin token', 'admin'] as const;
type Asking = (typeof asking)[number];

/** Who gets past the door; what is behind it may still refuse what was asked. */
const may: Record<string, readonly Asking[]> = {
  'GET /v1/sign-in': asking,
  'POST /v1/session': asking,
  'POST /v1/accounts': asking,
  'POST /v1/guests': asking,
  'POST /v1/invites/look': asking,
  'POST /v1/password': asking,
  'GET /v1/session': ['guest', 'token', 'member', 'admin token', 'admin'],
  'DELETE /v1/session': ['guest', 'member', 'admin'],
  'PUT /v1/account/password': ['member', 'admin'],
  'POST /v1/invites': ['member', 'admin'],
  'GET /v1/invites': ['member', 'admin'],
  'DELETE /v1/invites/:id': ['member', 'admin'],
  'GET /v1/accounts': ['admin token', 'admin'],
  'PATCH /v1/accounts/:address': ['admin token', 'admin'],
  'POST /v1/accounts/:address/password-link': ['admin token', 'admin'],
  'DELETE /v1/accounts/:address': ['admin token', 'admin'],
  'POST /v1/revocations': ['admin token', 'admin'],
};

/** What anybody who got past the door hears of a request that is wrong in itself. */
const behind = [200, 400, 404];

let server: RunningServer;
let tokens: Record<Asking, string | undefined>;

beforeAll(async () => {
  server = await startServer({ accounts: true, tokenSecret: secret });
  const admin = await firstAdmin(server);
  const member = await signUp(server.port, await invite(server.port, admin, { role: 'member' }), 'Mem');
  const visitor = await guest(server.port, member, 'Gil');
  tokens = {
    nobody: undefined,
    stranger: 'made-up',
    guest: visitor.token,
    token: await mint('tom'),
    member: member.token,
    'admin token': await mint('root', { claims: { grants: { admin: true } } }),
    admin: admin.token,
  };
});
afterAll(() => server.stop());

const routes = [
  ...wayRoutes({ open: false, password: true, token: true, oidc: undefined }),
  ...accountRoutes({} as Accounts),
  ...revocationRoutes(() => Promise.resolve()),
].map(({ method, path }) => `${method} /v1${path}`);

test('the table names every request, and no other', () => {
  expect(Object.keys(may).sort()).toEqual([...routes].sort());
});

// Signing out comes last: it would void the tokens of those that follow.
const cells = routes
  .flatMap((request) => asking.map((who) => ({ request, who, allowed: may[request]?.includes(who) === true })))
  .sort((a, b) => Number(a.request === 'DELETE /v1/session') - Number(b.request === 'DELETE /v1/session'));

test.each(cells)('$request by $who: $allowed', async ({ request, who, allowed }) => {
  const [method = '', path = ''] = request.split(' ');
  const body = method === 'GET' || method === 'DELETE' ? undefined : {};
  const { status, body: answer } = await ask(server.port, method, path.replace(/:\w+/, 'nothing'), body, tokens[who]);
  if (allowed) return expect(behind, JSON.stringify(answer)).toContain(status);
  expect([status, answer.error?.code]).toEqual(
    tokens[who] === undefined || who === 'stranger' ? [401, 'unauthorized'] : [403, 'forbidden'],
  );
});

test.each([
  ['member', { role: 'member' }, 403],
  ['member', { role: 'admin' }, 403],
  ['member', { role: 'guest', grants: { outgoing: true } }, 403],
  ['member', { role: 'guest' }, 200],
  ['admin', { role: 'admin' }, 200],
  ['admin', { role: 'guest', grants: { outgoing: true } }, 200],
] as const)('%s may invite %j: %i', async (who, wanted, status) => {
  const admin = await signUpAgain();
  const token = who === 'admin' ? admin : await memberToken(admin);
  expect((await ask(server.port, 'POST', '/v1/invites', wanted, token)).status).toBe(status);
});

let count = 0;
let again: string | undefined;
/** The tokens of before were signed out by the table. */
async function signUpAgain(): Promise<string> {
  again ??= String(
    (await ask(server.port, 'POST', '/v1/session', { name: 'Ada', password: 'correct horse battery staple' })).body['token'],
  );
  return again;
}

async function memberToken(admin: string): Promise<string> {
  const { body } = await ask(server.port, 'POST', '/v1/invites', { role: 'member' }, admin);
  return (await signUp(server.port, String(body['code']), `Member ${(count += 1)}`)).token;
}
