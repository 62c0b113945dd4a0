import { subprotocol } from '@offhook/core';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { ManualClock, quiet } from '../engine/engine.fixture.ts';
import { SocketGate } from '../ports/socket-gate.ts';
import { Link } from './link.ts';
import type { Signaling } from './signaling.ts';
import type { Socket } from './socket.ts';
import { WebSockets } from './websockets.ts';

/** All that a page hears on a socket that does this as soon as it is open. */
async function heard(act: (socket: Socket) => void): Promise<string[]> {
  const signaling = {
    open(socket: Socket) {
      act(socket);
      return new Link(socket, 0);
    },
    closed: () => undefined,
    pong: () => undefined,
  };
  const sockets = new WebSockets({
    signaling: signaling as unknown as Signaling,
    log: quiet,
    gate: new SocketGate({
      clock: new ManualClock(),
      refusal: () => undefined,
      networkAddress: () => '192.0.2.1',
      perAddress: 1,
      rate: { perSecond: 1, burst: 1 },
    }),
  });
  const server = createServer().on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const page = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/ws`, subprotocol);
  const said: string[] = [];
  page.on('message', (data: Buffer) => said.push(data.toString()));
  page.on('ping', () => said.push('(ping)'));
  await once(page, 'close');
  return said;
}

it('puts a message together from its pieces', async () => {
  expect(
    await heard((socket) => {
      socket.write('{"seq":1,', '"name":"Zoë 🙂"}');
      socket.close(1000, '');
    }),
  ).toEqual(['{"seq":1,"name":"Zoë 🙂"}']);
});

it.each([0, 125, 126, 65_535, 65_536, 200_000])('sends messages of %i bytes', async (length) => {
  const text = 'x'.repeat(length);
  expect(
    await heard((socket) => {
      socket.write(text);
      socket.write('next');
      socket.close(1000, '');
    }),
  ).toEqual([text, 'next']);
});

it('sends what was written before a ping ahead of it, and in the same turn', async () => {
  expect(
    await heard((socket) => {
      socket.write('1');
      socket.write('2');
      socket.ping();
      socket.write('3');
      setImmediate(() => {
        socket.write('4');
        socket.close(1000, '');
        socket.write('5');
      });
    }),
  ).toEqual(['1', '2', '(ping)', '3', '4']);
});
