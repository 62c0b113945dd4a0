/** A push service that takes everything and hands on nothing. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '../harness/service.ts';

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.writeHead(201).end());
});
// Between two rounds no connection is closed: what is measured is no race with that.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');

serve({ port: () => (server.address() as AddressInfo).port });
