/**
 * A way with a queue, as home connections have: what comes faster than it leaves waits, and is dropped only when the queue is full. It
 * stands at an address of its own before a media worker, which announces that address.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { loopback } from './ports.ts';

interface Datagram {
  readonly bytes: Buffer;
  readonly port: number;
  readonly address: string;
}

export class Bottleneck {
  readonly address: string;
  /** Bits per second towards browsers; infinity: nothing waits. */
  bitrate: number = Number.POSITIVE_INFINITY;
  /** Datagrams that found the queue full. */
  dropped = 0;
  readonly #queueBytes: number;
  readonly #outside: Socket;
  /** One towards the worker for each browser, so that it can tell them apart. */
  readonly #inside = new Map<string, Socket>();
  readonly #queue: Datagram[] = [];
  #waiting = 0;
  #freeAt = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(address: string, port: number, queueBytes: number, outside: Socket) {
    this.address = address;
    this.#queueBytes = queueBytes;
    this.#outside = outside;
    outside.on('message', (bytes, { address: from, port: fromPort }) =>
      this.#towards(from, fromPort).send(bytes, port, loopback),
    );
  }

  /** Before a worker that listens at this port of 127.0.0.1. */
  static async stand(address: string, port: number, queueBytes: number): Promise<Bottleneck> {
    const outside = createSocket('udp4');
    await new Promise<void>((resolve) => outside.bind(port, address, resolve));
    return new Bottleneck(address, port, queueBytes, outside);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#outside.close();
    for (const socket of this.#inside.values()) socket.close();
  }

  #towards(address: string, port: number): Socket {
    const known = this.#inside.get(`${address}:${port}`);
    if (known !== undefined) return known;
    const socket = createSocket('udp4');
    socket.on('message', (bytes) => this.#put({ bytes, address, port }));
    this.#inside.set(`${address}:${port}`, socket);
    return socket;
  }

  #put(datagram: Datagram): void {
    if (this.#waiting + datagram.bytes.length > this.#queueBytes) {
      this.dropped++;
      return;
    }
    this.#waiting += datagram.bytes.length;
    this.#queue.push(datagram);
    this.#leave();
  }

  #leave(): void {
    clearTimeout(this.#timer);
    for (;;) {
      const [next] = this.#queue;
      if (next === undefined) return;
      const now = performance.now();
      if (this.#freeAt > now) {
        this.#timer = setTimeout(() => this.#leave(), this.#freeAt - now);
        return;
      }
      this.#queue.shift();
      this.#waiting -= next.bytes.length;
      this.#freeAt = Math.max(this.#freeAt, now - 5) + (next.bytes.length * 8_000) / this.bitrate;
      this.#outside.send(next.bytes, next.port, next.address);
    }
  }
}
