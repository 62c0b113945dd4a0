/** Connections that we open by TCP and TLS, one for each place; what is said to the same place later goes by the same one (RFC 3261 §18.1.1). */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import type { Remote } from '@offhook/sip';
import type { Log } from '../../ports.ts';
import type { Connections } from './connections.ts';
import { serveStream } from './streams.ts';

interface Waiting {
  readonly bytes: Buffer;
  readonly failed: () => void;
}

/** While it is being opened what is to be said waits; then it goes by its name. */
interface Dialled {
  connection: string | undefined;
  waiting: Waiting[];
  bytes: number;
}

export class Dialler {
  readonly #connections: Connections;
  readonly #log: Log;
  /** Whom we trust, and who we say we are where the other side asks. */
  readonly #secure: () => SecureContextOptions;
  readonly #dialled = new Map<string, Dialled>();
  readonly #sockets = new Set<Socket>();

  constructor(connections: Connections, log: Log, secure: () => SecureContextOptions) {
    this.#connections = connections;
    this.#log = log;
    this.#secure = secure;
  }

  /** `failed`: it cannot be sent. */
  send(to: Remote, bytes: Buffer, failed: () => void): void {
    const key = JSON.stringify([to.transport, to.address, to.port, to.domain]);
    const known = this.#dialled.get(key);
    if (known?.connection !== undefined) {
      if (!this.#connections.send(known.connection, bytes)) failed();
      return;
    }
    if (known === undefined && this.#isFull) return failed();
    const dialled = known ?? this.#dial(to, key);
    if (dialled.bytes > this.#connections.limits.waitingBytes) return failed();
    dialled.bytes += bytes.length;
    dialled.waiting.push({ bytes, failed });
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  get #isFull(): boolean {
    return this.#connections.ours + this.#sockets.size >= this.#connections.limits.ours;
  }

  #dial(to: Remote, key: string): Dialled {
    const dialled: Dialled = { connection: undefined, waiting: [], bytes: 0 };
    const { transport, address, port, domain } = to;
    const isTls = transport === 'tls';
    // The name is checked against the certificate (RFC 5922 §7.3); without one, the address.
    const socket = isTls
      ? connectTls({ host: address, port, ...(domain !== undefined && { servername: domain }), ...this.#secure() })
      : connect(port, address);
    this.#dialled.set(key, dialled);
    this.#sockets.add(socket);
    socket.setTimeout(this.#connections.limits.connectMs, () => socket.destroy(new Error('nobody answers')));
    socket.on('error', (error) => {
      if (dialled.connection === undefined)
        this.#log.warn('sip.unreachable', { address, port, transport, error: error.message });
      socket.destroy();
    });
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      socket.setTimeout(0);
      this.#sockets.delete(socket);
      dialled.connection = serveStream(socket, { transport, address, port }, this.#connections, true).source.connection;
      for (const { bytes, failed } of dialled.waiting) if (!this.#connections.send(dialled.connection, bytes)) failed();
      dialled.waiting = [];
    });
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#dialled.delete(key);
      for (const { failed } of dialled.waiting) failed();
      dialled.waiting = [];
    });
    return dialled;
  }
}
