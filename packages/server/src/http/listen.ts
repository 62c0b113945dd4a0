/** Opens the port on each address and hands what arrives to one HTTP server. */
import { serverLimits } from '@offhook/core';
import { createServer as createHttpServer } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import { createServer, isIPv6 } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Crowd } from './crowd.ts';

/** Thrown with one sentence for people when a port cannot be opened. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

export interface ListenOptions {
  readonly server: HttpServer;
  /** Every one that exists is opened; at least one must. Undefined stands for all of the machine. */
  readonly addresses: readonly (string | undefined)[];
  /** 0: a free one, the same on all addresses. */
  readonly port: number;
  /** Browsers that try `http://` on a port of HTTPS are sent on. */
  readonly isTls: boolean;
  /** WebSockets that one network address may have open. Undefined where all come from the address of a proxy, which has to count. */
  readonly socketsPerAddress: number | undefined;
}

export interface Listening {
  readonly port: number;
  /** Takes no further sockets, and waits so long for those that are open to go. */
  stop(forMs: number): Promise<void>;
}

export async function listen(options: ListenOptions): Promise<Listening> {
  const { server, addresses, port, isTls, socketsPerAddress = Infinity } = options;
  const crowd = new Crowd(socketsPerAddress + serverLimits.connectionsPerAddress);
  const serve = isTls ? onlyTls(takeOver(server)) : takeOver(server);
  server.on('connection', (socket: Socket) => {
    if (crowd.admit(socket)) serve(socket);
    else socket.destroy();
  });
  const listeners: Server[] = [];
  let chosen = port;
  for (const address of addresses) {
    // The HTTP server watches over the time requests take only when it listens itself; the others hand over to it.
    const first = listeners.length === 0;
    const listener = first ? server : createServer({ noDelay: true }, (socket) => void server.emit('connection', socket));
    try {
      await bind(listener, address, chosen);
    } catch (error) {
      if (isMissingAddress(error) && (!first || address !== addresses.at(-1))) continue;
      for (const other of listeners) other.close();
      throw new ListenError(sentence(error, address, chosen), { cause: error });
    }
    listeners.push(listener);
    chosen = (listener.address() as AddressInfo).port;
  }
  return {
    port: chosen,
    async stop(forMs) {
      const closed = Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
      server.closeIdleConnections();
      const late = setTimeout(() => crowd.destroy(), forMs);
      await closed;
      clearTimeout(late);
    },
  };
}

function bind(listener: Server, host: string | undefined, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    // A socket for IPv6 loopback alone, so that it does not take the port of IPv4 away.
    listener.listen({ host, port, ipv6Only: host !== undefined && isIPv6(host) && host !== '::' }, () => {
      listener.off('error', reject);
      resolve();
    });
  });
}

/** The machine has no IPv6, or not this address. */
function isMissingAddress(error: unknown): boolean {
  return ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function sentence(error: unknown, host: string | undefined, port: number): string {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `Port ${port} is already in use. Choose another one with --port.`;
    case 'EACCES':
      return `Port ${port} may not be opened by this user. Choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${host ?? ''}. Choose another one with --host.`;
    default:
      return `Port ${port}${host === undefined ? '' : ` on ${host}`} could not be opened: ${String(error)}`;
  }
}

type Serve = (socket: Socket) => void;

/** Takes new connections away from the server; what comes back hands one over. */
function takeOver(server: HttpServer): Serve {
  const own = server.listeners('connection');
  server.removeAllListeners('connection');
  return (socket) => {
    for (const listener of own) listener.call(server, socket);
  };
}

/** The first byte of a TLS record that begins a handshake (RFC 8446 §5.1). */
const handshake = 22;

/** Lets only what speaks TLS through; a browser that tries `http://` is sent to `https://`. */
function onlyTls(serve: Serve): Serve {
  const plain = createHttpServer((request, response) => {
    const host = request.headers.host;
    if (host === undefined) response.writeHead(400, { connection: 'close' }).end();
    else response.writeHead(308, { location: `https://${host}${request.url ?? '/'}`, connection: 'close' }).end();
  });
  return (socket) => {
    // The times of HTTP are not in force for `plain`, which does not listen; this one is.
    const giveUp = setTimeout(() => socket.destroy(), serverLimits.handshakeMs);
    socket.once('error', () => socket.destroy());
    socket.once('close', () => clearTimeout(giveUp));
    socket.once('data', (first: Buffer) => {
      const isSecure = first[0] === handshake;
      if (isSecure) clearTimeout(giveUp);
      socket.pause();
      if (isSecure) serve(socket);
      else plain.emit('connection', socket);
      // Whoever has taken it over listens by now, and reads what was read here as the first there is.
      socket.unshift(first);
      process.nextTick(() => socket.resume());
    });
  };
}
