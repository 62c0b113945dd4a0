/** SIP over WebSocket (RFC 7118): each WebSocket message is one of SIP. Pages and apps open them at `/sip`; nothing can be opened to them. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '@offhook/core';
import { messageLimits } from '@offhook/sip';
import { WebSocket, WebSocketServer } from 'ws';
import type { ServerOptions } from 'ws';
import { refusalText } from '../../ports/refusal-text.ts';
import type { SocketGate } from '../../ports/socket-gate.ts';
import type { Connections, Wire } from './connections.ts';

const subprotocol = 'sip';
/** Whoever does not close as well is cut. */
const closeTimeout = 1_000;

export interface WebOptions {
  readonly gate: SocketGate;
  /** Who it is, behind proxies as well. */
  readonly client: (request: IncomingMessage) => { readonly address: string; readonly isSecure: boolean };
}

export class WebConnections {
  readonly #options: WebOptions;
  readonly #connections: Connections;
  readonly #server: WebSocketServer;

  constructor(options: WebOptions, connections: Connections) {
    this.#options = options;
    this.#connections = connections;
    // `closeTimeout` is not in the types of `ws` yet.
    const settings: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: messageLimits.head + messageLimits.body,
      closeTimeout,
      handleProtocols: () => subprotocol,
    };
    this.#server = new WebSocketServer(settings);
  }

  /** What the HTTP server does with a request to upgrade at `/sip`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const destroy = (): void => void socket.destroy();
    socket.on('error', destroy);
    const code = this.#refusal(request);
    if (code !== undefined) {
      socket.end(refusalText(code));
      socket.once('finish', destroy);
      return;
    }
    socket.off('error', destroy);
    this.#server.handleUpgrade(request, socket, head, (web) => this.#opened(web, request));
  }

  #refusal(request: IncomingMessage): ErrorCode | undefined {
    // Whoever names another protocol means somebody else (RFC 7118 §4.1).
    const asked = request.headers['sec-websocket-protocol']?.split(',').map((one) => one.trim().toLowerCase());
    if (asked?.includes(subprotocol) !== true) return 'bad_message';
    const { address, isSecure } = this.#options.client(request);
    if (!this.#connections.hasPlace({ transport: isSecure ? 'wss' : 'ws', address })) return 'rate_limited';
    return this.#options.gate.refusal(request);
  }

  #opened(web: WebSocket, request: IncomingMessage): void {
    const { gate, client } = this.#options;
    const { address, isSecure } = client(request);
    const connections = this.#connections;
    const from = gate.addressOf(request);
    gate.enter(from);
    const place = {
      transport: isSecure ? 'wss' : 'ws',
      address,
      port: request.socket.remotePort ?? 0,
    } as const;
    let isAlive = true;
    const connection = connections.add(
      place,
      wireOf(web, () => {
        const answered = isAlive;
        isAlive = false;
        return answered;
      }),
    );
    const { source } = connection;
    const heard = (): void => connection.heard(connections.now(), true);
    // Pages that only wait to be called say nothing; pings tell whether they are there.
    heard();
    web.on('message', (data) => {
      heard();
      const text = (data as Buffer).toString('latin1');
      if (text === '\r\n\r\n') connections.send(source.connection, crlf);
      else connections.events.onMessage(text, source);
    });
    web.on('pong', () => {
      isAlive = true;
      heard();
    });
    web.on('close', () => {
      gate.leave(from);
      connections.remove(connection);
    });
    // `close` follows.
    web.on('error', () => undefined);
  }
}

const crlf = Buffer.from('\r\n');

function wireOf(web: WebSocket, wasAlive: () => boolean): Wire {
  return {
    write(bytes) {
      // A text frame that is not in UTF-8 would end the connection (RFC 6455 §8.1).
      if (web.readyState === WebSocket.OPEN) web.send(bytes, { binary: !isUtf8(bytes) });
    },
    get waiting() {
      return web.bufferedAmount;
    },
    ping() {
      web.ping();
      return wasAlive();
    },
    end: () => web.close(1001),
    destroy: () => web.terminate(),
  };
}
