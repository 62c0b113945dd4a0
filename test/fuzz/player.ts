/** One tab of the fuzzer: it says what it is told to, and holds the server to the protocol in everything that comes back. */
import { limits, protocolVersion } from '@offhook/core';
import { ApplicationDelivery, Event, ephemerals, notices, replies, requests } from '@offhook/core/protocol';
import { WebSocket } from 'ws';
import type { Identity, Message } from '../support/wire.ts';

/** A call that a page has heard of. */
export interface Heard {
  readonly user: string;
  readonly call: string;
  readonly what: string;
}

export interface Law {
  /** Something that must not be. */
  broken(law: string, detail: unknown): void;
  heard(heard: Heard): void;
  /** An invite was answered with ok. */
  invited(user: string, message: Readonly<Record<string, unknown>>, ok: Readonly<Record<string, unknown>>): void;
}

/** How a socket may be closed by a server that is well. */
const expectedCloses = new Set([1000, 1005, 1006, 1007, 4400, 4401, 4408, 4409, 4413, 4426, 4429]);

export class Player {
  readonly identity: Identity;
  readonly #law: Law;
  readonly #port: number;
  #socket: WebSocket | undefined;
  resume: string | undefined;
  /** The last event seen. */
  seq: number | undefined;
  /** What must still be answered on this socket, by id. */
  readonly #owed = new Map<string, Readonly<Record<string, unknown>>>();
  /** What was asked on this connection, answered or not: an id may have been used for several requests. */
  readonly #asked = new Map<string, Readonly<Record<string, unknown>>[]>();
  #hello: string | undefined;
  #pongs = 0;
  #ids = 0;
  received = 0;

  constructor(identity: Identity, port: number, law: Law) {
    this.identity = identity;
    this.#port = port;
    this.#law = law;
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN && this.#hello === undefined;
  }

  get owed(): number {
    return this.#owed.size;
  }

  /** Opens a socket and signs in; resolves when it is welcome, or not. */
  async open(hello: Readonly<Record<string, unknown>> = {}): Promise<boolean> {
    this.drop();
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/v1/ws`, 'offhook.1');
    this.#socket = socket;
    return new Promise((resolve) => {
      socket.on('error', () => resolve(false));
      socket.on('close', (code) => {
        if (!expectedCloses.has(code)) this.#law.broken('a socket is closed for a reason that the page gave', code);
        if (socket === this.#socket) this.#owed.clear();
        resolve(false);
      });
      socket.on('message', (data: Buffer) => {
        if (socket !== this.#socket) return;
        this.#receive(data.toString());
        if (this.#hello === undefined) resolve(true);
      });
      socket.on('open', () => {
        this.#ids += 1;
        this.#hello = `hello-${this.#ids}`;
        const { token } = this.identity;
        socket.send(JSON.stringify({ id: this.#hello, type: 'hello', version: protocolVersion, token, ...hello }));
      });
    });
  }

  /** The socket is gone, without a word. */
  drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#owed.clear();
    this.#hello = undefined;
    socket?.terminate();
  }

  /** The page is another one: it knows nothing of what the old one asked. */
  forget(): void {
    this.seq = undefined;
    this.#asked.clear();
  }

  say(message: unknown): void {
    this.raw(JSON.stringify(message));
  }

  raw(text: string): void {
    if (!this.isOpen) return;
    this.#socket?.send(text);
    // What is no Unicode becomes it on the way.
    const bytes = Buffer.from(text);
    const message = bytes.length <= limits.messageBytes ? parse(bytes.toString()) : undefined;
    if (!isRequest(message)) return;
    this.#owed.set(message.id, message);
    this.#asked.set(message.id, [...(this.#asked.get(message.id) ?? []).slice(-20), message]);
    // Nothing is answered behind it.
    if (requests.bye.safeParse(message).success) this.leave();
  }

  binary(data: Buffer): void {
    if (this.isOpen) this.#socket?.send(data);
  }

  leave(): void {
    this.#owed.clear();
    this.forget();
    this.resume = undefined;
    this.#socket = undefined;
  }

  /** Everything that was said before has been read, and what must be answered has been. */
  async settle(forMs: number): Promise<void> {
    const until = Date.now() + forMs;
    const pongs = this.#pongs;
    this.say({ type: 'ping', ...(this.seq !== undefined && { seq: this.seq }) });
    while (this.isOpen && (this.#pongs === pongs || this.#owed.size > 0)) {
      if (Date.now() > until) {
        this.#law.broken('every request is answered', [...this.#owed.values()].slice(0, 3));
        return;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #receive(text: string): void {
    this.received += 1;
    const message = JSON.parse(text) as Message;
    if (message.re !== undefined) return this.#reply(message.re, message);
    if (message.seq !== undefined) return this.#event(message.seq, message);
    const { type = '' } = message;
    const schema =
      'from' in message ? ApplicationDelivery : Object.hasOwn(notices, type) && notices[type as keyof typeof notices];
    if (!schema || !schema.safeParse(message).success) this.#law.broken('messages have the form of their type', message);
    // A ping too many is refused: that is an answer, too.
    if (message.type === 'pong' || message.about === 'ping') this.#pongs += 1;
    if (this.#hello !== undefined && message.type !== 'error')
      this.#law.broken('nothing comes before the reply to hello', message);
  }

  #reply(re: string, message: Message): void {
    if (re === this.#hello) return this.#welcome(message);
    const asked = this.#asked.get(re);
    this.#owed.delete(re);
    if (asked === undefined) return this.#law.broken('only what was asked is answered', message);
    if ((message.ok === undefined) === (message.error === undefined))
      return this.#law.broken('an answer is ok or an error', message);
    const { ok } = message;
    if (ok === undefined) return;
    if (!asked.some(({ type }) => isAnswer(String(type), ok)))
      this.#law.broken('answers have the form of their type', { asked: asked.map(({ type }) => type), message });
    for (const request of asked) {
      if (request['type'] === 'invite' && request['call'] === ok['call'])
        this.#law.invited(this.identity.user.address, request, ok);
    }
  }

  #welcome({ ok, error }: Message): void {
    this.#hello = undefined;
    if (ok === undefined) {
      this.resume = undefined;
      if (error === undefined) this.#law.broken('an answer is ok or an error', error);
      return;
    }
    const welcome = replies.hello.safeParse(ok);
    if (!welcome.success) return this.#law.broken('answers have the form of their type', ok);
    const { data } = welcome;
    if (data.user.address !== this.identity.user.address || data.device.id !== this.identity.device.id)
      this.#law.broken('a token signs in its own device', data);
    this.resume = data.resume;
    if (!data.resumed) this.forget();
    for (const { call } of data.calls) this.#law.heard({ user: this.identity.user.address, call, what: 'view' });
  }

  #event(seq: number, message: Message): void {
    if (this.#hello !== undefined) this.#law.broken('nothing comes before the reply to hello', message);
    if (this.seq !== undefined && seq !== this.seq + 1)
      this.#law.broken('events are numbered without gaps', { before: this.seq, seq });
    this.seq = seq;
    const event = Event.safeParse(message);
    if (!event.success) return this.#law.broken('messages have the form of their type', message);
    const { data } = event;
    if (data.type === 'incoming') this.#law.heard({ user: this.identity.user.address, call: data.view.call, what: data.type });
    else if ('call' in data) this.#law.heard({ user: this.identity.user.address, call: data.call, what: data.type });
  }
}

function isAnswer(type: string, ok: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(replies, type)
    ? replies[type as keyof typeof replies].safeParse(ok).success
    : JSON.stringify(ok) === '{}';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the server owes an answer that names its id. */
function isRequest(message: unknown): message is { readonly id: string; readonly type: string } {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return false;
  const { id, type } = message as { id?: unknown; type?: unknown };
  const answerable = typeof id === 'string' && id.length > 0 && id.length <= 64;
  return answerable && typeof type === 'string' && !type.includes('.') && !Object.hasOwn(ephemerals, type);
}
