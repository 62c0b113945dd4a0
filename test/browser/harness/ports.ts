import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

export const loopback = '127.0.0.1';

/** Above what browsers refuse to speak to, and below what systems give to outgoing connections: from 32,768 on (Linux), or 49,152. */
const [first, last] = [20_000, 32_000];

/**
 * A port that was free for TCP and UDP on loopback a moment ago: for programs that cannot be asked to choose one. No outgoing connection
 * takes it meanwhile, also not while a program is started on it anew.
 */
export async function freePort(): Promise<number> {
  const port = randomInt(first, last);
  return (await isFreeForTcp(port)) && (await isFreeForUdp(port)) ? port : freePort();
}

function isFreeForTcp(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, loopback, () => server.close(() => resolve(true)));
  });
}

function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind(port, loopback, () => socket.close(() => resolve(true)));
  });
}
