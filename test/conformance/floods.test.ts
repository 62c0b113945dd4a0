import { serverLimits } from '@offhook/core';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { defaults } from '../../packages/server/src/config.ts';
import type { Config } from '../../packages/server/src/config.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { claim, startServer, Wire } from '../support/wire.ts';

async function serverWith(changed: Partial<Config['limits']>, config: Partial<Config> = {}): Promise<RunningServer> {
  const server = await startServer({ limits: { ...defaults.limits, ...changed }, ...config });
  onTestFinished(() => server.stop());
  return server;
}

/** 101 when the socket opens, else the status of the refusal. */
async function knock(port: number, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, 'offhook.1', { headers });
  onTestFinished(() => socket.terminate());
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
}

async function metric(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(new RegExp(`^offhook_${name} (.*)$`, 'm').exec(text)?.[1]);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 8_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it never held');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** When it was closed, in ms from now. */
function closing(socket: Socket, say: string | Buffer): Promise<number> {
  const begun = Date.now();
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined).resume();
  if (say.length > 0) socket.write(say);
  return new Promise((resolve) => socket.on('close', () => resolve(Date.now() - begun)));
}

describe('sockets from one network address', () => {
  test('may be open at once as many as allowed, and closed ones make room', async () => {
    const server = await serverWith({ socketsPerAddress: 3, socketBurstPerAddress: 1_000 });
    const wires = [await Wire.open(server.port), await Wire.open(server.port), await Wire.open(server.port)];
    expect(await knock(server.port)).toBe(429);
    wires[0]?.close();
    await until(async () => (await metric(server.port, 'sockets')) === 2);
    expect(await knock(server.port)).toBe(101);
  });

  test('may be opened only so fast', async () => {
    const server = await serverWith({ socketBurstPerAddress: 5, socketsPerAddressPerSecond: 1 });
    const answers = [];
    for (let n = 0; n < 7; n += 1) answers.push(await knock(server.port));
    expect(answers).toEqual([101, 101, 101, 101, 101, 429, 429]);
  });

  test('are told apart behind a trusted proxy, and only there', async () => {
    const trusting = await serverWith({ socketsPerAddress: 1 }, { trustProxy: 1 });
    expect(await knock(trusting.port, { 'x-forwarded-for': '1.1.1.1' })).toBe(101);
    expect(await knock(trusting.port, { 'x-forwarded-for': '9.9.9.9, 1.1.1.1' })).toBe(429);
    expect(await knock(trusting.port, { 'x-forwarded-for': '2.2.2.2' })).toBe(101);
    const direct = await serverWith({ socketsPerAddress: 1 });
    expect(await knock(direct.port, { 'x-forwarded-for': '1.1.1.1' })).toBe(101);
    expect(await knock(direct.port, { 'x-forwarded-for': '2.2.2.2' })).toBe(429);
  });
});

describe('connections that say nothing or only half of it', () => {
  const half = 'GET / HTTP/1.1\r\nHost: localhost\r\n';
  const halfBody = `POST /v1/open/claim HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`;
  const halfHello = Buffer.from([22, 3, 1, 2, 0]);

  test('are closed in time, at each address, with and without TLS', { timeout: 30_000 }, async () => {
    const plain = await serverWith({});
    const lan = await serverWith({}, { lan: true });
    const times = await Promise.all([
      ...['127.0.0.1', '::1'].flatMap((host) => ['', half, halfBody].map((say) => closing(connect(plain.port, host), say))),
      ...['', half, halfBody, halfHello].map((say) => closing(connect(lan.port, '127.0.0.1'), say)),
      ...['', half, halfBody].map((say) =>
        closing(connectTls({ port: lan.port, host: '127.0.0.1', rejectUnauthorized: false }), say),
      ),
    ]);
    expect(Math.max(...times)).toBeLessThan(serverLimits.requestMs + 3_000);
  });

  test('are as many from one network address as allowed, unless a proxy counts', async () => {
    const direct = await serverWith({ socketsPerAddress: 2 });
    const proxied = await serverWith({ socketsPerAddress: 2 }, { trustProxy: 1 });
    const allowed = serverLimits.connectionsPerAddress + 2;
    for (const { port } of [direct, proxied]) {
      const sockets = Array.from({ length: allowed + 5 }, () => connect(port, '127.0.0.1'));
      let refused = 0;
      for (const socket of sockets) void closing(socket, '').then(() => (refused += 1));
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
      if (port === proxied.port) expect(await knock(port, { 'x-forwarded-for': '1.1.1.1' })).toBe(101);
      else await until(() => refused === 5);
      for (const socket of sockets) socket.destroy();
    }
    await until(() =>
      fetch(`http://127.0.0.1:${direct.port}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });
});

describe('a socket is refused', () => {
  test.each([
    ['to a page of another origin', { origin: 'https://evil.example' }, 403],
    ['at a name that is not of this machine', { host: 'evil.example' }, 403],
  ])('%s', async (_, headers, status) => {
    const server = await serverWith({});
    expect(await knock(server.port, headers)).toBe(status);
    expect(await knock(server.port, { origin: `http://127.0.0.1:${server.port}` })).toBe(101);
  });

  test('at another path', async () => {
    const server = await serverWith({});
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/v2/ws`, 'offhook.1');
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toMatch(/404/);
  });
});

test('a socket that does not answer its close is cut', async () => {
  const server = await serverWith({});
  const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: offhook.1';
  socket.write(`GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`);
  await once(socket, 'data');
  const begun = Date.now();
  // A masked frame with no JSON in it (RFC 6455 §5.2), which the server answers by its close.
  socket.write(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x7b]));
  socket.resume();
  await once(socket, 'close');
  expect(Date.now() - begun).toBeLessThan(serverLimits.closeMs + 2_000);
});

test('a reader that takes nothing is closed with a reason, and costs a bounded amount of memory', async () => {
  const server = await serverWith({ messagesPerSecond: 1e6, messageBurst: 1e6 });
  const [anna, bo] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo')]);
  const fast = await Wire.signIn(server.port, anna);
  const slow = await Wire.signIn(server.port, bo);
  slow.socket.pause();
  const data = 'x'.repeat(32_000);
  let sent = 0;
  while (!fast.received.some(({ error }) => error?.code === 'not_delivered')) {
    fast.send({ type: 'acme.flood', to: { user: 'bo' }, data });
    sent += 1;
    await fast.flush();
    if (sent > 2_000) throw new Error('the server took it all');
  }
  // What the kernel holds for a socket comes on top.
  expect(sent * data.length).toBeLessThan(serverLimits.unsentBytes + 12 * 1024 * 1024);
  slow.socket.resume();
  expect(await slow.end()).toEqual({ code: 4408, reason: 'slow_reader' });
  const back = await Wire.signIn(server.port, bo, { resume: slow.welcome.resume, seq: 0 });
  expect(back.welcome.resumed).toBe(true);
});

test('sockets that never say anything, and those that vanish while they talk, leave nothing behind', async () => {
  const server = await serverWith({ socketsPerAddress: 2_000, socketBurstPerAddress: 2_000, messagesPerSecond: 1e6 });
  const anna = await claim(server.port, 'Anna');
  const before = await metric(server.port, 'sockets');
  const silent: Socket[] = [];
  for (let n = 0; n < 300; n += 1) silent.push(connect(server.port, '127.0.0.1').on('error', () => undefined));
  for (let n = 0; n < 300; n += 1) {
    const wire = await Wire.open(server.port);
    if (n % 3 > 0) wire.send({ id: 'h', type: 'hello', version: 1, token: n % 3 === 1 ? anna.token : 'wrong' });
    wire.socket.terminate();
  }
  for (const socket of silent) socket.destroy();
  await until(async () => (await metric(server.port, 'sockets')) === before);
  expect(await metric(server.port, 'connections_detached')).toBeLessThanOrEqual(serverLimits.connectionsPerDevice);
  await Wire.signIn(server.port, anna);
});
