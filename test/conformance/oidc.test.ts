/** Signing in at a real provider of OpenID Connect on this machine, as a browser does. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { ask, firstAdmin, invite } from '../support/accounts.ts';
import { startProvider } from '../support/provider.ts';
import type { TestProvider } from '../support/provider.ts';
import { startServer, Wire } from '../support/wire.ts';
import type { Identity } from '../support/wire.ts';

const names: Record<string, object> = {
  'subject-anna': { name: 'Anna Berg', preferred_username: 'anna' },
  'subject-other-anna': { name: 'Anna Berg', preferred_username: 'anna' },
  'subject-bo': { email: 'bo@example.com' },
};

let provider: TestProvider;
let server: RunningServer;
/** Lets in whoever signs in at the provider. */
let open: RunningServer;
let admin: Identity;

beforeAll(async () => {
  provider = await startProvider(names);
  const config = { accounts: true, ...provider.settings };
  [server, open] = await Promise.all([startServer(config), startServer({ ...config, oidcSignUp: true })]);
  provider.serve([server, open].map(base));
  admin = await firstAdmin(server);
});
afterAll(async () => {
  await Promise.all([server.stop(), open.stop()]);
  provider.close();
});

const base = (of = server): string => `http://localhost:${of.port}`;

/** A browser: follows redirects, keeps cookies, fills in the forms of the provider. */
class Browser {
  readonly #cookies = new Map<string, string>();
  /** What it was led to, the newest last. */
  readonly visited: URL[] = [];

  async #go(url: URL, form?: Record<string, string>): Promise<Response> {
    this.visited.push(url);
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    return response;
  }

  /** Until it is led to an address of the phone, or as far as `stop` says. */
  async visit(start: string, login: string, stop = (url: URL): boolean => url.hash !== ''): Promise<URL> {
    let [url, form]: [URL, Record<string, string> | undefined] = [new URL(start), undefined];
    for (let step = 0; step < 20; step += 1) {
      if (stop(url)) return url;
      const response = await this.#go(url, form);
      form = undefined;
      const location = response.headers.get('location');
      if (location !== null) {
        url = new URL(location, url);
        continue;
      }
      const page = await response.text();
      const [, action] = /<form[^>]* action="([^"]+)"/.exec(page) ?? [];
      if (action === undefined) throw new Error(`${url.href}: ${response.status} ${page}`);
      url = new URL(action, url);
      form = page.includes('name="login"') ? { prompt: 'login', login, password: 'x' } : { prompt: 'consent' };
    }
    throw new Error('was led in circles');
  }
}

let browser: Browser;
beforeEach(() => {
  browser = new Browser();
});

const start = (code?: string): string => `${base()}/v1/oidc/start${code === undefined ? '' : `?invite=${code}`}`;
const enter = (url: URL): ReturnType<typeof ask> =>
  ask(server.port, 'POST', '/v1/oidc/session', { code: url.hash.replace('#session=', ''), device: 'Laptop' });

async function signIn(login: string, code?: string): Promise<Identity> {
  const { status, body } = await enter(await browser.visit(start(code), login));
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Identity;
}

test('somebody invited comes in by the provider, and is the same person the next time', async () => {
  expect((await ask(server.port, 'GET', '/v1/sign-in')).body).toMatchObject({ password: true, oidc: 'Example Login' });
  const anna = await signIn('subject-anna', await invite(server.port, admin, { role: 'member' }));
  expect(anna).toMatchObject({ user: { address: 'anna-berg', name: 'Anna Berg' }, device: { name: 'Laptop' } });
  await (await Wire.signIn(server.port, anna)).flush();
  browser = new Browser();
  const again = await signIn('subject-anna');
  expect(again.user).toEqual(anna.user);
  expect(again.device.id).not.toBe(anna.device.id);
});

test('the browser is sent with PKCE, state and nonce, and comes back without anything to steal', async () => {
  const back = await browser.visit(start(), 'subject-anna');
  const [, there] = browser.visited;
  expect(Object.fromEntries(there?.searchParams ?? [])).toMatchObject({
    response_type: 'code',
    client_id: 'offhook',
    scope: 'openid profile email',
    redirect_uri: `${base()}/v1/oidc/callback`,
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
    state: expect.stringMatching(/^[\w-]{43}$/) as string,
    nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
  });
  expect(back.href).toMatch(new RegExp(`^${base()}/#session=[\\w-]{43}$`));
  expect(await enter(back)).toMatchObject({ status: 200 });
  expect(await enter(back)).toMatchObject({ status: 410, body: { error: { code: 'sign_in_lost' } } });
});

test('people of one name get addresses of their own, and their role from the invitation', async () => {
  const code = await invite(server.port, admin, { role: 'admin' });
  const other = await signIn('subject-other-anna', code);
  expect(other.user).toEqual({ address: 'anna', name: 'Anna Berg' });
  expect((await ask(server.port, 'GET', '/v1/session', undefined, other.token)).body).toMatchObject({
    grants: { admin: true },
  });
  browser = new Browser();
  const used = await enter(await browser.visit(start(code), 'subject-nobody'));
  expect(used).toMatchObject({ status: 410, body: { error: { code: 'link_invalid' } } });
});

test('nobody comes in uninvited, unless the server says so', async () => {
  const { status, body } = await enter(await browser.visit(start(), 'subject-bo'));
  expect([status, body.error?.code]).toEqual([403, 'invitation_needed']);
  browser = new Browser();
  const guests = await invite(server.port, admin, { role: 'guest' });
  expect(await enter(await browser.visit(start(guests), 'subject-bo'))).toMatchObject({ status: 410 });
});

test('nobody is signed in as somebody else by a link: the way back belongs to the browser that began', async () => {
  const callback = await browser.visit(start(), 'subject-anna', (url) => url.pathname === '/v1/oidc/callback');
  const victim = new Browser();
  expect((await victim.visit(callback.href, 'x')).hash).toBe('#problem=sign_in_lost');
  expect((await browser.visit(callback.href, 'x')).hash).toMatch(/^#session=/);
  // Used up.
  expect((await browser.visit(callback.href, 'x')).hash).toBe('#problem=sign_in_lost');
});

test.each([
  ['a code that the provider did not give', (url: URL) => url.searchParams.set('code', 'made-up')],
  ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
  [
    'a refusal',
    (url: URL) => {
      url.searchParams.delete('code');
      url.searchParams.set('error', 'access_denied');
    },
  ],
])('%s leads back with the problem', async (_, change) => {
  const callback = await browser.visit(start(), 'subject-anna', (url) => url.pathname === '/v1/oidc/callback');
  change(callback);
  expect((await browser.visit(callback.href, 'x')).hash).toBe('#problem=provider_refused');
});

test('an account that was closed does not come back by the provider', async () => {
  const code = await invite(server.port, admin, { role: 'member' });
  const bo = await signIn('subject-bo', code);
  expect(bo.user).toEqual({ address: 'bo', name: 'bo' });
  await ask(server.port, 'DELETE', '/v1/accounts/bo', undefined, admin.token);
  browser = new Browser();
  expect(await enter(await browser.visit(start(), 'subject-bo'))).toMatchObject({ status: 401 });
});

test('a provider that is away is a problem for the moment', async () => {
  const lone = await startServer({ accounts: true, oidcIssuer: 'http://127.0.0.1:9/', oidcClientId: 'x' });
  const response = await fetch(`http://localhost:${lone.port}/v1/oidc/start`, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([
    303,
    `http://localhost:${lone.port}/#problem=provider_unavailable`,
  ]);
  await lone.stop();
});

test('with sign-up, whoever the provider knows is a member', async () => {
  const back = await browser.visit(`${base(open)}/v1/oidc/start`, 'subject-anna');
  const { body } = await ask(open.port, 'POST', '/v1/oidc/session', { code: back.hash.replace('#session=', '') });
  expect(body).toMatchObject({ user: { address: 'anna-berg', name: 'Anna Berg' } });
  const { grants } = (await ask(open.port, 'GET', '/v1/session', undefined, String(body['token']))).body;
  expect(grants).toMatchObject({ incoming: true, admin: false });
});
