/** SIP over TCP (RFC 3261 §18): the connections that phones open, and messages as they come out of their streams. Answers go back on them. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { StreamFramer } from '@offhook/sip';
import type { Frame, Remote } from '@offhook/sip';

export interface StreamLimits {
  /** Connections at once, in all and of one address. */
  readonly most: number;
  readonly perAddress: number;
  /** Milliseconds without a byte: phones say something every two minutes (RFC 5626 §4.4.1). */
  readonly idleMs: number;
}

const usual: StreamLimits = { most: 2_000, perAddress: 50, idleMs: 600_000 };

/** What a connection is not answered by itself. */
export type HeardFrame = Extract<Frame, { type: 'message' | 'lost' }>;

export interface StreamEvents {
  /** `lost`: what follows cannot be told apart; the connection is closed after what is answered. */
  onFrame(frame: HeardFrame, source: Remote): void;
  /** Nothing goes by this connection any more. */
  onClose(connection: string): void;
}

export class SipStreams {
  readonly #server: Server;
  readonly #events: StreamEvents;
  readonly #limits: StreamLimits;
  readonly #sockets = new Map<string, Socket>();
  readonly #perAddress = new Map<string, number>();
  #count = 0;

  private constructor(server: Server, events: StreamEvents, limits: StreamLimits) {
    this.#server = server;
    this.#events = events;
    this.#limits = limits;
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async open(host: string, port: number, events: StreamEvents, limits: StreamLimits = usual): Promise<SipStreams> {
    const server = createServer();
    server.listen(port, host);
    await once(server, 'listening');
    return new SipStreams(server, events, limits);
  }

  /** False where there is no such connection any more. */
  send({ connection = '' }: Remote, bytes: Buffer): boolean {
    const socket = this.#sockets.get(connection);
    if (socket?.writable !== true) return false;
    socket.write(bytes);
    return true;
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets.values()) socket.end();
    // Whoever does not close as well is not waited for.
    setTimeout(() => this.#destroy(), 1_000).unref();
    await once(this.#server, 'close');
  }

  #destroy(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  #serve(socket: Socket): void {
    const { remoteAddress: address = '', remotePort: port = 0 } = socket;
    const ofAddress = this.#perAddress.get(address) ?? 0;
    socket.on('error', () => socket.destroy());
    if (this.#sockets.size >= this.#limits.most || ofAddress >= this.#limits.perAddress) return void socket.destroy();
    const connection = String(++this.#count);
    const source: Remote = { transport: 'tcp', address, port, connection };
    const framer = new StreamFramer();
    this.#sockets.set(connection, socket);
    this.#perAddress.set(address, ofAddress + 1);
    socket.setNoDelay(true);
    socket.setTimeout(this.#limits.idleMs, () => socket.destroy());
    socket.on('close', () => this.#gone(connection, address));
    socket.on('data', (bytes) => {
      for (const frame of framer.push(bytes.toString('latin1'))) {
        if (frame.type === 'ping') socket.write('\r\n');
        else if (frame.type !== 'pong') this.#events.onFrame(frame, source);
        if (frame.type === 'lost') socket.end();
      }
    });
  }

  #gone(connection: string, address: string): void {
    this.#sockets.delete(connection);
    this.#events.onClose(connection);
    const others = (this.#perAddress.get(address) ?? 1) - 1;
    if (others === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, others);
  }
}
