/** Ports of plain RTP: an even one for RTP and the next one for RTCP (RFC 3550 §11), anywhere in a range that firewalls let through. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';

/** Both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** All of them are taken. */
export class NoPortError extends Error {
  override readonly name = 'NoPortError';
}

export type Family = 'IP4' | 'IP6';

/** What the operating system keeps until it is read: about a second of video. */
const receiveBytes = 512 * 1024;

/** `rtcp`: undefined where it goes by the same port. */
export interface Sockets {
  readonly rtp: Socket;
  readonly rtcp: Socket | undefined;
}

/** @throws NoPortError */
export async function openSockets(
  { first, last }: PortRange,
  family: Family,
  address: string | undefined,
  isMuxed: boolean,
  random: (below: number) => number,
): Promise<Sockets> {
  const even = first + (first % 2);
  const pairs = Math.floor((last - even + 1) / 2);
  const start = pairs > 0 ? random(pairs) : 0;
  for (let n = 0; n < pairs; n++) {
    const port = even + ((start + n) % pairs) * 2;
    const rtp = await bound(port, family, address);
    if (rtp === undefined || isMuxed) {
      if (rtp !== undefined) return { rtp, rtcp: undefined };
      continue;
    }
    const rtcp = await bound(port + 1, family, address);
    if (rtcp !== undefined) return { rtp, rtcp };
    rtp.close();
  }
  throw new NoPortError(`no port from ${first} to ${last} is free`);
}

/** Undefined where somebody else has it, or there is no such address. */
function bound(port: number, family: Family, address: string | undefined): Promise<Socket | undefined> {
  const socket = createSocket({
    type: family === 'IP4' ? 'udp4' : 'udp6',
    ipv6Only: family === 'IP6',
    recvBufferSize: receiveBytes,
    // Only addresses are sent to; without this each packet would wait for its turn, and its bytes be others by then.
    lookup: (host, _options, callback) => callback(null, host, family === 'IP4' ? 4 : 6),
  });
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind({ port, ...(address !== undefined && { address }), exclusive: true }, () => {
      socket.removeAllListeners('error');
      // What could not be sent is lost, as on any network.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

/** The address of this machine by which it would reach another one; any of its own where nobody knows. */
export async function addressTowards(family: Family, remote: string | undefined): Promise<string> {
  const own = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.internal === false && one.family === (family === 'IP4' ? 'IPv4' : 'IPv6'))?.address;
  const usual = own ?? (family === 'IP4' ? '127.0.0.1' : '::1');
  if (remote === undefined) return usual;
  const socket = createSocket(family === 'IP4' ? 'udp4' : 'udp6');
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(usual);
    });
    // Nothing is sent.
    socket.connect(1, remote, () => {
      const { address } = socket.address();
      socket.close();
      resolve(address);
    });
  });
}
