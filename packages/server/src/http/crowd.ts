import type { Socket } from 'node:net';
import { network } from '../ports/network.ts';

/** The connections that are open, of which one network address may have only so many. */
export class Crowd {
  readonly #most: number;
  readonly #sockets = new Set<Socket>();
  readonly #counts = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes a connection in; false when its address has as many as allowed. */
  admit(socket: Socket): boolean {
    const address = network(socket.remoteAddress ?? '');
    const count = this.#counts.get(address) ?? 0;
    if (count >= this.#most) return false;
    this.#counts.set(address, count + 1);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      const left = (this.#counts.get(address) ?? 1) - 1;
      if (left === 0) this.#counts.delete(address);
      else this.#counts.set(address, left);
    });
    return true;
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
