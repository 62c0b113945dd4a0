import { webhookLimits } from '@offhook/core';
import type { Webhook } from '@offhook/core';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ManualClock } from '../engine/engine.fixture.ts';
import { signedHeaders, signingKey } from '../ports/signature.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory.ts';
import { SystemRandom } from '../system/random.ts';
import { webhooks } from './delivery.ts';
import { openWebhooks } from './open.ts';
import type { WebhookDesk } from './desk.ts';

interface Post {
  readonly event: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Receiver {
  readonly origin: string;
  readonly url: string;
  readonly posts: Post[];
  /** What it does with a post; 200 at once if nothing else is said. */
  answer: (response: ServerResponse) => void;
}

const clock = new ManualClock();
const disk = { current: new MemoryDisk() };
let store: MemoryStore;
let desk: WebhookDesk;
let gauges: Map<string, () => number>;
let allow: string[];

beforeEach(() => {
  disk.current = new MemoryDisk();
  allow = [];
  gauges = new Map();
});
afterEach(() => desk.close());

async function receiver(): Promise<Receiver> {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      posts.push({ event: (JSON.parse(body) as { event: string }).event, headers: request.headers, body });
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
  allow.push(origin);
  return made;
}

/** As a server does that starts. */
async function open(settings: { webhookUrl?: string; webhookSecret?: string; webhookSecretNext?: string } = {}): Promise<void> {
  store = new MemoryStore({ disk: disk.current });
  desk = await openWebhooks(
    { webhookUrl: undefined, webhookSecret: undefined, webhookSecretNext: undefined, ...settings, webhookAllow: allow },
    {
      store,
      clock,
      random: new SystemRandom(),
      log: { info: () => {}, warn: () => {}, error: () => {} },
      metrics: { count: () => {}, observe: () => {}, counter: () => {}, gauge: (name, read) => void gauges.set(name, read) },
    },
  );
  desk.start();
}

async function happen(...events: string[]): Promise<void> {
  await store.commit(
    events.map((event) => ({
      type: 'outbox' as const,
      entry: { event, about: 'call-1', at: clock.now(), body: JSON.stringify({ event }) },
    })),
  );
  await clock.advance(webhooks.pollMs);
}

const heard = ({ posts }: Receiver): string[] => posts.map(({ event }) => event);

/** Goes on by a second at a time until a receiver has heard all of these. */
async function hears(who: Receiver, events: readonly string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      await clock.advance(1_000);
      expect(heard(who).slice(-events.length)).toEqual(events);
    },
    { timeout: 20_000, interval: 1 },
  );
}

/** Goes on by half a day, minute by minute: it is looked for something new five times a second, by each. */
async function passHalfADay(): Promise<void> {
  for (let minutes = 0; minutes < 12 * 60; minutes += 1) await clock.jump(60_000);
}

async function make(who: Receiver, more: object = {}): Promise<Webhook & { readonly secret: string }> {
  const { webhook, secret } = await desk.create(`id-${who.origin.slice(-5)}`, { url: who.url, ...more });
  return { ...webhook, secret };
}

const signatures = ({ headers, body }: Post, ...secrets: string[]): string[] =>
  secrets.map((secret) => {
    const message = { id: String(headers['webhook-id']), timestamp: Number(headers['webhook-timestamp']), body };
    return String(signedHeaders([signingKey(secret)], message)['webhook-signature']);
  });

describe('WebhookDesk', () => {
  it('tells each what it gets, signed for it alone, whatever becomes of the others', async () => {
    const [all, some, hanging, failing] = [await receiver(), await receiver(), await receiver(), await receiver()];
    hanging.answer = () => {};
    failing.answer = (response) => response.writeHead(500).end();
    await open();
    const { secret } = await make(all);
    await make(some, { events: ['call.ended'] });
    await make(hanging);
    await make(failing);
    await happen('call.ringing', 'call.accepted', 'call.ended');
    await hears(all, ['call.ringing', 'call.accepted', 'call.ended']);
    await hears(some, ['call.ended']);
    expect(all.posts[0]?.headers['webhook-signature']).toBe(signatures(all.posts[0]!, secret)[0]);
    expect(some.posts[0]?.headers['webhook-signature']).not.toBe(signatures(some.posts[0]!, secret)[0]);

    // Half a day later nothing was lost, and nobody had to wait.
    await passHalfADay();
    await happen('call.placed');
    await hears(all, ['call.ended', 'call.placed']);
    expect([new Set(heard(hanging)), new Set(heard(failing))]).toEqual([new Set(['call.ringing']), new Set(['call.ringing'])]);
    expect(heard(all)).toHaveLength(4);
    for (const one of [hanging, failing]) one.answer = (response) => response.end();
    await passHalfADay();
    for (const one of [hanging, failing]) await hears(one, ['call.ringing', 'call.accepted', 'call.ended', 'call.placed']);
    expect(heard(all)).toHaveLength(4);
  });

  it('counts those who take nothing', async () => {
    const [good, bad] = [await receiver(), await receiver()];
    bad.answer = (response) => response.writeHead(500).end();
    await open();
    await make(good);
    await make(bad);
    for (let n = 0; n < webhooks.parallel; n += 1)
      await store.commit([{ type: 'outbox', entry: { event: 'a', about: `call-${n}`, at: 0, body: '{"event":"a"}' } }]);
    await hears(
      good,
      Array.from({ length: webhooks.parallel }, () => 'a'),
    );
    await vi.waitFor(() => expect(gauges.get('webhook_receivers_failing')?.()).toBe(1), { timeout: 20_000 });
    expect(gauges.get('webhook_receivers')?.()).toBe(2);
    expect(gauges.get('webhooks_waiting')?.()).toBe(webhooks.parallel);
  });

  it('lets what happens wait for one that is paused, also over a restart', async () => {
    const one = await receiver();
    await open();
    const { webhook } = await make(one, { description: 'The shop' });
    expect(await desk.change(webhook, { paused: true })).toMatchObject({ paused: true, description: 'The shop' });
    await happen('a', 'b');
    await clock.advance(60_000);
    await desk.close();
    await open();
    await clock.advance(60_000);
    expect([one.posts, desk.get(webhook).paused]).toEqual([[], true]);
    await desk.change(webhook, { paused: false, description: null });
    await hears(one, ['a', 'b']);
    expect(desk.get(webhook)).not.toHaveProperty('description');
  });

  it('posts elsewhere from a change on, at once what had failed', async () => {
    const [before, after] = [await receiver(), await receiver()];
    before.answer = (response) => response.writeHead(500).end();
    await open();
    const { webhook } = await make(before, { events: ['a'] });
    await happen('a', 'b');
    await vi.waitFor(() => expect(before.posts).toHaveLength(1), { timeout: 20_000 });
    await desk.change(webhook, { url: after.url, events: null });
    await vi.waitFor(() => expect(heard(after)).toEqual(['a']), { timeout: 20_000 });
    await happen('b');
    await hears(after, ['a', 'b']);
  });

  it('signs with the secret before as well while one is replaced, and then no longer', async () => {
    const one = await receiver();
    await open();
    const { webhook, secret } = await make(one);
    const rotated = await desk.rotate(webhook, { overlapMs: 3_600_000 });
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.webhook.rotatesUntil).toBe(clock.now() + 3_600_000);
    await happen('a');
    await hears(one, ['a']);
    expect(one.posts[0]?.headers['webhook-signature']).toBe(signatures(one.posts[0]!, rotated.secret, secret).join(' '));
    await clock.advance(3_600_000);
    await happen('b');
    await hears(one, ['b']);
    expect(one.posts.at(-1)?.headers['webhook-signature']).toBe(signatures(one.posts.at(-1)!, rotated.secret)[0]);
    expect(desk.get(webhook)).not.toHaveProperty('rotatesUntil');
    // Asked twice, as an answer was lost: the receiver still knows the one before.
    const lost = await desk.rotate(webhook, { overlapMs: 60_000 });
    const kept = await desk.rotate(webhook, { overlapMs: 60_000 });
    await happen('b');
    await hears(one, ['b', 'b']);
    const all = [kept.secret, lost.secret, rotated.secret];
    expect(one.posts.at(-1)?.headers['webhook-signature']).toBe(signatures(one.posts.at(-1)!, ...all).join(' '));
    const last = await desk.rotate(webhook, { overlapMs: 0 });
    await happen('c');
    await hears(one, ['c']);
    expect(one.posts.at(-1)?.headers['webhook-signature']).toBe(signatures(one.posts.at(-1)!, last.secret)[0]);
  });

  it('shows the one in the settings, changes nothing of it, and forgets it with them', async () => {
    const [configured, other] = [await receiver(), await receiver()];
    const url = configured.url.replace('http://', 'http://us:them@');
    await open({ webhookUrl: url, webhookSecret: 'one', webhookSecretNext: 'next' });
    await make(other);
    expect(desk.list()).toMatchObject([{ webhook: 'configured', url: configured.url }, { url: other.url }]);
    const refused = await Promise.allSettled([
      desk.change('configured', { paused: true }),
      desk.remove('configured'),
      desk.rotate('configured', {}),
    ]);
    for (const each of refused) expect(each).toMatchObject({ reason: { code: 'webhook_configured' } });
    await happen('a');
    await hears(configured, ['a']);
    await hears(other, ['a']);
    expect(configured.posts[0]?.headers['webhook-signature']).toBe(signatures(configured.posts[0]!, 'one', 'next').join(' '));
    await clock.advance(webhooks.removeMs);
    await desk.again('configured', 1, 1);
    await hears(configured, ['a', 'a']);
    expect(heard(other)).toEqual(['a']);
    await desk.close();
    await open();
    expect(desk.list().map(({ url: to }) => to)).toEqual([other.url]);
    await vi.waitFor(async () => expect(await store.webhooks()).toHaveLength(1), { timeout: 20_000 });
  });

  it('makes nothing under the id of another one', async () => {
    await open();
    const asked = { url: 'https://hooks.example/', events: ['call.ended' as const], description: 'Shop' };
    const made = await desk.create('id', asked);
    expect(await desk.create('id', asked)).toEqual(made);
    for (const other of [{ url: 'https://other.example/' }, { events: undefined }, { description: 'Bar' }])
      await expect(desk.create('id', { ...asked, ...other })).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    expect(desk.list()).toEqual([made.webhook]);
  });

  it('makes so many, and no more', async () => {
    const one = await receiver();
    await open({ webhookUrl: one.url, webhookSecret: 'one' });
    const most = webhookLimits.receivers;
    const asked = Array.from({ length: most + 1 }, (_, n) => desk.create(`id-${n}`, { url: 'https://hooks.example/' }));
    const [last] = (await Promise.allSettled(asked)).slice(-1);
    expect(last).toMatchObject({ status: 'rejected', reason: { code: 'too_many_webhooks' } });
    expect(desk.list()).toHaveLength(most + 1);
    await desk.remove('id-0');
    await expect(desk.remove('id-0')).rejects.toMatchObject({ code: 'webhook_not_found' });
    await desk.create('id-last', { url: 'https://hooks.example/' });
    await vi.waitFor(async () => expect(await store.webhooks()).toHaveLength(most + 1), { timeout: 20_000 });
  });

  it('posts nothing to what is not on the public internet, also where it may have been posted to before', async () => {
    const one = await receiver();
    await open();
    for (const [url, why] of [
      ['https://127.0.0.1/x', 'url: is not on the public internet'],
      ['https://localhost/x', 'url: is not on the public internet'],
      ['http://hooks.example/x', 'url: is no https: URL'],
      ['nothing', 'url: is no URL'],
    ] as const)
      await expect(desk.create('id', { url })).rejects.toMatchObject({ code: 'webhook_refused', detail: why });
    const { webhook } = await make(one);
    for (const url of ['https://[::1]/', 'https://hooks.localhost/x'])
      await expect(desk.change(webhook, { url })).rejects.toMatchObject({ code: 'webhook_refused' });
    expect(desk.get(webhook).url).toBe(one.url);
    allow.push('https://localhost:1');
    await desk.create('named', { url: 'https://localhost:1/x' });
    await desk.close();
    allow = [];
    await open();
    await happen('a');
    await vi.waitFor(() => expect([desk.attempts(webhook, 1), desk.attempts('named', 1)]).toEqual([1, 1]), { timeout: 20_000 });
    await clock.advance(3_600_000);
    expect(one.posts).toEqual([]);
  });

  it('forgets what waits for one that is removed', async () => {
    const one = await receiver();
    one.answer = (response) => response.writeHead(500).end();
    await open();
    const { webhook } = await make(one);
    await happen('a');
    await vi.waitFor(() => expect(one.posts).toHaveLength(1), { timeout: 20_000 });
    await desk.remove(webhook);
    await clock.advance(86_400_000);
    expect(one.posts).toHaveLength(1);
    expect(await store.outbox(webhook, 0, 10)).toEqual([]);
  });
});
