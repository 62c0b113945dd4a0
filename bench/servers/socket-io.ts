/** The relay one writes with socket.io: a room for each user, messages emitted to the room. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { serve } from '../harness/service.ts';

const http = createServer();
const server = new Server(http, { transports: ['websocket'] });

server.on('connection', (socket) => {
  const name = String(socket.handshake.query['name']);
  void socket.join(name);
  socket.on('acme.cursor', (to: string, data: unknown) => {
    server.to(to).emit('acme.cursor', name, data);
  });
});
http.listen(0, '127.0.0.1');

serve({ port: () => (http.address() as AddressInfo).port });
