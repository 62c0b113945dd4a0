/** The REST API as it describes itself, and what it says of people and calls, by the SDK for servers, over a real server. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { OffhookApi } from '@offhook/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allRoutes } from '../../packages/server/src/api/all.ts';
import { examples } from '../../packages/server/src/api/examples.ts';
import type { OpenApi } from '../../packages/server/src/api/openapi.ts';
import type { ApiRoute } from '../../packages/server/src/api/routes.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { audio, callId, claim, offer, startServer, Wire } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const [full, users] = [newApiKey('A'.repeat(43), digest), newApiKey('B'.repeat(43), digest, ['users.read'])];

let server: RunningServer;
let api: OffhookApi;
let document: OpenApi;
const url = (): string => `http://127.0.0.1:${server.port}`;
beforeAll(async () => {
  server = await startServer({ apiKeys: [full.setting, users.setting.replace('app:', 'directory:')] });
  api = new OffhookApi({ url: url(), key: full.key });
  document = (await (await fetch(`${url()}/v1/openapi.json`)).json()) as OpenApi;
});
afterAll(() => server.stop());

/** What has a list in it, and is said and changed as a whole. */
const saidAsAWhole = [
  '/outgoing',
  '/users/{user}/outgoing',
  '/sessions/{session}/participants/{participant}/subscriptions',
  '/sessions/{session}/participants/{participant}/rtp',
];

/** Their form is all that is asked of them here. */
const routes: readonly ApiRoute[] = allRoutes({} as never);

test('whoever has no key is told so before anything of a body is read', async () => {
  const socket = connect(server.port, '127.0.0.1');
  const head = ['PUT /v1/users/anna/voicemail/greeting HTTP/1.1', 'host: localhost', 'content-type: audio/wav'];
  socket.write([...head, 'content-length: 12000000', '', ''].join('\r\n'));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(String(answer)).toMatch(/^HTTP\/1\.1 401 /u);
});

test.each([
  ['/sessions?limit=0', /^limit: /],
  ['/sessions?size=1', /^query: .*size/],
  ['/calls?user=', /^user: /],
  ['/recordings?after=x', /^query: .*after/],
])('%s: what is wrong is said of the query', async (path, detail) => {
  const answer = await fetch(`${url()}/v1${path}`, { headers: { authorization: `Bearer ${full.key}` } });
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { error: { code: 'bad_message', detail: expect.stringMatching(detail) as string } },
  ]);
});

test.each([
  ['PUT', '/numbers/none', {}, /^number: /],
  ['GET', '/events', { 'last-event-id': 'x' }, /^Last-Event-ID: /],
  ['POST', '/sessions', { 'idempotency-key': 'x'.repeat(256) }, /^Idempotency-Key: /],
])('%s %s: what is wrong is said of the path or the header', async (method, path, headers, detail) => {
  const init = { method, ...(method !== 'GET' && { body: '{"name":"Anna"}' }) };
  const answer = await fetch(`${url()}/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${full.key}`, 'content-type': 'application/json', ...headers },
  });
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { error: { code: 'bad_message', detail: expect.stringMatching(detail) as string } },
  ]);
});

test('what is called JSON may be no body at all, where none is needed', async () => {
  const headers = { authorization: `Bearer ${full.key}`, 'content-type': 'application/json' };
  const { session } = await api.createSession({});
  const removed = await fetch(`${url()}/v1/sessions/${session}`, { method: 'DELETE', headers });
  expect(removed.status).toBe(200);
  await expect(api.getSession(session)).rejects.toMatchObject({ code: 'session_not_found' });
  const needed = await fetch(`${url()}/v1/tokens`, { method: 'POST', headers });
  expect([needed.status, await needed.json()]).toMatchObject([400, { error: { code: 'bad_message' } }]);
  for (const body of ['{', '{"__proto__":{}}', 'undefined']) {
    const wrong = await fetch(`${url()}/v1/sessions`, { method: 'POST', headers, body });
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { code: 'bad_message' } }]);
  }
});

test('an id of any length is looked for', async () => {
  for (const id of ['a'.repeat(101), 'a'.repeat(3_000), 'я'.repeat(64)]) {
    await expect(api.getSession(id)).rejects.toMatchObject({ status: 404, code: 'session_not_found' });
    await expect(api.getUser(id)).rejects.toMatchObject({ status: 404, code: 'user_not_found' });
    await expect(api.getRecording(id)).rejects.toMatchObject({ status: 404, code: 'recording_not_found' });
  }
});

describe('the description', () => {
  test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))('has %s', (_name, route) => {
    const operation = document.paths[route.path.replaceAll(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
    expect(operation).toMatchObject({ summary: route.summary, 'x-scope': route.scope });
    const names = operation?.parameters.filter((one) => one['in'] === 'path').map((one) => one['name']) ?? [];
    expect(names).toEqual([...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name));
  });

  test('has no other routes than those that answer, each under a name of its own', async () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((one) => `${one} ${path}`),
    );
    expect(described).toHaveLength(routes.length);
    const names = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId));
    expect(new Set(names).size).toBe(names.length);
    for (const { method, path } of routes) {
      const answer = await fetch(`${url()}/v1${path.replaceAll(/:\w+/g, 'x')}`, { method });
      expect([path, answer.status]).toEqual([path, 401]);
    }
  });

  test('has all the methods that its addresses take', async () => {
    const key = { authorization: `Bearer ${full.key}` };
    for (const [path, methods] of Object.entries(document.paths)) {
      const taken = Object.keys(methods).map((one) => one.toUpperCase());
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((one) => !taken.includes(one))) {
        const answer = await fetch(`${url()}/v1${path.replaceAll(/{\w+}/g, 'x')}`, { method, headers: key });
        expect([method, path, answer.status]).toEqual([method, path, 405]);
        const allowed = answer.headers.get('allow')?.split(', ') ?? [];
        expect(allowed.filter((one) => one !== 'HEAD').toSorted()).toEqual([...taken, 'OPTIONS'].toSorted());
        expect(await answer.json()).toMatchObject({ error: { code: 'method_refused' } });
      }
    }
  });

  test('gives every list in pages', () => {
    type Shape = { readonly properties?: Readonly<Record<string, { readonly type?: string }>> };
    const paged: string[] = [];
    for (const [path, { get }] of Object.entries(document.paths)) {
      const answer = get?.responses['200'] as { content?: Record<string, { schema: Shape }> } | undefined;
      const { properties = {} } = answer?.content?.['application/json']?.schema ?? {};
      const isList = Object.values(properties).some(({ type }) => type === 'array');
      if (!isList || saidAsAWhole.includes(path)) continue;
      const asked = get?.parameters.filter((one) => one['in'] === 'query').map((one) => one['name']) ?? [];
      expect([path, asked.includes('limit'), asked.includes('after') || asked.includes('before')]).toEqual([path, true, true]);
      expect([path, Object.keys(properties)]).toEqual([path, expect.arrayContaining(['next'])]);
      paged.push(path);
    }
    expect(paged).toEqual(expect.arrayContaining(['/meetings', '/meetings/{meeting}/attendees', '/users/{user}/devices']));
  });

  test('refuses a page that is none, and a size that is none, of every list', async () => {
    const key = { authorization: `Bearer ${full.key}` };
    const ask = async (path: string, query: string): Promise<unknown> => {
      const answer = await fetch(`${url()}/v1${path.replaceAll(/{\w+}/g, 'x')}?${query}`, { headers: key });
      const { error } = (await answer.json()) as { error?: { code: string } };
      return [path, query, answer.status, error?.code];
    };
    for (const [path, { get }] of Object.entries(document.paths)) {
      const asked = get?.parameters.map((one) => String(one['name'])) ?? [];
      if (!asked.includes('limit')) continue;
      const cursor = asked.includes('after') ? 'after' : 'before';
      for (const query of ['limit=0', 'limit=201', 'limit=x', `${cursor}=${'x'.repeat(600)}`, 'unknown=1'])
        expect(await ask(path, query)).toEqual([path, query, 400, 'bad_message']);
    }
  });

  test('leads nowhere that is not in it', () => {
    const schemas = Object.keys((document.components as { schemas: object }).schemas);
    const named = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(schemas).toEqual(expect.arrayContaining([...new Set(named)]));
    expect(JSON.stringify(document)).not.toContain('$defs');
    expect(named.length).toBeGreaterThan(routes.length);
  });

  test('shows an example of everything that is sent and answered, and each is what it should be', () => {
    const schemas = routes.flatMap((route) => [route.body, 'answers' in route ? route.answers : undefined]);
    for (const schema of schemas) {
      if (schema === undefined) continue;
      expect(examples.has(schema)).toBe(true);
      expect(schema.parse(examples.get(schema))).toEqual(examples.get(schema));
    }
  });

  test('is a page for people, too, which loads nothing', async () => {
    const page = await fetch(`${url()}/v1/docs`);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    const html = await page.text();
    for (const { path } of routes) expect(html).toContain(`/v1${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(html).not.toMatch(/<script|<link|<img|(?:src|href)="(?!openapi\.json"|#)/);
    // Where it leads to is there.
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => `id="${id ?? ''}"`);
    expect(targets.filter((target) => !html.includes(target))).toEqual([]);
    // Fields of bodies, parameters and answers: the name, what it holds, whether it has to be there, and what it means.
    const rows = [...html.matchAll(/<tr><th scope="row"><code>(.+?)<\/code><\/th>(.+?)<\/tr>/g)].map(
      ([, name = '', cells = '']) => [
        name,
        ...cells
          .replaceAll(/<(?!\/td)[^>]+>/g, '')
          .split('</td>')
          .slice(0, 3),
      ],
    );
    expect(rows).toContainEqual(['from', 'string', 'required', expect.stringContaining('') as string]);
    expect(rows).toContainEqual(['session (path)', 'string', 'required', '']);
    expect(rows).toContainEqual(['state', '&quot;recording&quot; | &quot;paused&quot; | &quot;ended&quot;', 'required', '']);
    expect(rows).toContainEqual(['locked', 'boolean', 'required', 'Nobody comes in who is not there.']);
    expect(rows).toContainEqual(['recordings', 'Recording[]', 'required', expect.any(String) as string]);
    expect(rows).toContainEqual(['media.audio', 'boolean', 'required', expect.any(String) as string]);
  });

  test('says of which requests the body may be left out, and those are taken without', async () => {
    const key = { authorization: `Bearer ${full.key}` };
    const { session } = await api.createSession();
    const { meeting } = await api.createMeeting();
    for (const { method, path, body, isBodyOptional = false } of routes) {
      if (body === undefined) continue;
      const operation = document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect(operation?.requestBody?.['required']).toBe(!isBodyOptional);
      const place = path.replace(':session', session).replace(':meeting', meeting).replaceAll(/:\w+/g, 'x');
      const answer = await fetch(`${url()}/v1${place}`, { method, headers: key });
      const { error } = (await answer.json()) as { error?: { code: string } };
      // There is nothing of the name, or this server does no such thing.
      if ([403, 404, 503].includes(answer.status) || error?.code.endsWith('_unavailable') === true) continue;
      expect([method, path, error?.code]).toEqual([method, path, isBodyOptional ? undefined : 'bad_message']);
    }
  });
});

describe('people and calls', () => {
  test('are seen as they are', async () => {
    const [anna, bo] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo')]);
    const [caller] = await Promise.all([Wire.signIn(server.port, anna), Wire.signIn(server.port, bo)]);
    const call = callId();
    await caller.request({ type: 'invite', call, to: 'bo', media: audio, offer });
    await caller.request({ type: 'hangup', call });
    const directory = new OffhookApi({ url: url(), key: users.key });
    const { users: found } = await directory.listUsers({ query: 'An' });
    expect(found).toMatchObject([{ address: 'anna', name: 'Anna', presence: 'online' }]);
    const first = await directory.listUsers({ limit: 1 });
    const second = await directory.listUsers({ limit: 1, after: first.next });
    expect([...first.users, ...second.users].map(({ address }) => address)).toEqual(['anna', 'bo']);
    expect(await directory.getUser('bo')).toMatchObject({ name: 'Bo' });
    expect(await directory.listDevices('bo')).toMatchObject([{ id: expect.any(String) as string }]);
    await expect(directory.getUser('nobody')).rejects.toMatchObject({ status: 404, code: 'user_not_found' });
    await expect(directory.getCall(call)).rejects.toMatchObject({ status: 403, code: 'forbidden' });
    expect((await api.listCalls('bo')).calls).toMatchObject([
      { call, role: 'callee', peer: { address: 'anna' }, missed: true },
    ]);
    expect(await api.getCall(call)).toMatchObject({
      caller: { address: 'anna' },
      callee: { address: 'bo' },
      cause: 'cancelled',
    });
    await expect(api.getCall('x')).rejects.toMatchObject({ status: 404, code: 'call_not_found' });
    await expect(api.listUsers({ limit: 1_000 })).rejects.toMatchObject({ status: 400, code: 'bad_message' });
  });
});
