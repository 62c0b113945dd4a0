import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

export const loopback = '127.0.0.1';

/**
 * Above what browsers refuse to speak to, and below what systems give to outgoing connections: from 32,768 on (Linux), or 49,152. Single
 * ports and ranges have their own, so that none lies in a range that a server fills later.
 */
const singles = shareOf(20_000, 26_000);
const ranges = shareOf(26_000, 32_000);

/** Of the ports from the first one on: test processes that run beside one another take different ones. */
function shareOf(first: number, last: number): readonly [number, number] {
  const processes = 4;
  const size = (last - first) / processes;
  const own = first + (Number(process.env['VITEST_POOL_ID'] ?? 0) % processes) * size;
  return [own, own + size];
}

/**
 * A port that was free for TCP and UDP on loopback a moment ago: for programs that cannot be asked to choose one. No outgoing connection
 * takes it meanwhile, also not while a program is started on it anew.
 */
export async function freePort(): Promise<number> {
  const port = randomInt(...singles);
  return (await isFreeForTcp(port)) && (await isFreeForUdp(port)) ? port : freePort();
}

/** So many ports in a row, from an even one on, for RTP: RTCP has the odd ones (RFC 3550 §11). */
export async function freePorts(count: number): Promise<{ readonly first: number; readonly last: number }> {
  const first = randomInt(ranges[0] / 2, (ranges[1] - count) / 2) * 2;
  const all = await Promise.all(Array.from({ length: count }, (_, at) => isFreeForUdp(first + at)));
  return all.every(Boolean) ? { first, last: first + count - 1 } : freePorts(count);
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
