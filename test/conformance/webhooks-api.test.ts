/** Receivers of webhooks by the REST API, over a real server: each with its own events, secret, log and replay. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiError, OffhookApi, verifyWebhook, WebhookError } from '@offhook/api';
import { webhookLimits } from '@offhook/core';
import { CreatedWebhook, Webhook } from '@offhook/core/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { Config } from '../../packages/server/src/config.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { freePort } from '../browser/harness/ports.ts';
import { startServer } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const [full, reading] = [newApiKey('A'.repeat(43), digest), newApiKey('B'.repeat(43), digest, ['webhooks.read'])];

interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Receiver {
  readonly origin: string;
  readonly url: string;
  readonly posts: Post[];
  answer: (response: ServerResponse) => void;
}

async function receiver(): Promise<Receiver> {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posts.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      made.answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made: Receiver = { origin, url: `${origin}/hooks`, posts, answer: (response) => response.end() };
  return made;
}

async function start(config: Partial<Config> = {}): Promise<{ readonly server: RunningServer; readonly api: OffhookApi }> {
  const apiKeys = [full.setting, reading.setting.replace('app:', 'reader:')];
  const server = await startServer({ apiKeys, mediaPort: await freePort(), mediaWorkers: 1, ...config });
  return { server, api: new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: full.key }) };
}

async function refusal(asked: Promise<unknown>): Promise<unknown> {
  const error: unknown = await asked.then(
    (ok) => ok,
    (caught: unknown) => caught,
  );
  return error instanceof ApiError ? [error.status, error.code] : error;
}

/** What each of these is refused with, once. */
async function refusals(...asked: Promise<unknown>[]): Promise<unknown[]> {
  const each = await Promise.all(asked.map(async (one) => JSON.stringify(await refusal(one))));
  return [...new Set(each)].map((one) => JSON.parse(one) as unknown);
}

const types = ({ posts }: Receiver): string[] => posts.map(({ body }) => (JSON.parse(body) as { type: string }).type);
const heard = (who: Receiver, ...expected: string[]): Promise<void> =>
  vi.waitFor(() => expect(types(who)).toEqual(expected), { timeout: 10_000 });

test('two receivers are told what each wants to know, though one of them hangs; what it has not taken is there after a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'offhook-webhooks-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const [one, hanging, configured] = [await receiver(), await receiver(), await receiver()];
  hanging.answer = () => {};
  const settings = { dataDir, webhookAllow: [one.origin, hanging.origin], webhookUrl: configured.url, webhookSecret: 'secret' };
  const { server, api } = await start(settings);
  const made = await api.webhooks.create({
    url: one.url,
    events: ['session.started', 'session.ended'],
    description: 'The shop',
  });
  expect(CreatedWebhook.strict().parse(made).webhook).toMatchObject({ url: one.url, description: 'The shop', paused: false });
  const other = await api.webhooks.create({ url: hanging.url });
  expect(made.secret).toMatch(/^whsec_[\w+/]{43}=$/);
  expect(other.secret).not.toBe(made.secret);

  const { session } = await api.createSession({ tag: 'one' });
  await api.startRecording(session);
  await api.endSession(session);
  await heard(one, 'session.started', 'session.ended');
  await vi.waitFor(() => expect(types(configured)).toContain('recording.completed'), { timeout: 10_000 });
  expect(types(hanging)).toEqual(['session.started']);
  for (const post of one.posts) await verifyWebhook({ secret: made.secret, ...post });
  await expect(verifyWebhook({ secret: other.secret, ...one.posts[0]! })).rejects.toThrow(WebhookError);

  const { webhook } = other.webhook;
  await expect
    .poll(async () =>
      (await api.webhooks.deliveries(made.webhook.webhook, { state: 'delivered' })).deliveries.map(({ type }) => type),
    )
    .toEqual(['session.ended', 'session.started']);
  const waiting = (await api.webhooks.deliveries(webhook, { state: 'waiting' })).deliveries.map(({ type }) => type);
  expect(waiting).toEqual(types(configured).toReversed());
  await server.stop();

  hanging.answer = (response) => response.end();
  const again = await start(settings);
  onTestFinished(() => again.server.stop());
  await vi.waitFor(() => expect(types(hanging).slice(1)).toEqual(types(configured)), { timeout: 10_000 });
  expect(hanging.posts[0]?.headers['webhook-id']).toBe(hanging.posts[1]?.headers['webhook-id']);
  await verifyWebhook({ secret: other.secret, ...hanging.posts[1]! });
  expect(types(one)).toHaveLength(2);
}, 60_000);

test('a receiver is made once, seen, changed, paused and removed; its secret is shown when it is made', async () => {
  const one = await receiver();
  const { server, api } = await start({ webhookAllow: [one.origin] });
  onTestFinished(() => server.stop());
  const idempotencyKey = 'the shop';
  const made = await api.webhooks.create({ url: one.url }, { idempotencyKey });
  expect(await api.webhooks.create({ url: one.url }, { idempotencyKey })).toEqual(made);
  expect(await refusal(api.webhooks.create({ url: `${one.url}/2` }, { idempotencyKey }))).toEqual([
    422,
    'idempotency_mismatch',
  ]);
  const { webhook } = made.webhook;
  expect(await api.webhooks.get(webhook)).toEqual(made.webhook);
  expect(Webhook.strict().parse(await api.webhooks.get(webhook))).not.toHaveProperty('secret');
  expect(await api.webhooks.change(webhook, { paused: true, events: ['session.started'], description: 'ü' })).toEqual({
    ...made.webhook,
    paused: true,
    events: ['session.started'],
    description: 'ü',
  });
  const { session } = await api.createSession();
  await api.endSession(session);
  expect((await api.webhooks.deliveries(webhook)).deliveries.map(({ type, state }) => [type, state])).toEqual([
    ['session.started', 'waiting'],
  ]);
  await api.webhooks.change(webhook, { paused: false, events: null });
  await heard(one, 'session.started');
  await api.webhooks.remove(webhook);
  expect(await refusal(api.webhooks.create({ url: one.url }, { idempotencyKey }))).toEqual([404, 'webhook_not_found']);
  await api.createSession();
  expect(
    await refusals(
      api.webhooks.get(webhook),
      api.webhooks.remove(webhook),
      api.webhooks.deliveries(webhook),
      api.webhooks.rotate(webhook),
    ),
  ).toEqual([[404, 'webhook_not_found']]);
  expect(types(one)).toEqual(['session.started']);
});

test('while its secret is replaced both sign', async () => {
  const one = await receiver();
  const { server, api } = await start({ webhookAllow: [one.origin] });
  onTestFinished(() => server.stop());
  const { webhook, secret } = await api.webhooks.create({ url: one.url });
  const rotated = await api.webhooks.rotate(webhook.webhook);
  expect(rotated.webhook.rotatesUntil).toBeGreaterThan(webhook.createdAt + 86_000_000);
  await api.createSession();
  await heard(one, 'session.started');
  const [post] = one.posts;
  expect(String(post?.headers['webhook-signature']).match(/v1,/g)).toHaveLength(2);
  for (const each of [secret, rotated.secret]) await verifyWebhook({ secret: each, ...post! });
  const again = { idempotencyKey: 'the new one' };
  const last = await api.webhooks.rotate(webhook.webhook, { overlapMs: 0 }, again);
  expect(await api.webhooks.rotate(webhook.webhook, { overlapMs: 0 }, again)).toEqual(last);
  expect(await refusal(api.webhooks.rotate(webhook.webhook, {}, again))).toEqual([422, 'idempotency_mismatch']);
  await api.createSession();
  await heard(one, 'session.started', 'session.started');
  await verifyWebhook({ secret: last.secret, ...one.posts[1]! });
  await expect(verifyWebhook({ secret: rotated.secret, ...one.posts[1]! })).rejects.toThrow(WebhookError);
  expect(await refusal(api.webhooks.rotate(webhook.webhook, { overlapMs: -1 }))).toEqual([400, 'bad_message']);
});

test('one is sent once more what it had, or what was before it, and nobody else is', async () => {
  const [one, other] = [await receiver(), await receiver()];
  const { server, api } = await start({ webhookAllow: [one.origin, other.origin] });
  onTestFinished(() => server.stop());
  const { webhook } = (await api.webhooks.create({ url: one.url })).webhook;
  const { session } = await api.createSession();
  await api.endSession(session);
  await heard(one, 'session.started', 'session.ended');
  const late = (await api.webhooks.create({ url: other.url, events: ['session.started', 'call.*'] })).webhook.webhook;
  expect((await api.webhooks.deliveries(late)).deliveries).toEqual([]);
  await api.webhooks.replay(late, '1');
  await heard(other, 'session.started');
  await expect
    .poll(async () => (await api.webhooks.deliveries(webhook, { state: 'delivered' })).deliveries.map(({ id }) => id))
    .toEqual(['2', '1']);
  expect((await api.webhooks.deliveries(webhook, { limit: 1 })).next).toBe('2');
  expect(await api.webhooks.replayOne(webhook, '2')).toMatchObject({ id: '2', type: 'session.ended', about: session });
  await heard(one, 'session.started', 'session.ended', 'session.ended');
  expect(one.posts[2]?.headers['webhook-id']).toBe(one.posts[1]?.headers['webhook-id']);
  expect(types(other)).toEqual(['session.started']);
  expect(await refusal(api.webhooks.replayOne(late, '2'))).toEqual([404, 'event_not_found']);
  expect(await refusal(api.webhooks.replay(late, '99'))).toEqual([404, 'event_not_found']);
});

test('one is told all about a thing that it names, and no less when it is asked', async () => {
  const one = await receiver();
  const { server, api } = await start({ webhookAllow: [one.origin] });
  onTestFinished(() => server.stop());
  const events = ['session.*', 'call.ended'] as const;
  const { webhook } = await api.webhooks.create({ url: one.url, events: [...events] });
  expect((await api.webhooks.get(webhook.webhook)).events).toEqual(events);
  const { session } = await api.createSession();
  await api.createMeeting();
  await api.endSession(session);
  await heard(one, 'session.started', 'session.ended');
  await api.webhooks.change(webhook.webhook, { events: ['meeting.*'] });
  const { meeting } = await api.createMeeting();
  await api.cancelMeeting(meeting);
  await heard(one, 'session.started', 'session.ended', 'meeting.created', 'meeting.cancelled');
});

test('they come in pages, the one in the settings among them, which is not changed', async () => {
  const { server, api } = await start({ webhookUrl: 'http://127.0.0.1:1/', webhookSecret: 'secret' });
  onTestFinished(() => server.stop());
  const made = ['configured'];
  for (let n = 0; n < webhookLimits.receivers; n += 1)
    made.push((await api.webhooks.create({ url: `https://${n}.example/` })).webhook.webhook);
  expect(await refusal(api.webhooks.create({ url: 'https://more.example/' }))).toEqual([422, 'too_many_webhooks']);
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await api.webhooks.list({ after, limit: 6 });
    expect(page.webhooks.length).toBeLessThanOrEqual(6);
    seen.push(...page.webhooks.map(({ webhook }) => webhook));
    after = page.next;
  } while (after !== undefined);
  expect(seen.toSorted()).toEqual(made.toSorted());
  expect(await api.webhooks.get('configured')).toMatchObject({ url: 'http://127.0.0.1:1/', paused: false });
  expect(
    await refusals(
      api.webhooks.change('configured', { paused: true }),
      api.webhooks.remove('configured'),
      api.webhooks.rotate('configured'),
    ),
  ).toEqual([[409, 'webhook_configured']]);
  const looker = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: reading.key });
  expect((await looker.webhooks.list()).webhooks).toHaveLength(made.length);
  expect(await refusals(looker.webhooks.create({ url: 'https://a.example' }), looker.webhooks.remove(made[1]!))).toEqual([
    [403, 'forbidden'],
  ]);
});

test.each([
  [{ url: 'https://10.0.0.1/hooks' }, 422, 'webhook_refused'],
  [{ url: 'https://[::ffff:7f00:1]/hooks' }, 422, 'webhook_refused'],
  [{ url: 'http://169.254.169.254/latest' }, 422, 'webhook_refused'],
  [{ url: 'http://hooks.example/' }, 422, 'webhook_refused'],
  [{ url: 'https://anna:pass@hooks.example/' }, 422, 'webhook_refused'],
  [{ url: 'hooks' }, 422, 'webhook_refused'],
  [{ url: `https://hooks.example/${'x'.repeat(2_000)}` }, 400, 'bad_message'],
  [{ url: 'https://hooks.example/', events: ['call.exploded'] }, 400, 'bad_message'],
  [{ url: 'https://hooks.example/', events: [] }, 400, 'bad_message'],
  [{ url: 'https://hooks.example/', events: ['*'] }, 400, 'bad_message'],
  [{ url: 'https://hooks.example/', events: ['calls.*'] }, 400, 'bad_message'],
  [{ url: 'https://hooks.example/', events: ['call*'] }, 400, 'bad_message'],
  [{ url: 'https://hooks.example/', events: ['call.e*'] }, 400, 'bad_message'],
  [{ url: 'https://hooks.example/', events: ['call.ended.*'] }, 400, 'bad_message'],
  [{ url: 'https://hooks.example/', events: ['*.ended'] }, 400, 'bad_message'],
  [{ url: 'https://hooks.example/', secret: 'mine' }, 400, 'bad_message'],
  [{}, 400, 'bad_message'],
])('%j is refused, and nothing is made', async (creation, status, code) => {
  const { server, api } = await start();
  onTestFinished(() => server.stop());
  expect(await refusal(api.webhooks.create(creation as never))).toEqual([status, code]);
  const { webhook } = (await api.webhooks.create({ url: 'https://hooks.example/' })).webhook;
  const change = 'url' in creation ? creation : { url: 5 };
  expect(await refusal(api.webhooks.change(webhook, change as never))).toEqual([status, code]);
  expect((await api.webhooks.list()).webhooks).toMatchObject([{ webhook, url: 'https://hooks.example/' }]);
});
