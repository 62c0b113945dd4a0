import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { defaults } from '../../packages/server/src/config.ts';
import { StoreError } from '../../packages/server/src/ports.ts';
import { StartError } from '../../packages/server/src/server.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { addDevice, claim, post, startServer } from '../support/wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'offhook-http-'));
const phoneDir = join(folder, 'phone');
const building = join(folder, 'building');
let server: RunningServer;
let base: string;

beforeAll(async () => {
  mkdirSync(join(phoneDir, 'assets'), { recursive: true });
  writeFileSync(join(phoneDir, 'index.html'), '<!doctype html><title>phone</title>');
  writeFileSync(join(phoneDir, 'assets', 'index-abc123.js'), '1');
  writeFileSync(join(phoneDir, 'client.js'), 'var Offhook = {};');
  writeFileSync(join(phoneDir, 'client.d.ts'), 'declare namespace Offhook {}');
  server = await startServer({ phoneDir, origins: ['https://app.example'] }, { phoneBuilding: building });
  base = `http://127.0.0.1:${server.port}`;
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function code(response: Response): Promise<[number, string]> {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.message).toMatch(/\.$/);
  return [response.status, error.code];
}

/** What the page of the web phone may do, and who may show it. */
async function policyOf(port: number): Promise<string | null> {
  return (await fetch(`http://127.0.0.1:${port}/`)).headers.get('content-security-policy');
}

describe('the web phone', () => {
  test('is a page that trusts its own origin alone and is looked at anew each time', async () => {
    const page = await fetch(`${base}/`);
    expect(await page.text()).toContain('<title>phone</title>');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toMatch(/default-src 'none'.*script-src 'self';/);
    expect(policy).not.toMatch(/unsafe| \*/);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('is shown in frames of pages that may use the server, and of no others', async () => {
    // This one is open because only this machine reaches it.
    expect(await policyOf(server.port)).toMatch(
      /frame-ancestors https:\/\/app\.example http:\/\/localhost:\* http:\/\/127\.0\.0\.1:\*$/,
    );
    const open = await startServer({ phoneDir, open: true });
    expect(await policyOf(open.port)).toMatch(/frame-ancestors 'none'$/);
    await open.stop();
  });

  test('has assets that never change, and the script of the SDK with its types beside it', async () => {
    const asset = await fetch(`${base}/assets/index-abc123.js`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const script = await fetch(`${base}/client.js`);
    expect([script.status, script.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(script.headers.get('content-type')).toMatch(/javascript/);
    const types = await fetch(`${base}/client.d.ts`);
    expect([types.status, types.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  });

  test('waits while it is being built', async () => {
    writeFileSync(building, '');
    let isThere = false;
    const page = fetch(`${base}/`).then((response) => {
      isThere = true;
      return response;
    });
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
    expect(isThere).toBe(false);
    rmSync(building);
    expect((await page).status).toBe(200);
  });

  test.each(['/../secret', '/assets/../../building', '/%2e%2e/building', '/.offhook/offhook.db', '/no-such-file'])(
    'has nothing at %s',
    async (path) => {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 40[034] /);
    },
  );
});

test('a phone that is not there is missed in words', async () => {
  const other = await startServer({ phoneDir: join(folder, 'nothing') });
  const page = await fetch(`http://127.0.0.1:${other.port}/`);
  expect([page.status, await page.text()]).toEqual([503, expect.stringMatching(/could not be built/)]);
  await other.stop();
});

describe('health', () => {
  test('is told to those who watch over it', async () => {
    expect(await (await fetch(`${base}/healthz`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${base}/readyz`)).json()).toEqual({ status: 'ready' });
    const metrics = await (await fetch(`${base}/metrics`)).text();
    expect(metrics).toMatch(/^offhook_sockets 0$/m);
  });

  test('is bad while the store takes nothing', async () => {
    const other = await startServer();
    other.store.commit = () => Promise.reject(new StoreError('store_failed', 'The disk is full.'));
    const ready = await fetch(`http://127.0.0.1:${other.port}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([503, { reason: 'the store cannot be written' }]);
    expect(await code(await post(other.port, '/v1/open/claim', { name: 'Anna' }))).toEqual([503, 'store_failed']);
    expect((await fetch(`http://127.0.0.1:${other.port}/healthz`)).status).toBe(200);
    await other.stop();
  });
});

describe('open mode', () => {
  test('gives a name to the first who asks, and others suggestions that are free', async () => {
    const anna = await claim(server.port, 'Anna Berg');
    expect(anna).toMatchObject({ user: { address: 'anna-berg', name: 'Anna Berg' }, device: { name: "Anna Berg's browser" } });
    expect(anna.token).toMatch(/^[\w-]{43}$/);
    await claim(server.port, 'Anna Berg 2');
    for (const name of ['Anna Berg', 'ANNA  BERG', 'anna-berg', 'Ａｎｎａ Berg', 'An\u200bna Berg']) {
      const refused = await post(server.port, '/v1/open/claim', { name });
      expect(refused.status).toBe(409);
      const { error } = (await refused.json()) as { error: { code: string; suggestions: string[] } };
      expect(error.code).toBe('name_taken');
      expect(error.suggestions).toHaveLength(3);
      expect(error.suggestions).not.toContain(expect.stringMatching(/ 2$/));
    }
  });

  test('gives one name to one of many who ask at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(server.port, '/v1/open/claim', { name: 'Race' })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
  });

  test.each([
    ['', 'name_invalid'],
    ['   ', 'name_invalid'],
    ['\u202e\u200b', 'name_invalid'],
    ['...', 'name_invalid'],
    ['x'.repeat(65), 'name_invalid'],
    ['\u0000', 'name_invalid'],
    ['x'.repeat(300), 'bad_message'],
    [7, 'bad_message'],
    [undefined, 'bad_message'],
  ])('refuses the name %j', async (name, expected) => {
    expect((await code(await post(server.port, '/v1/open/claim', { name })))[1]).toBe(expected);
  });

  test('adds a device by a link that works once', async () => {
    const cleo = await claim(server.port, 'Cleo');
    const link = await post(server.port, '/v1/open/link', {}, { authorization: `Bearer ${cleo.token}` });
    const { code: once, expiresInMs } = (await link.json()) as { code: string; expiresInMs: number };
    expect(expiresInMs).toBe(300_000);
    const joined = await post(server.port, '/v1/open/join', { code: once, device: '<b>Phone</b>\u202e' });
    expect(await joined.json()).toMatchObject({ user: cleo.user, device: { name: '<b>Phone</b>' } });
    expect(await code(await post(server.port, '/v1/open/join', { code: once }))).toEqual([410, 'link_invalid']);
    expect(await code(await post(server.port, '/v1/open/join', { code: 'made-up' }))).toEqual([410, 'link_invalid']);
  });

  test('makes the older of two links void', async () => {
    const dora = await claim(server.port, 'Dora');
    const headers = { authorization: `Bearer ${dora.token}` };
    const codes = [];
    for (let n = 0; n < 2; n += 1) {
      codes.push(((await (await post(server.port, '/v1/open/link', {}, headers)).json()) as { code: string }).code);
    }
    expect((await post(server.port, '/v1/open/join', { code: codes[0] })).status).toBe(410);
    expect((await post(server.port, '/v1/open/join', { code: codes[1] })).status).toBe(200);
  });

  test('gives a user as many devices as allowed', async () => {
    const emil = await claim(server.port, 'Emil');
    for (let n = 1; n < 32; n += 1) await addDevice(server.port, emil, `device ${n}`);
    const headers = { authorization: `Bearer ${emil.token}` };
    const link = (await (await post(server.port, '/v1/open/link', {}, headers)).json()) as { code: string };
    expect(await code(await post(server.port, '/v1/open/join', { code: link.code }))).toEqual([429, 'too_many_devices']);
  });

  test.each([{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic YTpi' }, { authorization: 'Bearer' }])(
    'makes no link for %j',
    async (headers) => {
      expect(await code(await post(server.port, '/v1/open/link', {}, headers as Record<string, string>))).toEqual([
        401,
        'unauthorized',
      ]);
    },
  );

  test('counts how often one network address asks', async () => {
    const strict = await startServer({ limits: { ...defaults.limits, claimBurst: 3, claimsPerMinute: 1 } });
    const statuses = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await post(strict.port, '/v1/open/claim', { name: `N ${n}` })).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    await strict.stop();
  });
});

describe('errors have one shape', () => {
  test.each([
    ['no JSON', { body: '{', headers: { 'content-type': 'application/json' } }, 400, 'bad_message'],
    ['an array', { body: '[]', headers: { 'content-type': 'application/json' } }, 400, 'bad_message'],
    ['nothing', { body: '', headers: { 'content-type': 'application/json' } }, 400, 'bad_message'],
    ['a form', { body: 'name=A', headers: { 'content-type': 'text/plain' } }, 415, 'content_type_refused'],
    [
      'a form of its own',
      { body: 'name=A', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'content_type_refused',
    ],
    [
      'too much',
      { body: `{"name":"${'x'.repeat(70_000)}"}`, headers: { 'content-type': 'application/json' } },
      413,
      'too_large',
    ],
  ])('%s', async (_, init, status, expected) => {
    expect(await code(await fetch(`${base}/v1/open/claim`, { method: 'POST', ...init }))).toEqual([status, expected]);
  });

  test('also where there is nothing', async () => {
    expect(await code(await fetch(`${base}/v1/nothing`))).toEqual([404, 'not_found']);
    expect(await code(await fetch(`${base}/v1/ws`))).toEqual([404, 'not_found']);
    // However long it is, and wherever it would lead.
    for (const path of [`/${'a'.repeat(3_000)}`, `/v1/${'a'.repeat(3_000)}`, '/..%2f..%2fetc%2fpasswd', '/a%00b'])
      expect([path, ...(await code(await fetch(base + path)))]).toEqual([path, 404, 'not_found']);
  });

  test('also for a method that an address does not take, which says those that it does', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await fetch(`${base}/v1/open/claim`, { method });
      expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
      expect(await code(answer)).toEqual([405, 'method_refused']);
    }
    // Whatever comes with it.
    const init = { method: 'PUT', body: 'name=A', headers: { 'content-type': 'text/plain' } };
    expect(await code(await fetch(`${base}/v1/open/claim`, init))).toEqual([405, 'method_refused']);
  });

  test.each([
    ['a path that cannot be read', 'GET /% HTTP/1.1\r\nHost: localhost\r\n', 400, 'bad_message'],
    ['such a path of the API', 'POST /v1/%zz HTTP/1.1\r\nHost: localhost\r\n', 400, 'bad_message'],
    ['no HTTP at all', 'HELLO\r\n', 400, 'bad_message'],
    ['a head that never ends', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n`, 413, 'too_large'],
    ['a method that nobody knows', 'BREW / HTTP/1.1\r\nHost: localhost\r\n', 400, 'bad_message'],
  ])('also for %s', async (_, head, status, expected) => {
    const answer = await raw(`${head}Connection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [A-Z]`));
    expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code: expected } });
  });

  test.each(['/no-such-page', '/v1/nothing', '/%'])('but %s is a page for people who look at it', async (path) => {
    const page = await fetch(`${base}${path}`, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect(page.status).toBe(404);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    expect(await page.text()).toMatch(/nothing at this address.*<a href="\/">/s);
  });
});

describe('pages of other origins', () => {
  test('get nowhere unless they are allowed', async () => {
    const evil = { origin: 'https://evil.example' };
    expect(await code(await post(server.port, '/v1/open/claim', { name: 'Evil' }, evil))).toEqual([403, 'origin_refused']);
    const preflight = await fetch(`${base}/v1/open/claim`, { method: 'OPTIONS', headers: evil });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each(['/%761/open/claim', '/v%31/open/claim', '/v1/%6fpen/claim', '//v1/open/claim', '/./v1/open/claim'])(
    'do not slip in by %s',
    async (path) => {
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nConnection: close\r\n`;
      const body = JSON.stringify({ name: 'Evil' });
      const type = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      expect(await raw(`${head}${type}${body}`)).toMatch(/^HTTP\/1.1 40[34] .*"(origin_refused|not_found)"/s);
    },
  );

  test('that are allowed are told so', async () => {
    const headers = { origin: 'https://app.example' };
    const preflight = await fetch(`${base}/v1/open/claim`, { method: 'OPTIONS', headers });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, 'https://app.example']);
    const claimed = await post(server.port, '/v1/open/claim', { name: 'From an app' }, headers);
    expect([claimed.status, claimed.headers.get('access-control-allow-origin')]).toEqual([200, 'https://app.example']);
    expect((await post(server.port, '/v1/open/claim', { name: 'From an app' }, headers)).headers.get('vary')).toBe('origin');
  });

  test('of this machine may use a server that only this machine reaches', async () => {
    const headers = { origin: 'http://localhost:3000' };
    const claimed = await post(server.port, '/v1/open/claim', { name: 'Of a page in development' }, headers);
    expect([claimed.status, claimed.headers.get('access-control-allow-origin')]).toEqual([200, headers.origin]);
    const open = await startServer({ open: true });
    const refused = await post(open.port, '/v1/open/claim', { name: 'Anybody' }, headers);
    await open.stop();
    expect(await code(refused)).toEqual([403, 'origin_refused']);
  });

  test('do not reach this machine by a name of their own', async () => {
    const answer = await raw('GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 403 .*"forbidden"/s);
  });
});

describe('listening', () => {
  test('on localhost is on both of its addresses', async () => {
    expect((await fetch(`http://[::1]:${server.port}/healthz`)).status).toBe(200);
  });

  test('on a port in use ends in one sentence', async () => {
    const start = startServer({ port: server.port });
    await expect(start).rejects.toThrow(StartError);
    await expect(start).rejects.toThrow(`Port ${server.port} is already in use. Choose another one with --port.`);
  });

  test('in the local network is over HTTPS, and a browser that tries HTTP is sent there', async () => {
    const lan = await startServer({ lan: true, dataDir: join(folder, 'lan') });
    expect(lan.urls.every((url) => url.startsWith('https://'))).toBe(true);
    const status = await new Promise((resolve, reject) => {
      httpsRequest({ host: '127.0.0.1', port: lan.port, path: '/healthz', rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    const socket = new WebSocket(`wss://127.0.0.1:${lan.port}/v1/ws`, 'offhook.1', { rejectUnauthorized: false });
    await once(socket, 'open');
    socket.terminate();
    const redirect = await fetch(`http://127.0.0.1:${lan.port}/?new`, { redirect: 'manual' });
    expect([redirect.status, redirect.headers.get('location')]).toEqual([308, `https://127.0.0.1:${lan.port}/?new`]);
    await lan.stop();
  });
});

function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}
