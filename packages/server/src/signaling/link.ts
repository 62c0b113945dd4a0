import { closeCode, limits, serverLimits, wireError } from '@offhook/core';
import type { ErrorCode, Instant, Notice, WireError } from '@offhook/core';
import type { Connection } from './connection.ts';
import type { Socket } from './socket.ts';

/** One socket, from its opening to its end. A connection outlives its links: it has one at a time, or none for a while. */
export class Link {
  readonly #socket: Socket;
  readonly openedAt: Instant;
  /** When the other end last showed that it is there. */
  heardAt: Instant;
  /** Signed in as this connection; before that only `hello` is taken. */
  connection: Connection | undefined = undefined;
  /** While `hello` is carried out: what came after it. */
  #held: string[] | undefined = undefined;
  #heldLength = 0;
  /** Nothing more is said or heard. */
  isClosed = false;

  constructor(socket: Socket, now: Instant) {
    this.#socket = socket;
    this.openedAt = now;
    this.heardAt = now;
  }

  get networkAddress(): string {
    return this.#socket.networkAddress;
  }

  /** `hello` is being carried out: what comes in is held, and events wait for its reply. */
  get isGreeting(): boolean {
    return this.#held !== undefined;
  }

  /** Begins to hold what comes in. */
  greet(): void {
    this.#held = [];
  }

  hold(text: string): void {
    if (this.#held === undefined) return;
    this.#held.push(text);
    this.#heldLength += text.length;
    // Whoever has not signed in yet takes up no more than one message may.
    if (this.#held.length <= serverLimits.greetingMessages && this.#heldLength <= limits.messageBytes) return;
    this.#held = [];
    this.close('rate_limited');
  }

  /** Ends the greeting. */
  release(): readonly string[] {
    const held = this.#held ?? [];
    this.#held = undefined;
    return held;
  }

  /** Sends a message in pieces. False when the reader is too slow, which closes the link, or when it has been closed. */
  send(...pieces: readonly string[]): boolean {
    if (this.isClosed) return false;
    if (this.#socket.bufferedAmount > serverLimits.unsentBytes) {
      this.close('slow_reader');
      return false;
    }
    this.#socket.write(...pieces);
    return true;
  }

  notice(notice: Notice): void {
    this.send(JSON.stringify(notice));
  }

  /** Something without an id was wrong. */
  error(code: ErrorCode, about?: string, detail?: string): void {
    const error: WireError = wireError(code, detail);
    this.send(JSON.stringify({ type: 'error', error, ...(about !== undefined && { about }) }));
  }

  ping(): void {
    if (!this.isClosed) this.#socket.ping();
  }

  close(code: ErrorCode): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#socket.close(closeCode(code), code);
  }

  /** The regular end (RFC 6455 §7.4.1: 1000). */
  end(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#socket.close(1000, '');
  }
}
