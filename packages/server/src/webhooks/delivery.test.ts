import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ManualClock } from '../engine/engine.fixture.ts';
import type { LoggedEvent } from '../ports/events.ts';
import type { Write } from '../ports.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory.ts';
import { WebhookDelivery, webhooks } from './delivery.ts';
import type { WebhookDeps } from './delivery.ts';
import { signedHeaders, signingKey } from '../ports/signature.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const receiver = { id: 'one', url: '', paused: false, createdAt: 0, secret };

interface Post {
  readonly id: string;
  readonly body: string;
  readonly request: IncomingMessage;
}

/** What the receiver does with a post; 200 at once if nothing else is said. */
type Behaviour = (post: Post, response: ServerResponse) => void;

const ok: Behaviour = (_, response) => response.end();
const refuse: Behaviour = (_, response) => response.writeHead(500).end();

let server: Server;
let url: string;
let behave: Behaviour;
let posts: Post[];
let clock: ManualClock;
let disk: MemoryDisk;
let store: MemoryStore;
let delivery: WebhookDelivery;
let logged: { event: string; fields: Readonly<Record<string, unknown>> }[];
let counts: Map<string, number>;

beforeEach(async () => {
  behave = ok;
  posts = [];
  logged = [];
  counts = new Map();
  server = createServer((request, response) => void receive(request, response));
  await listen();
  clock = new ManualClock();
  disk = new MemoryDisk();
  store = new MemoryStore({ disk });
  await store.commit([{ type: 'webhook', webhook: receiver }]);
  delivery = deliver();
});

afterEach(async () => {
  await delivery.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const post = { id: String(request.headers['webhook-id']), body: Buffer.concat(chunks).toString(), request };
  posts.push(post);
  behave(post, response);
}

async function listen(port = 0): Promise<void> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

const note = (event: string, fields: Readonly<Record<string, unknown>> = {}): void => void logged.push({ event, fields });
const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

function deliver(
  on = store,
  retryMs = webhooks.retryMs as readonly number[],
  secrets = [secret],
  more: Partial<WebhookDeps> = {},
): WebhookDelivery {
  return new WebhookDelivery({
    store: on,
    clock,
    log: { info: note, warn: note, error: note },
    metrics: { count, observe: () => {}, counter: () => {}, gauge: () => {} },
    webhook: receiver.id,
    target: () => ({ url, secrets }),
    retryMs,
    ...more,
  });
}

function commit(...events: string[]): Promise<void> {
  return store.commit(
    events.map((event): Write => {
      const [call = '', name = ''] = event.split('/');
      return { type: 'outbox', entry: { event: name, about: call, at: clock.now(), body: JSON.stringify({ event, ü: '🙂' }) } };
    }),
  );
}

/** What waits on the disk. */
const onDisk = (): LoggedEvent[] => disk.events.reads.outbox(receiver.id, 0, 1e6).slice();

const events = (): string[] => posts.map(({ body }) => (JSON.parse(body) as { event: string }).event);

/** Until the receiver has seen so many posts and what follows from them has been done. */
async function seen(count: number): Promise<void> {
  await vi.waitFor(() => expect(posts.length).toBeGreaterThanOrEqual(count), { timeout: 20_000, interval: 1 });
  await settled();
}

/** Until nothing is on its way. */
async function settled(): Promise<void> {
  await vi.waitFor(
    () => expect((counts.get('webhooks_delivered') ?? 0) + (counts.get('webhooks_failed') ?? 0)).toBe(posts.length),
    {
      timeout: 20_000,
      interval: 1,
    },
  );
}

/** Minute by minute: it is looked for something new five times a second. */
async function passADay(): Promise<void> {
  for (let minutes = 0; minutes < 24 * 60; minutes += 1) await clock.jump(60_000);
}

describe('WebhookDelivery', () => {
  it('posts what is in the outbox, signed, and takes it out', async () => {
    await commit('call-1/ringing');
    delivery.start();
    await seen(1);
    const [post] = posts;
    expect(post?.request.method).toBe('POST');
    expect(post?.request.url).toBe('/hook');
    expect(post?.request.headers['content-type']).toBe('application/json');
    expect(post?.body).toBe('{"event":"call-1/ringing","ü":"🙂"}');
    const timestamp = Number(post?.request.headers['webhook-timestamp']);
    expect(timestamp).toBe(Math.floor(clock.now() / 1_000));
    expect(post?.request.headers).toMatchObject(
      signedHeaders([signingKey(secret)], { id: 'call-1_1', timestamp, body: post?.body ?? '' }),
    );
    expect(onDisk().length).toBe(1);
    await clock.advance(webhooks.removeMs);
    expect(onDisk().length).toBe(0);
  });

  it('finds what is added later', async () => {
    delivery.start();
    await clock.advance(10_000);
    await commit('call-1/ringing');
    await clock.advance(webhooks.pollMs);
    await seen(1);
    // One look at a time, however often something was sent.
    await clock.advance(10_000);
    expect(clock.waiting).toBe(1);
  });

  it('keeps the order of each call, and lets no call wait for another', async () => {
    const held: (() => void)[] = [];
    behave = (post, response) => {
      if (post.body.includes('call-1/a')) held.push(() => response.end());
      else response.end();
    };
    await commit('call-1/a', 'call-2/a', 'call-1/b', 'call-2/b', 'call-1/c', 'call-3/a');
    delivery.start();
    await vi.waitFor(() => expect(posts).toHaveLength(4), { timeout: 20_000 });
    expect(events().toSorted()).toEqual(['call-1/a', 'call-2/a', 'call-2/b', 'call-3/a']);
    held[0]?.();
    await seen(6);
    expect(events().slice(4)).toEqual(['call-1/b', 'call-1/c']);
  });

  it('posts no more at once than the receiver may get', async () => {
    const held: (() => void)[] = [];
    behave = (_, response) => void held.push(() => response.end());
    await commit(...Array.from({ length: 300 }, (_, index) => `call-${index}/a`));
    delivery.start();
    let most = 0;
    for (let answered = 0; answered < 300; answered += 1) {
      const expected = Math.min(300, answered + webhooks.parallel);
      await vi.waitFor(() => expect(posts).toHaveLength(expected), { timeout: 20_000, interval: 1 });
      most = Math.max(most, held.length);
      held.shift()?.();
    }
    expect(most).toBe(webhooks.parallel);
    await settled();
  });

  it.each<[string, Behaviour]>([
    ['an error', refuse],
    ['a refusal', (_, response) => response.writeHead(410).end('gone')],
    ['a redirect', (_, response) => response.writeHead(307, { location: '/elsewhere' }).end()],
    ['a closed connection', (_, response) => response.destroy()],
  ])('sends again after %s, under the same id, until it is delivered', async (_, behaviour) => {
    behave = behaviour;
    await commit('call-1/a', 'call-1/b');
    delivery.start();
    await seen(1);
    await clock.advance(webhooks.retryMs[0] - 1);
    expect(posts).toHaveLength(1);
    await clock.advance(1);
    await seen(2);
    expect(delivery.waiting).toBe(1);
    behave = ok;
    await clock.advance(webhooks.retryMs[1]);
    await seen(4);
    expect(events()).toEqual(['call-1/a', 'call-1/a', 'call-1/a', 'call-1/b']);
    expect(new Set(posts.slice(0, 3).map(({ id }) => id)).size).toBe(1);
    const times = posts.map(({ request }) => Number(request.headers['webhook-timestamp']));
    expect(times[2]).toBeGreaterThan(times[0] ?? 0);
    expect(logged.filter(({ event }) => event === 'webhook').map(({ fields }) => fields['attempt'])).toEqual([1, 2]);
  });

  it('asks for the address of a receiver once at a time, and lets no other wait for it', async () => {
    const asked: (() => void)[] = [];
    const lookup: LookupFunction = (_name, _options, callback) =>
      void asked.push(() => callback(null, [{ address: '127.0.0.1', family: 4 }]));
    const other = { ...receiver, id: 'two' };
    await store.commit([{ type: 'webhook', webhook: other }]);
    const named = url.replace('127.0.0.1', 'hooks.example');
    delivery = deliver(store, [], [secret], { target: () => ({ url: named, secrets: [secret], lookup }) });
    const second = deliver(store, [], [secret], { webhook: other.id });
    onTestFinished(() => second.close());
    delivery.start();
    second.start();
    await commit('1/a', '2/a', '3/a');
    await clock.advance(webhooks.pollMs);
    await vi.waitFor(() => expect(events()).toEqual(['1/a', '2/a', '3/a']));
    expect(asked).toHaveLength(1);
    asked[0]?.();
    await vi.waitFor(() => expect(posts).toHaveLength(6));
    expect(asked).toHaveLength(1);
  });

  it('gives a receiver only so much time', async () => {
    behave = () => {};
    await commit('call-1/a');
    delivery.start();
    await vi.waitFor(() => expect(posts).toHaveLength(1), { timeout: 20_000 });
    expect(counts.get('webhooks_failed')).toBeUndefined();
    await clock.advance(webhooks.timeoutMs);
    await settled();
    expect(logged[0]?.fields['error']).toMatch(/timeout/);
  });

  it.each<[string, Behaviour]>([
    [
      'is cut off',
      (_, response) => void response.writeHead(200, { 'content-length': 10 }).write('x', () => response.destroy()),
    ],
    ['never ends', (_, response) => void response.writeHead(200).write('x')],
  ])('takes the status for what it says, also where the rest of the answer %s', async (_, behaviour) => {
    behave = behaviour;
    await commit('call-1/a', 'call-1/b');
    delivery.start();
    for (const count of [1, 2]) {
      await vi.waitFor(() => expect(posts.length).toBeGreaterThanOrEqual(count), { timeout: 20_000 });
      await vi.waitFor(
        async () => {
          await clock.advance(webhooks.answerMs);
          expect(counts.get('webhooks_delivered')).toBeGreaterThanOrEqual(count);
        },
        { timeout: 20_000 },
      );
    }
    await clock.advance(webhooks.removeMs);
    expect((await store.deliveries(receiver.id, Infinity, 10, 'delivered')).map(({ event }) => event)).toEqual(['b', 'a']);
    expect(counts.get('webhooks_failed')).toBeUndefined();
  });

  it('lets nothing wait for a thing whose news are refused but what is about it', async () => {
    behave = (post, response) => response.writeHead(post.body.includes('poison') ? 500 : 200).end();
    const many = Array.from({ length: webhooks.window + 500 }, (_, n) => `poison/${n}`);
    await commit(...many);
    delivery.start();
    await seen(1);
    await commit('call-1/a', 'poison/last', 'call-1/b');
    await clock.advance(webhooks.pollMs);
    await seen(3);
    expect(events().slice(1)).toEqual(['call-1/a', 'call-1/b']);
    expect(delivery.waiting).toBe(1);

    behave = ok;
    const from = posts.length;
    for (let rounds = 0; rounds < 10_000 && !events().includes('poison/last'); rounds += 1) {
      await clock.advance(1_000);
      await settled();
    }
    expect(events().slice(from)).toEqual([...many, 'poison/last']);
  }, 60_000);

  it('reads a long answer only so far', async () => {
    let written = 0;
    behave = (_, response) => {
      const write = (): void => {
        while (!response.destroyed && written < 1e9) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', write);
        }
      };
      write();
    };
    await commit('call-1/a');
    delivery.start();
    await seen(1);
    expect(counts.get('webhooks_delivered')).toBe(1);
    expect(written).toBeLessThan(100e6);
  });

  it('gives up an entry after its last attempt, and goes on with those behind it', async () => {
    expect(webhooks.retryMs.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(2 * 86_400_000);
    const retryMs = [100, 1_000, 2_000];
    delivery = deliver(store, retryMs);
    behave = (post, response) => response.writeHead(post.body.includes('poison') ? 400 : 200).end();
    await commit('call-1/poison', 'call-1/b', 'call-2/a');
    delivery.start();
    await seen(2);
    for (const [index, wait] of retryMs.entries()) {
      await clock.advance(wait);
      await seen(3 + index);
    }
    await seen(6);
    expect(events().at(-1)).toBe('call-1/b');
    expect(logged.at(-1)).toEqual({
      event: 'webhook_dropped',
      fields: { webhook: 'one', about: 'call-1', event: 'poison', position: 1 },
    });
    expect(counts.get('webhooks_dropped')).toBe(1);
    await clock.advance(webhooks.removeMs);
    expect(onDisk().length).toBe(0);
  });

  it('asks a receiver that is down ever less often, keeps little in memory, and delivers everything once it is up', async () => {
    behave = refuse;
    const total = 2_500;
    await commit(...Array.from({ length: total }, (_, index) => `call-${index % 900}/${index}`));
    delivery.start();
    await seen(webhooks.parallel);
    const perMinute: number[] = [];
    for (let minute = 0; minute < 5; minute += 1) {
      const before = posts.length;
      for (let second = 0; second < 60; second += 1) {
        await clock.advance(1_000);
        await settled();
      }
      perMinute.push(posts.length - before);
    }
    expect(perMinute[0]).toBeLessThan(30);
    expect(perMinute.at(-1)).toBeLessThanOrEqual(2);
    expect(delivery.waiting).toBeLessThanOrEqual(webhooks.window);
    expect(onDisk().length).toBe(total);

    behave = ok;
    const from = posts.length;
    for (let rounds = 0; rounds < 1_000 && onDisk().length > 0; rounds += 1) {
      await clock.advance(1_000);
      await settled();
    }
    expect(onDisk().length).toBe(0);
    const delivered = events().slice(from);
    expect(delivered).toHaveLength(total);
    const last = new Map<string, number>();
    for (const event of delivered) {
      const [call = '', index] = event.split('/');
      expect(Number(index)).toBeGreaterThan(last.get(call) ?? -1);
      last.set(call, Number(index));
    }
  }, 30_000);

  it('survives a receiver that is not there at all', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await commit('call-1/a');
    delivery.start();
    await vi.waitFor(() => expect(counts.get('webhooks_failed')).toBe(1), { timeout: 20_000 });
    expect(logged[0]?.fields['error']).toMatch(/ECONNREFUSED/);
    await listen(port);
    await clock.advance(webhooks.retryMs[0]);
    await vi.waitFor(() => expect(counts.get('webhooks_delivered')).toBe(1), { timeout: 20_000 });
  });

  it('goes on after a restart where it was, repeating at most what it had no time to note', async () => {
    behave = (post, response) => (post.body.includes('/held') ? undefined : response.end());
    await commit('call-1/a', 'call-2/held', 'call-2/b');
    delivery.start();
    await vi.waitFor(() => expect(posts).toHaveLength(2), { timeout: 20_000 });
    await vi.waitFor(() => expect(counts.get('webhooks_delivered')).toBe(1), { timeout: 20_000 });
    await delivery.close();
    expect(onDisk().map(({ event }) => event)).toEqual(['held', 'b']);
    expect(logged).toEqual([]);
    expect(clock.waiting).toBe(0);
    await clock.advance(60_000);
    expect(posts).toHaveLength(2);

    behave = ok;
    delivery = deliver();
    delivery.start();
    await vi.waitFor(() => expect(posts).toHaveLength(4), { timeout: 20_000 });
    expect(events().slice(2)).toEqual(['call-2/held', 'call-2/b']);
  });

  it('delivers nothing twice when the store fails for a while', async () => {
    let failing = true;
    await store.close();
    store = new MemoryStore({ disk, fails: () => failing });
    failing = false;
    await commit('call-1/a');
    failing = true;
    delivery = deliver(store);
    delivery.start();
    await seen(1);
    await clock.advance(10_000);
    expect(onDisk().length).toBe(1);
    failing = false;
    await clock.advance(webhooks.removeMs);
    expect(onDisk().length).toBe(0);
    expect(posts).toHaveLength(1);
  });

  it('delivers nothing twice that a slow store has yet to note, whatever it notes meanwhile', async () => {
    let note: (() => void) | undefined;
    class SlowStore extends MemoryStore {
      override async commit(writes: readonly Write[]): Promise<void> {
        if (note === undefined && writes.some(({ type }) => type === 'settled'))
          await new Promise<void>((resolve) => (note = resolve));
        return super.commit(writes);
      }
    }
    await store.close();
    store = new SlowStore({ disk });
    behave = (post, response) => (post.body.includes('call-1/a') ? refuse : ok)(post, response);
    await commit('call-1/a', 'call-1/b', 'call-2/a');
    delivery = deliver(store, [5_000]);
    delivery.start();
    await seen(2);
    await clock.advance(webhooks.removeMs);
    expect(note).toBeDefined();
    await commit('call-3/a');
    await clock.advance(webhooks.pollMs);
    await seen(3);
    await clock.advance(webhooks.removeMs);
    expect(onDisk().map(({ about }) => about)).toEqual(['call-1', 'call-1', 'call-2']);
    // What was left out behind it is read again, and with it all that has happened since.
    behave = ok;
    await clock.advance(5_000);
    await seen(5);
    await clock.advance(5_000);
    await settled();
    expect(events()).toEqual(['call-1/a', 'call-2/a', 'call-3/a', 'call-1/a', 'call-1/b']);
    note?.();
    await clock.advance(webhooks.removeMs);
    expect(onDisk()).toEqual([]);
  });

  it('stops when another server has taken over', async () => {
    await commit('call-1/a');
    delivery.start();
    await seen(1);
    store = new MemoryStore({ disk });
    await clock.advance(webhooks.removeMs);
    await commit('call-2/a');
    await clock.advance(60_000);
    expect(posts).toHaveLength(1);
  });

  it('closes before it was started, and twice', async () => {
    await delivery.close();
    await delivery.close();
  });

  it('sends once more what was delivered, from one on or alone, in order and as often as it is asked', async () => {
    await commit('call-1/a', 'call-1/b', 'call-2/a');
    delivery.start();
    await seen(3);
    const [first, second] = await store.events(0, 2);
    await delivery.again(first?.position ?? 0, first?.position ?? 0);
    await clock.advance(webhooks.pollMs);
    await seen(4);
    expect(events().at(-1)).toBe('call-1/a');
    expect(posts.at(-1)?.id).toBe(posts.find(({ body }) => body.includes('call-1/a'))?.id);
    await clock.advance(webhooks.removeMs);
    await delivery.again(second?.position ?? 0, Number.MAX_SAFE_INTEGER);
    await clock.advance(webhooks.pollMs);
    await seen(6);
    expect(events().slice(4).toSorted()).toEqual(['call-1/b', 'call-2/a']);
    await clock.advance(webhooks.removeMs);
    expect(await store.deliveries(receiver.id, Infinity, 10, 'delivered')).toHaveLength(3);
  });

  it('sends once more in the order in which it happened, also before what has yet to be sent', async () => {
    await commit('call-1/a', 'call-1/b');
    delivery.start();
    await seen(2);
    await clock.advance(webhooks.removeMs);
    const held: (() => void)[] = [];
    behave = (_, response) => void held.push(() => response.end());
    await commit('call-1/c', 'call-1/d', 'call-1/e');
    await clock.advance(webhooks.pollMs);
    await vi.waitFor(() => expect(posts).toHaveLength(3), { timeout: 20_000 });
    await delivery.again(1, 2);
    await clock.advance(webhooks.pollMs);
    behave = ok;
    held[0]?.();
    await seen(7);
    expect(events().slice(2)).toEqual(['c', 'a', 'b', 'd', 'e'].map((name) => `call-1/${name}`));
  });

  it('leaves alone what still waits when it is to be sent once more', async () => {
    behave = refuse;
    await commit('call-1/a');
    delivery.start();
    await seen(1);
    const [waiting] = await store.events(0, 1);
    await delivery.again(waiting?.position ?? 0, Number.MAX_SAFE_INTEGER);
    expect(delivery.attempts(waiting?.position ?? 0)).toBe(1);
    await clock.advance(webhooks.pollMs * 3);
    expect(posts).toHaveLength(1);
    behave = ok;
    await clock.advance(webhooks.retryMs[0]);
    await seen(2);
    await clock.advance(webhooks.removeMs);
    expect((await store.deliveries(receiver.id, Infinity, 1))[0]?.settled).toMatchObject({ attempts: 2 });
  });

  it('signs with each secret while one replaces the other', async () => {
    delivery = deliver(store, webhooks.retryMs, [secret, 'the next one']);
    await commit('call-1/a');
    delivery.start();
    await seen(1);
    const [post] = posts;
    const message = { id: 'call-1_1', timestamp: Math.floor(clock.now() / 1_000), body: post?.body ?? '' };
    const one = (each: string): string | undefined => signedHeaders([signingKey(each)], message)['webhook-signature'];
    expect(post?.request.headers['webhook-signature']).toBe(`${one(secret)} ${one('the next one')}`);
  });

  it('follows no redirect, wherever it leads', async () => {
    let reached = 0;
    const inside = createServer((_, response) => {
      reached += 1;
      response.end();
    });
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
    const { port } = inside.address() as AddressInfo;
    const statuses = [301, 302, 303, 307, 308];
    behave = (_, response) => {
      response.writeHead(statuses[posts.length - 1] ?? 200, { location: `http://127.0.0.1:${port}/admin` }).end();
    };
    await commit('call-1/a');
    delivery.start();
    await seen(1);
    for (const wait of webhooks.retryMs.slice(0, statuses.length)) {
      const before = posts.length;
      await clock.advance(wait);
      await seen(before + 1);
    }
    await new Promise((resolve) => inside.close(resolve));
    expect([reached, counts.get('webhooks_delivered')]).toEqual([0, 1]);
  });

  it('loses nothing while a receiver answers 500 for a day', async () => {
    behave = refuse;
    await commit('call-1/a', 'call-1/b', 'call-2/a');
    delivery.start();
    await seen(2);
    await passADay();
    expect(posts.length).toBeGreaterThan(10);
    expect(posts.length).toBeLessThan(40);
    behave = ok;
    const from = posts.length;
    await passADay();
    await seen(from + 3);
    expect(events().slice(from).toSorted()).toEqual(['call-1/a', 'call-1/b', 'call-2/a']);
  });
});
