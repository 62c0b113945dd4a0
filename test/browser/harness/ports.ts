import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

export const loopback = '127.0.0.1';

/** A port that was free for TCP and UDP on loopback a moment ago: for programs that cannot be asked to choose one. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, loopback, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
    });
  });
  const socket = createSocket('udp4');
  const free = await new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind(port, loopback, () => resolve(true));
  });
  await Promise.all([
    new Promise((resolve) => server.close(resolve)),
    free && new Promise<void>((resolve) => socket.close(resolve)),
  ]);
  return free ? port : freePort();
}
