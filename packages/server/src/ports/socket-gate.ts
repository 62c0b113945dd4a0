/** Who may open a WebSocket, whatever is spoken on it: pages of allowed origins, and so many of one network address. */
import type { ErrorCode } from '@offhook/core';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../ports.ts';
import { Buckets } from './bucket.ts';
import type { Rate } from './bucket.ts';

export interface SocketGateOptions {
  readonly clock: Clock;
  /** Why a request to open a socket is refused. */
  readonly refusal: (request: IncomingMessage) => ErrorCode | undefined;
  readonly networkAddress: (request: IncomingMessage) => string;
  /** From one network address: open at once, and new ones. */
  readonly perAddress: number;
  readonly rate: Rate;
}

export class SocketGate {
  readonly #options: SocketGateOptions;
  readonly #rates: Buckets;
  /** Open sockets by network address. */
  readonly #open = new Map<string, number>();

  constructor(options: SocketGateOptions) {
    this.#options = options;
    this.#rates = new Buckets(options.rate);
  }

  /** Whom it counts for. */
  addressOf(request: IncomingMessage): string {
    return this.#options.networkAddress(request);
  }

  /** Why this one is not let in; it counts as an attempt. */
  refusal(request: IncomingMessage): ErrorCode | undefined {
    const { refusal, clock, perAddress } = this.#options;
    const code = refusal(request);
    if (code !== undefined) return code;
    const from = this.addressOf(request);
    if (!this.#rates.take(from, clock.now())) return 'rate_limited';
    return (this.#open.get(from) ?? 0) >= perAddress ? 'rate_limited' : undefined;
  }

  /** One of this address is open, until `leave`. */
  enter(address: string): void {
    this.#open.set(address, (this.#open.get(address) ?? 0) + 1);
  }

  leave(address: string): void {
    const left = (this.#open.get(address) ?? 1) - 1;
    if (left === 0) this.#open.delete(address);
    else this.#open.set(address, left);
  }
}
