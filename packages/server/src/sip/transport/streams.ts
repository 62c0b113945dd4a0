/** TCP and TLS (RFC 3261 §18): the connections that others open, and messages as they come out of their streams. */
import { createServer, isIPv6 } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import { StreamFramer } from '@offhook/sip';
import type { Remote } from '@offhook/sip';
import type { KeyPair } from './certificate.ts';
import type { Connection, Connections, Wire } from './connections.ts';

/** Reads what comes on a socket that is open, until it is closed. */
export function serveStream(
  socket: Socket,
  place: Pick<Remote, 'transport' | 'address' | 'port'>,
  connections: Connections,
  isOurs: boolean,
): Connection {
  const { events } = connections;
  const framer = new StreamFramer();
  const connection = connections.add(place, wireOf(socket, isOurs), isOurs);
  const { source } = connection;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => connections.remove(connection));
  socket.on('data', (bytes) => {
    for (const frame of framer.push(bytes.toString('latin1'))) {
      // It was whole, whatever has begun after it.
      connection.heard(connections.now(), true);
      if (frame.type === 'message') events.onMessage(frame.text, source);
      else if (frame.type === 'ping') connections.send(source.connection, crlf);
      else if (frame.type === 'lost') {
        events.onLost(frame, source);
        socket.end();
        // It has as long as for a message to close as well.
        return connection.heard(connections.now(), false);
      }
    }
    connection.heard(connections.now(), framer.pending === 0);
  });
  // What we have opened ourselves owes us nothing.
  if (isOurs) connection.heard(connections.now(), true);
  return connection;
}

const crlf = Buffer.from('\r\n');

function wireOf(socket: Socket, isOurs: boolean): Wire {
  return {
    write(bytes) {
      // Whoever does not read is not read either.
      if (socket.write(bytes) || socket.isPaused()) return;
      socket.pause();
      socket.once('drain', () => socket.resume());
    },
    get waiting() {
      return socket.writableLength;
    },
    // CRLF CRLF (RFC 5626 §4.4.1). Not everybody knows it, so that its answer is not waited for: a way that is dead fails by itself.
    ping: isOurs ? () => socket.write('\r\n\r\n') || true : undefined,
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

/** Listens by TCP, or by TLS where there is a certificate. */
export class StreamListener {
  readonly #server: Server | TlsServer;
  /** Also those that have not shaken hands yet. */
  readonly #sockets = new Set<Socket>();

  /** `serve`: one that has a place; absent: the server does so itself, once they have shaken hands. */
  private constructor(server: Server | TlsServer, connections: Connections, serve: ((socket: Socket) => void) | undefined) {
    const transport = server instanceof TlsServer ? 'tls' : 'tcp';
    this.#server = server;
    server.on('connection', (socket) => {
      const { remoteAddress: address = '' } = socket;
      if (!connections.enter({ transport, address })) return void socket.destroy();
      this.#sockets.add(socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        connections.leave(address);
      });
      serve?.(socket);
    });
  }

  static async open(host: string, port: number, connections: Connections, pair?: KeyPair): Promise<StreamListener> {
    const transport = pair === undefined ? 'tcp' : 'tls';
    const serve = (socket: Socket): void => {
      const { remoteAddress: address, remotePort } = socket;
      // Gone already.
      if (address === undefined || remotePort === undefined) return void socket.destroy();
      serveStream(socket, { transport, address, port: remotePort }, connections, false);
    };
    const server = pair === undefined ? createServer() : tlsServer(pair, connections.limits.messageMs, serve);
    const listener = new StreamListener(server, connections, pair === undefined ? serve : undefined);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, ipv6Only: isIPv6(host) }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return listener;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Shows another certificate to those who come from now on. */
  renew(pair: KeyPair): void {
    if (this.#server instanceof TlsServer) this.#server.setSecureContext(pair);
  }

  /** Takes no more; resolves once all are gone. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function tlsServer(pair: KeyPair, handshakeTimeout: number, serve: (socket: Socket) => void): TlsServer {
  const server = createTlsServer({ ...pair, handshakeTimeout }, serve);
  // Scanners, plain text, and clients that do not trust us.
  server.on('tlsClientError', (_error, socket) => void socket.destroy());
  return server;
}
