import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventsMissedError, OffhookApi } from '@offhook/api';
import { EventPattern } from '@offhook/core/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { freePort } from '../browser/harness/ports.ts';
import { answer, audio, callId, claim, offer, startServer, Wire } from '../support/wire.ts';

interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const key = Buffer.from('0123456789abcdef0123456789abcdef');

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');

/** A receiver that keeps what it is sent. */
async function receiver(): Promise<{ readonly url: string; readonly posts: Post[] }> {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posts.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, posts };
}

/** As a receiver checks it that has read the specification of Standard Webhooks. */
async function isGenuine({ headers, body }: Post): Promise<boolean> {
  const [version, signature = ''] = String(headers['webhook-signature']).split(',');
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', key, hmac, false, ['verify']);
  const signed = new TextEncoder().encode([headers['webhook-id'], headers['webhook-timestamp'], body].join('.'));
  return version === 'v1' && crypto.subtle.verify(hmac, imported, Buffer.from(signature, 'base64'), signed);
}

test('each step of a call is told to the webhook, in order, signed and once', async () => {
  const { url, posts } = await receiver();
  const server = await startServer({ webhookUrl: url, webhookSecret: `whsec_${key.toString('base64')}` });
  onTestFinished(() => server.stop());
  const [anna, bo] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo')]);
  const caller = await Wire.signIn(server.port, anna);
  const callee = await Wire.signIn(server.port, bo);
  const call = callId();
  await caller.request({ type: 'invite', call, to: 'bo', media: audio, offer });
  await callee.request({ type: 'accept', call, epoch: 1, answer });
  for (const side of [caller, callee]) side.send({ type: 'media', call, epoch: 1, state: 'connected' });
  await callee.request({ type: 'hangup', call });

  await vi.waitFor(() => expect(posts).toHaveLength(4), { timeout: 5_000 });
  const events = posts.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });
  expect(events.map(({ type }) => type)).toEqual(['call.ringing', 'call.accepted', 'call.connected', 'call.ended']);
  for (const { data } of events) expect(data).toMatchObject({ call, caller: { address: 'anna' }, callee: { address: 'bo' } });
  expect(events[3]?.data).toMatchObject({ cause: 'hangup', media: audio });
  for (const post of posts) expect(await isGenuine(post)).toBe(true);
  expect(new Set(posts.map(({ headers }) => headers['webhook-id'])).size).toBe(4);
});

test('what could not be delivered is delivered after a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'offhook-webhooks-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const { url, posts } = await receiver();
  const unreachable = await startServer({ dataDir, webhookUrl: 'http://127.0.0.1:1/', webhookSecret: 'secret' });
  const [anna, bo] = await Promise.all([claim(unreachable.port, 'Anna'), claim(unreachable.port, 'Bo')]);
  const caller = await Wire.signIn(unreachable.port, anna);
  await Wire.signIn(unreachable.port, bo);
  const call = callId();
  await caller.request({ type: 'invite', call, to: 'bo', media: audio, offer });
  await caller.request({ type: 'hangup', call });
  await unreachable.stop();

  const server = await startServer({ dataDir, webhookUrl: url, webhookSecret: 'secret' });
  onTestFinished(() => server.stop());
  await vi.waitFor(() => expect(posts).toHaveLength(2), { timeout: 5_000 });
  expect(posts.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual(['call.ringing', 'call.ended']);
});

test('a session is told to the webhook and to whoever listens, and may be told once more', async () => {
  const { key: apiKey, setting } = newApiKey('C'.repeat(43), digest);
  const { url, posts } = await receiver();
  const server = await startServer({
    webhookUrl: url,
    webhookSecret: 'secret',
    apiKeys: [setting],
    mediaPort: await freePort(),
  });
  onTestFinished(() => server.stop());
  const api = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: apiKey });
  const { session } = await api.createSession({ access: 'open', tag: 'Lesson 5' });
  const anna = await Wire.signIn(server.port, await claim(server.port, 'Anna'));
  await anna.request({ type: 'session_join', session });
  await api.endSession(session);

  await vi.waitFor(() => expect(posts).toHaveLength(4), { timeout: 5_000 });
  const types = ['session.started', 'participant.joined', 'participant.left', 'session.ended'];
  const events = posts.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });
  expect(events.map(({ type }) => type)).toEqual(types);
  expect(events[1]?.data).toMatchObject({ session, tag: 'Lesson 5', participant: { user: { address: 'anna' } } });
  expect(events[3]?.data).toMatchObject({ session, cause: 'ended' });

  const heard: string[] = [];
  const gone = new AbortController();
  for await (const { id, type } of api.listen({ after: '1', signal: gone.signal })) {
    heard.push(`${id} ${type}`);
    if (heard.length === 3) gone.abort();
  }
  expect(heard).toEqual(types.slice(1).map((type, at) => `${at + 2} ${type}`));

  // What was delivered is noted once a second.
  const delivered = async (): Promise<string[]> =>
    (await api.webhooks.deliveries('configured', { state: 'delivered' })).deliveries.map(({ type }) => type);
  await expect.poll(delivered).toEqual(types.toReversed());
  expect((await api.webhooks.deliveries('configured', { limit: 3 })).next).toBe('2');
  await api.webhooks.replay('configured', '3');
  await vi.waitFor(() => expect(posts).toHaveLength(6), { timeout: 5_000 });
  expect(posts[4]?.headers['webhook-id']).toBe(posts[2]?.headers['webhook-id']);
  expect((await api.webhooks.replayOne('configured', '1')).type).toBe('session.started');
  await vi.waitFor(() => expect(posts).toHaveLength(7), { timeout: 5_000 });
  await expect(api.webhooks.replayOne('configured', '99')).rejects.toMatchObject({ code: 'event_not_found' });
  await expect(api.webhooks.replayOne('configured', '0x1')).rejects.toMatchObject({ code: 'bad_message' });
});

/** What the feed says first, up to what is looked for. */
async function feed(response: Response, wanted: string): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(wanted)) break;
  }
  return text;
}

const ids = (text: string): string[] => [...text.matchAll(/^id: (\d+)\nevent/gm)].map(([, id]) => id ?? '');

test('whoever cannot set a header says in the address behind which event they go on; who comes back by the header goes on behind that', async () => {
  const { key: apiKey, setting } = newApiKey('D'.repeat(43), digest);
  const server = await startServer({ apiKeys: [setting], mediaPort: await freePort() });
  onTestFinished(() => server.stop());
  const api = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: apiKey });
  for (const tag of ['one', 'two', 'three']) await api.createSession({ tag });
  const ask = (query: string, headers = {}, method = 'GET'): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}/v1/events${query}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...headers },
    });
  expect(ids(await feed(await ask('?after=1'), '"three"'))).toEqual(['2', '3']);
  expect(ids(await feed(await ask('?after=1', { 'last-event-id': '2' }), '"three"'))).toEqual(['3']);
  expect((await ask('?after=x')).status).toBe(400);
  for (const types of ['evil', 'call.ended,evil', 'evil.*', 'call*', '*']) {
    const refused = await ask(`?types=${types}`);
    const { error } = (await refused.json()) as { error: { code: string; detail: string } };
    expect([refused.status, error.code, error.detail]).toEqual([
      400,
      'bad_message',
      expect.stringMatching(/^types: there is no event/),
    ]);
  }
  await expect(api.listen({ types: ['evil'] }).next()).rejects.toMatchObject({ code: 'bad_message' });
  expect(ids(await feed(await ask(`?after=1&types=${EventPattern.options.join()}`), '"three"'))).toEqual(['2', '3']);
  expect(await feed(await ask('?after=9'), 'gap')).toContain('data: {"after":9,"first":1}');
  expect((await ask('', {}, 'HEAD')).status).toBe(404);
});

test('whoever has missed something is told what is kept, and begins there', async () => {
  const { key: apiKey, setting } = newApiKey('E'.repeat(43), digest);
  const server = await startServer({ apiKeys: [setting], mediaPort: await freePort() });
  onTestFinished(() => server.stop());
  const api = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: apiKey });
  for (const tag of ['one', 'two']) await api.createSession({ tag });
  await server.store.commit([{ type: 'events_gone', before: Date.now() + 1 }]);
  await api.createSession({ tag: 'three' });
  const next = async (after: string): Promise<string | undefined> => {
    for await (const { id } of api.listen({ after })) return id;
    return undefined;
  };
  const error: unknown = await next('1').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(EventsMissedError);
  expect(error).toMatchObject({ first: '3' });
  expect(await next('0')).toBe('3');
});

test('nothing is missed by whoever loses the feed before anything has happened, or hears only some of it', async () => {
  const asked: (string | undefined)[] = [];
  const says = ['retry: 1\nid: 5\n\n', ':\nid: 8\n\n', 'id: 9\nevent: call.ended\ndata: {"type":"call.ended"}\n\n'];
  const other = createServer((request, response) => {
    asked.push(request.headers['last-event-id'] as string | undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(says[asked.length - 1] ?? '');
    // The first is lost before anything has happened, the second one after a while in which nothing was of interest.
    if (asked.length < 3) response.end();
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    other.closeAllConnections();
    other.close();
  });
  const { port } = other.address() as AddressInfo;
  const gone = new AbortController();
  const heard: string[] = [];
  const api = new OffhookApi({ url: `http://127.0.0.1:${port}`, key: 'ohk_any' });
  for await (const { id } of api.listen({ signal: gone.signal })) {
    heard.push(id);
    gone.abort();
  }
  expect([asked, heard]).toEqual([[undefined, '5', '8'], ['9']]);
});
