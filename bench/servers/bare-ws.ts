/** The least a relay can do: parse, stamp `from`, forward to the addressed peer. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { serve } from '../harness/service.ts';

interface Message {
  readonly type: string;
  readonly to: string;
  readonly data: unknown;
}

const sockets = new Map<string, WebSocket>();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });

server.on('connection', (socket, request) => {
  const name = request.url?.slice(1) ?? '';
  sockets.set(name, socket);
  socket.on('message', (raw: Buffer) => {
    const { type, to, data } = JSON.parse(raw.toString()) as Message;
    sockets.get(to)?.send(JSON.stringify({ type, from: name, data }));
  });
  socket.on('close', () => sockets.delete(name));
});

serve({ port: () => (server.address() as AddressInfo).port });
