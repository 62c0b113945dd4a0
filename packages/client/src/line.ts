/** One WebSocket while it lives: opened, kept alive, found dead. A connection uses many of them, one after the other. */
import { subprotocol } from '@offhook/core';
import type { ApplicationDelivery, Ephemeral, Event, Milliseconds, Notice, WireError } from '@offhook/core';
import { Alarm } from './alarm.ts';
import type { Platform, Socket } from './platform.ts';

/** The one answer to a durable request. */
export type Reply = { readonly re: string; readonly ok: unknown } | { readonly re: string; readonly error: WireError };

export type Received = Reply | (Event & { readonly seq: number }) | Notice | ApplicationDelivery;

export interface LineHandlers {
  opened(): void;
  received(message: Received): void;
  /** The socket was closed or is dead. Nothing comes from this line any more. `reason`: an error code of the server, or empty. */
  lost(reason: string): void;
  /** The ping to send now: what has arrived so far. */
  ping(): Ephemeral;
}

/** How often to ping a server that one has nothing else to say to. */
const pingEveryMs: Milliseconds = 20_000;
/** A server that says nothing at all for this long while it owes an answer is dead, whatever the socket believes. */
const patienceMs: Milliseconds = 8_000;

export class Line {
  readonly #handlers: LineHandlers;
  readonly #socket: Socket;
  readonly #ping: Alarm;
  readonly #silence: Alarm;
  #closed = false;

  /** Throws where the address of the server is none, or not allowed to this page. */
  constructor(platform: Platform, url: string, handlers: LineHandlers) {
    this.#handlers = handlers;
    this.#ping = new Alarm(platform.clock);
    this.#silence = new Alarm(platform.clock);
    this.#socket = platform.openSocket(url, subprotocol, {
      opened: () => this.#opened(),
      received: (text) => this.#received(text),
      // Others may close it on the way, and say what they like: the server's own codes begin here (`closeCode`).
      closed: (code, reason) => this.#lost(code >= 4_400 ? reason : ''),
    });
    this.#expect(patienceMs);
  }

  /** Sends a message that the server must answer. */
  ask(message: object): void {
    this.say(message);
    if (!this.#silence.isSet) this.#expect(patienceMs);
  }

  /** Sends a message to which no answer is due. */
  say(message: object): void {
    if (!this.#closed) this.#socket.send(JSON.stringify(message));
  }

  /** Finds out whether the server still hears: it is asked now, and has `patience` to answer. */
  probe(patience: Milliseconds): void {
    if (this.#closed) return;
    this.say(this.#handlers.ping());
    this.#expect(patience);
    this.#pingLater();
  }

  /** Closes the socket. Its close frame is not waited for: a dead network would keep it for minutes. */
  close(code?: number): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ping.clear();
    this.#silence.clear();
    this.#socket.close(code);
  }

  #opened(): void {
    if (this.#closed) return;
    this.#silence.clear();
    this.#pingLater();
    this.#handlers.opened();
  }

  #received(text: string): void {
    const message = this.#closed ? undefined : parse(text);
    if (message === undefined) return;
    this.#silence.clear();
    this.#handlers.received(message);
  }

  #lost(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#handlers.lost(reason);
  }

  #expect(patience: Milliseconds): void {
    this.#silence.set(patience, () => this.#lost(''));
  }

  #pingLater(): void {
    this.#ping.set(pingEveryMs, () => this.probe(patienceMs));
  }
}

function parse(text: string): Received | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null ? (message as Received) : undefined;
  } catch {
    // Not from a server of ours: the hello will remain without an answer.
    return undefined;
  }
}
