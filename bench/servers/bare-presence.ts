/**
 * Presence as one writes it first: whoever comes is told who is here, and everybody is told who has come. Each message is made once,
 * however many get it.
 */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { serve } from '../harness/service.ts';

const people = new Set<string>();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });

server.on('connection', (socket, request) => {
  const address = request.url?.slice(1) ?? '';
  people.add(address);
  socket.send(JSON.stringify({ type: 'presence', people: [...people].map(online) }));
  const arrived = Buffer.from(JSON.stringify({ type: 'presence', people: [online(address)] }));
  for (const other of server.clients) if (other !== socket) other.send(arrived, { binary: false });
  socket.on('close', () => people.delete(address));
});

function online(address: string): { readonly address: string; readonly name: string; readonly presence: 'online' } {
  return { address, name: address, presence: 'online' };
}

serve({ port: () => (server.address() as AddressInfo).port });
