/** What every adapter of the Push port does with the answers of whoever it pushes by, over real HTTP. */
import { createECDH } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Poster } from '../../packages/server/src/push/post.ts';
import { Relay } from '../../packages/server/src/push/relay.ts';
import { makePrivateKey, vapidKeys } from '../../packages/server/src/push/vapid.ts';
import { WebPush } from '../../packages/server/src/push/web-push.ts';
import { publicLookup } from '../../packages/server/src/ports/public-internet.ts';
import type { Push, StoredPush } from '../../packages/server/src/ports/push.ts';
import { signedHeaders, signingKey } from '../../packages/server/src/ports/signature.ts';
import { SystemClock } from '../../packages/server/src/system/clock.ts';
import { SystemHash } from '../../packages/server/src/system/hash.ts';

const relaySecret = 'a secret of the relay';
const browser = createECDH('prime256v1');
const keys = { p256dh: browser.generateKeys('base64url'), auth: 'AAAAAAAAAAAAAAAAAAAAAA' };
const message = { body: JSON.stringify({ notification: { title: 'Anna' } }), ttlMs: 1_500, topic: 'topic' };

const webPush = (allowed: readonly string[]): Push =>
  new WebPush({ keys: vapidKeys(makePrivateKey()), contact: () => 'mailto:ops@example.com', allowed });

const adapters = [
  {
    name: 'web push',
    make: (trusted: string): Push => webPush([trusted]),
    to: (origin: string): StoredPush => ({ device: 'd', user: 'bo', provider: 'web', endpoint: `${origin}/x`, keys, at: 1 }),
  },
  {
    name: 'relay',
    make: (origin: string): Push =>
      new Relay({ url: `${origin}/relay`, secret: relaySecret, clock: new SystemClock(), hash: new SystemHash('key') }),
    to: (): StoredPush => ({ device: 'd', user: 'bo', provider: 'fcm', endpoint: 'a token', at: 1 }),
  },
];

interface Heard {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly url: string;
}

let server: Server;
let origin: string;
let heard: Heard[];
let status: number;
let headers: Record<string, string>;
let answerBytes: number;
let isSilent: boolean;

beforeEach(async () => {
  [heard, status, headers, answerBytes, isSilent] = [[], 201, {}, 0, false];
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      heard.push({ headers: request.headers, body: Buffer.concat(parts).toString(), url: request.url ?? '' });
      if (!isSilent) response.writeHead(status, headers).end('x'.repeat(answerBytes));
    });
    response.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe.each(adapters)('push by $name', ({ make, to }) => {
  let push: Push;
  beforeEach(() => {
    push = make(origin);
  });
  afterEach(() => push.close());

  it.each([
    [200, {}, 'sent'],
    [201, {}, 'sent'],
    [204, {}, 'sent'],
    [302, { location: '/elsewhere' }, 'failed'],
    [400, {}, 'failed'],
    [403, {}, 'failed'],
    [404, {}, 'gone'],
    [410, {}, 'gone'],
    [413, {}, 'failed'],
    [429, { 'retry-after': '7' }, { retryMs: 7_000 }],
    [429, {}, { retryMs: 1_000 }],
    [503, { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }, { retryMs: 1_000 }],
    [500, {}, { retryMs: 1_000 }],
  ] as const)('%i %j: %j', async (answer, more, outcome) => {
    [status, headers] = [answer, { ...more }];
    expect(await push.send(to(origin), message)).toEqual(outcome);
    // Led elsewhere, it does not go there.
    expect(heard).toHaveLength(1);
  });

  it('follows no redirect, wherever it leads', async () => {
    const inside = createServer((_, response) => response.end());
    inside.listen(0, '127.0.0.1');
    await once(inside, 'listening');
    let connections = 0;
    inside.on('connection', () => (connections += 1));
    const { port } = inside.address() as AddressInfo;
    headers = { location: `http://127.0.0.1:${port}/secret` };
    for (status of [301, 302, 303, 307, 308]) expect(await push.send(to(origin), message)).toBe('failed');
    expect(connections).toBe(0);
    inside.close();
  });

  it('does not read an answer that has no end', async () => {
    answerBytes = 10_000_000;
    expect(await push.send(to(origin), message)).toBe('sent');
    expect(await push.send(to(origin), message)).toBe('sent');
  });

  it('may be tried again where nobody answers', async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    expect(await push.send(to(origin), message)).toEqual({ retryMs: 1_000 });
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  it('breaks off when it is closed', async () => {
    isSilent = true;
    const sending = push.send(to(origin), message);
    await expect.poll(() => heard.length).toBe(1);
    await push.close();
    expect(await sending).toEqual({ retryMs: 1_000 });
  });
});

describe('web push', () => {
  it('does not connect where a name leads into this machine', async () => {
    let connections = 0;
    server.on('connection', () => (connections += 1));
    const poster = new Poster();
    const { port } = server.address() as AddressInfo;
    for (const name of ['localhost', 'localhost.', 'LOCALHOST']) {
      const url = new URL(`https://${name}:${port}/x`);
      expect(await poster.post({ url, headers: {}, body: '', lookup: publicLookup })).not.toBe('sent');
    }
    expect(connections).toBe(0);
    poster.close();
  });

  it.each([
    ['over http', (): string => `${origin}/x`],
    ['to an address of this machine', (): string => origin.replace('http:', 'https:')],
    ['to a name of this machine', (): string => origin.replace('http:', 'https:').replace('127.0.0.1', 'localhost')],
  ])('goes nowhere %s', async (_, endpoint) => {
    const push = webPush([]);
    let connections = 0;
    server.on('connection', () => (connections += 1));
    const stored: StoredPush = { device: 'd', user: 'bo', provider: 'web', endpoint: endpoint(), keys, at: 1 };
    expect(await push.send(stored, message)).toBe('failed');
    expect(connections).toBe(0);
    await push.close();
  });

  it('fails with keys that are none', async () => {
    const push = webPush([origin]);
    const stored: StoredPush = { device: 'd', user: 'bo', provider: 'web', endpoint: `${origin}/x`, at: 1 };
    expect(await push.send(stored, message)).toBe('failed');
    expect(await push.send({ ...stored, keys: { p256dh: 'x', auth: 'y' } }, message)).toBe('failed');
    expect(heard).toEqual([]);
    await push.close();
  });
});

it('a relay is told what to push, and by whom', async () => {
  const relay = new Relay({
    url: `${origin}/relay`,
    secret: relaySecret,
    clock: new SystemClock(),
    hash: new SystemHash('key'),
  });
  const stored: StoredPush = { device: 'd', user: 'bo', provider: 'fcm', endpoint: 'a token', at: 1 };
  await relay.send(stored, message);
  const [{ headers: said, body, url } = { headers: {}, body: '', url: '' }] = heard;
  expect(url).toBe('/relay');
  expect(JSON.parse(body)).toEqual({
    provider: 'fcm',
    token: 'a token',
    user: 'bo',
    device: 'd',
    ttl: 2,
    topic: 'topic',
    message: { notification: { title: 'Anna' } },
  });
  const id = String(said['webhook-id']);
  const signed = signedHeaders([signingKey(relaySecret)], { id, timestamp: Number(said['webhook-timestamp']), body });
  expect(said['webhook-signature']).toBe(signed['webhook-signature']);
  await relay.close();
});
