/**
 * Connections of SIP, whatever carries them (TCP, TLS, WebSocket): each has a name by which answers find it. Here it is known how many there
 * may be, which have gone quiet, and how much waits for a side that does not read.
 */
import type { Instant } from '@offhook/core';
import type { ByteString, Frame, Remote } from '@offhook/sip';
import { network } from '../../ports/network.ts';
import type { Clock, Log } from '../../ports.ts';

export interface ConnectionLimits {
  /** At once, of those that others open: in all, and by whoever has proven nothing. */
  readonly most: number;
  readonly strangers: number;
  /** The same of TCP and TLS from one network address, and from one at which somebody has proven who they are. */
  readonly perAddress: number;
  readonly perKnown: number;
  /** At once, of those that we open. */
  readonly ours: number;
  /** Milliseconds until whoever has opened one has proven who they are. */
  readonly proofMs: number;
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
  strangers: 1_000,
  perAddress: 50,
  perKnown: 500,
  ours: 500,
  proofMs: 30_000,
  idleMs: 600_000,
  messageMs: 30_000,
  connectMs: 5_000,
  waitingBytes: 262_144,
  sweepMs: 10_000,
  pingMs: 30_000,
};

/** `shunned`: nothing of theirs is read. `known`: somebody has proven there lately who they are, or it is a trunk. */
export type Standing = 'stranger' | 'shunned' | 'known';

/** Whoever opens a connection. */
export type Opener = Pick<Remote, 'transport' | 'address'>;

export interface SipEvents {
  /** Absent: all are known. */
  standing?(from: Opener): Standing;
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
  readonly openedAt: Instant;
  heardAt: Instant;
  pingedAt: Instant;
  /** It is ours, or whoever has opened it has proven who they are. */
  isProven: boolean;
  /** Since when a whole message is waited for; undefined: between messages. */
  waitsSince: Instant | undefined;

  constructor(source: Connection['source'], wire: Wire, isProven: boolean, now: Instant) {
    this.source = source;
    this.wire = wire;
    this.isProven = isProven;
    this.openedAt = now;
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
  readonly #log: Log;
  readonly #all = new Map<string, Connection>();
  readonly #perAddress = new Map<string, number>();
  #named = 0;
  readonly #own = new Set<Connection>();
  /** Of those that others have opened, so many that have proven nothing. */
  #strangers = 0;
  #lookedAt: Instant;
  /** When it was logged last that somebody was turned away. */
  #turnedAwayAt: Instant | undefined;
  #cancel: () => void;
  #emptied: (() => void) | undefined;

  constructor(clock: Clock, log: Log, events: SipEvents, limits: ConnectionLimits) {
    this.#clock = clock;
    this.#log = log;
    this.#lookedAt = clock.now();
    this.events = events;
    this.limits = limits;
    this.#cancel = this.#later();
  }

  get size(): number {
    return this.#all.size;
  }

  /** That we have opened. */
  get ours(): number {
    return this.#own.size;
  }

  /** Whether there is a place for one more that others open; of WebSockets somebody else counts those of an address. */
  hasPlace(from: Opener, perAddress = 0): boolean {
    const why = this.#refusal(from, perAddress);
    if (why === undefined) return true;
    const now = this.now();
    if (this.#turnedAwayAt === undefined || now - this.#turnedAwayAt >= quietMs) {
      this.#turnedAwayAt = now;
      this.#log.warn('sip.turned_away', { address: from.address, why });
    }
    return false;
  }

  #refusal(from: Opener, count: number): 'banned' | 'too many of this address' | 'too many' | undefined {
    const { most, strangers, perAddress, perKnown } = this.limits;
    const standing = this.#standing(from);
    if (standing === 'shunned') return 'banned';
    if (count >= (standing === 'known' ? perKnown : perAddress)) return 'too many of this address';
    if (this.#all.size - this.#own.size >= most) return 'too many';
    if (standing === 'known' || this.#strangers < strangers) return undefined;
    // Some may have proven meanwhile who they are.
    if (this.now() - this.#lookedAt >= lookMs) this.#look();
    return this.#strangers < strangers ? undefined : 'too many';
  }

  #standing(from: Opener): Standing {
    return this.events.standing?.(from) ?? 'known';
  }

  now(): Instant {
    return this.#clock.now();
  }

  /** Whether one more of this address may come; then `leave` is to be called once it is gone. */
  enter(opener: Opener): boolean {
    const from = network(opener.address);
    const count = this.#perAddress.get(from) ?? 0;
    if (!this.hasPlace(opener, count)) return false;
    this.#perAddress.set(from, count + 1);
    return true;
  }

  leave(address: string): void {
    const from = network(address);
    const left = (this.#perAddress.get(from) ?? 1) - 1;
    if (left === 0) this.#perAddress.delete(from);
    else this.#perAddress.set(from, left);
  }

  add(place: Pick<Remote, 'transport' | 'address' | 'port'>, wire: Wire, isOurs = false): Connection {
    const name = String(++this.#named);
    const connection = new Connection({ ...place, connection: name }, wire, isOurs, this.now());
    this.#all.set(name, connection);
    if (isOurs) this.#own.add(connection);
    else this.#strangers++;
    return connection;
  }

  /** Whoever has opened it has proven who they are. */
  prove(name: string): void {
    const connection = this.#all.get(name);
    if (connection === undefined || connection.isProven) return;
    connection.isProven = true;
    this.#strangers--;
  }

  /** It is closed. */
  remove(connection: Connection): void {
    const name = connection.source.connection;
    if (this.#all.delete(name)) {
      if (!connection.isProven) this.#strangers--;
      this.#own.delete(connection);
      this.events.onClosed(name);
    }
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

  /** Who has proven meanwhile who they are; whoever is not to be read is closed. */
  #look(): void {
    this.#lookedAt = this.now();
    for (const { isProven, source, wire } of this.#all.values()) {
      if (isProven) continue;
      const standing = this.#standing(source);
      if (standing === 'known') this.prove(source.connection);
      else if (standing === 'shunned') wire.destroy();
    }
  }

  #sweep(): void {
    const now = this.now();
    const { idleMs, messageMs, pingMs, proofMs } = this.limits;
    this.#look();
    for (const one of this.#all.values()) {
      const isSlow = one.waitsSince !== undefined && now - one.waitsSince >= messageMs;
      const isStrange = !one.isProven && now - one.openedAt >= proofMs;
      if (isSlow || isStrange || now - one.heardAt >= idleMs) one.wire.destroy();
      else if (one.wire.ping !== undefined && now - one.pingedAt >= pingMs) {
        one.pingedAt = now;
        if (!one.wire.ping()) one.wire.destroy();
      }
    }
  }
}

const closeMs = 1_000;
/** Between two looks at all of them out of turn. */
const lookMs = 1_000;
/** Whoever is turned away is logged that often: there are many where it happens at all. */
const quietMs = 60_000;
