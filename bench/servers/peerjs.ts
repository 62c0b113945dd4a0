/** The server of PeerJS as its own command starts it. It forwards what calls need; a candidate may carry any payload. */
import type { AddressInfo } from 'node:net';
import { PeerServer } from 'peer';
import { serve } from '../harness/service.ts';

const port = new Promise<number>((resolve) => {
  // No heartbeats are sent here: connections must be believed alive for longer than the benchmark lasts.
  PeerServer({ host: '127.0.0.1', port: 0, path: '/', alive_timeout: 600_000 }, (server) => {
    resolve((server.address() as AddressInfo).port);
  });
});

serve({ port: () => port });
