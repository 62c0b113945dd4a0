/**
 * Connections of SIP, whatever carries them (TCP, TLS, WebSocket): each has a name by which answers find it. Here it is known how many there
 * may be, which have gone quiet, and how much waits for a side that does not read.
 */
import type { Instant } from '@offhook/core';
import type { ByteString, Frame, Remote } from '@offhook/sip';
import { network } from '../../ports/network.ts';
import type { Clock } from '../../ports.ts';

export interface ConnectionLimits {
  /** At once: in all, and of TCP and TLS that one network address has opened. */
  readonly most: number;
  readonly perAddress: number;
  /** Milliseconds without a byte from the other side: phones say something every two minutes (RFC 5626 §4.4.1). */
  readonly idleMs: number;
  /** Milliseconds for the handshake, for the first message, and from the first byte of a message to its last one. */
  readonly messageMs: number;
  /** Milliseconds until one that we open is there. */
  readonly connectMs: number;
  /** Bytes that may wait for the other side to read them, before more is written. */
  readonly waitingBytes: number;
  /** Milliseconds between two looks at all connections. */
  readonly sweepMs: number;
  /** Milliseconds between our pings, where it is ours to ping. */
  readonly pingMs: number;
}

export const usualLimits: ConnectionLimits = {
  most: 2_000,
  perAddress: 50,
  idleMs: 600_000,
  messageMs: 30_000,
  connectMs: 5_000,
  waitingBytes: 262_144,
  sweepMs: 10_000,
  pingMs: 30_000,
};

export interface SipEvents {
  /** A datagram, or a message that has come on a connection. */
  onMessage(text: ByteString, from: Remote): void;
  /** What follows on its stream cannot be told apart: the connection is closed after what is answered to this. */
  onLost(frame: LostFrame, from: Remote): void;
  /** Nothing goes by this connection any more. */
  onClosed(connection: string): void;
}

export type LostFrame = Extract<Frame, { type: 'lost' }>;

/** What a connection is made of. */
export interface Wire {
  write(bytes: Buffer): void;
  /** Bytes written that wait for the other side. */
  readonly waiting: number;
  /** Asks the other side whether it is there; false where it has not answered the last time. Undefined where it is theirs to ask. */
  readonly ping: (() => boolean) | undefined;
  /** Closes it after what was written. */
  end(): void;
  /** Closes it now. */
  destroy(): void;
}

export class Connection {
  readonly source: Remote & { readonly connection: string };
  readonly wire: Wire;
  heardAt: Instant;
  pingedAt: Instant;
  /** Since when a whole message is waited for; undefined: between messages. */
  waitsSince: Instant | undefined;

  constructor(source: Connection['source'], wire: Wire, now: Instant) {
    this.source = source;
    this.wire = wire;
    this.heardAt = now;
    this.pingedAt = now;
    this.waitsSince = now;
  }

  /** Bytes have come; `isWhole`: nothing of a message is missing. */
  heard(now: Instant, isWhole: boolean): void {
    this.heardAt = now;
    if (isWhole) this.waitsSince = undefined;
    else this.waitsSince ??= now;
  }
}

export class Connections {
  readonly limits: ConnectionLimits;
  readonly events: SipEvents;
  readonly #clock: Clock;
  readonly #all = new Map<string, Connection>();
  readonly #perAddress = new Map<string, number>();
  #named = 0;
  #cancel: () => void;
  #emptied: (() => void) | undefined;

  constructor(clock: Clock, events: SipEvents, limits: ConnectionLimits) {
    this.#clock = clock;
    this.events = events;
    this.limits = limits;
    this.#cancel = this.#later();
  }

  get size(): number {
    return this.#all.size;
  }

  get isFull(): boolean {
    return this.#all.size >= this.limits.most;
  }

  now(): Instant {
    return this.#clock.now();
  }

  /** Whether one more of this address may come; then `leave` is to be called once it is gone. */
  enter(address: string): boolean {
    const from = network(address);
    const count = this.#perAddress.get(from) ?? 0;
    if (this.isFull || count >= this.limits.perAddress) return false;
    this.#perAddress.set(from, count + 1);
    return true;
  }

  leave(address: string): void {
    const from = network(address);
    const left = (this.#perAddress.get(from) ?? 1) - 1;
    if (left === 0) this.#perAddress.delete(from);
    else this.#perAddress.set(from, left);
  }

  add(place: Pick<Remote, 'transport' | 'address' | 'port'>, wire: Wire): Connection {
    const name = String(++this.#named);
    const connection = new Connection({ ...place, connection: name }, wire, this.now());
    this.#all.set(name, connection);
    return connection;
  }

  /** It is closed. */
  remove({ source: { connection } }: Connection): void {
    if (this.#all.delete(connection)) this.events.onClosed(connection);
    if (this.#all.size === 0) this.#emptied?.();
  }

  /** False where there is no such connection any more, or the other side reads nothing: then it is closed. */
  send(name: string, bytes: Buffer): boolean {
    const wire = this.#all.get(name)?.wire;
    if (wire === undefined) return false;
    if (wire.waiting > this.limits.waitingBytes) {
      wire.destroy();
      return false;
    }
    wire.write(bytes);
    return true;
  }

  /** Whoever does not close as well is not waited for. */
  async close(): Promise<void> {
    this.#cancel();
    const empty = Promise.withResolvers<void>();
    this.#emptied = empty.resolve;
    for (const { wire } of this.#all.values()) wire.end();
    const cut = this.#clock.schedule(closeMs, () => {
      for (const { wire } of this.#all.values()) wire.destroy();
    });
    if (this.#all.size > 0) await empty.promise;
    cut();
  }

  #later(): () => void {
    return this.#clock.schedule(this.limits.sweepMs, () => {
      this.#sweep();
      this.#cancel = this.#later();
    });
  }

  #sweep(): void {
    const now = this.now();
    const { idleMs, messageMs, pingMs } = this.limits;
    for (const one of this.#all.values()) {
      const isSlow = one.waitsSince !== undefined && now - one.waitsSince >= messageMs;
      if (isSlow || now - one.heardAt >= idleMs) one.wire.destroy();
      else if (one.wire.ping !== undefined && now - one.pingedAt >= pingMs) {
        one.pingedAt = now;
        if (!one.wire.ping()) one.wire.destroy();
      }
    }
  }
}

const closeMs = 1_000;
