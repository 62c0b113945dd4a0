/** A stretch of TCP between a browser and the server that a test can cut. */
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { loopback } from './ports.ts';

export class Wire {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #isWhole = true;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((near) => this.#join(near));
  }

  /** Leads to this port of loopback. */
  static async lay(target: number): Promise<Wire> {
    const wire = new Wire(target);
    await new Promise<void>((resolve, reject) => {
      wire.#server.once('error', reject);
      wire.#server.listen(0, loopback, resolve);
    });
    return wire;
  }

  get port(): number {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the wire is not laid');
    return address.port;
  }

  /** Every connection is reset; those attempted from now on are, too. */
  cut(): void {
    this.#isWhole = false;
    this.#resetAll();
  }

  mend(): void {
    this.#isWhole = true;
  }

  /** Every connection is reset once; the next attempt succeeds. */
  blink(): void {
    this.#resetAll();
  }

  async close(): Promise<void> {
    this.#resetAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    if (!this.#isWhole) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ port: this.#target, host: loopback });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.pipe(other);
      // The end of one is the end of both; why it ended is of no interest here.
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }

  #resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
}
