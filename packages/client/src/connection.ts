/**
 * The connection of this tab: one after the other WebSocket, one identity. A lost socket is replaced and the connection resumed,
 * so that neither what was asked nor what was told is lost.
 *
 *   ┌────────────┐ welcome  ┌────────┐   lost    ┌──────────────┐
 *   │ connecting │ ───────► │ online │ ────────► │ reconnecting │
 *   └─────┬──────┘          └─▲──┬───┘ ◄──────── └──────┬───────┘
 *         │ refused for good  │  │ close()  welcome     │ refused for good
 *         └───────────────────┼──┴──────► closed ◄──────┘
 */
import { leftCode, limits, passing, protocolVersion } from '@offhook/core';
import type {
  ApplicationDelivery,
  ApplicationMessage,
  CallId,
  Ephemeral,
  Event,
  Instant,
  Milliseconds,
  ReplyOf,
  Request,
  RequestOf,
  RequestType,
} from '@offhook/core';
import { Alarm } from './alarm.ts';
import { OffhookError, fromWire } from './errors.ts';
import type { OffhookErrorCode } from './errors.ts';
import { Line } from './line.ts';
import type { Received, Reply } from './line.ts';
import { Outbox } from './outbox.ts';
import type { Asked, Outcome } from './outbox.ts';
import type { NetworkEvent, Platform } from './platform.ts';
import type { Tab } from './tab.ts';

/** Whether the server can be reached at the moment. */
export type ConnectionState = 'connecting' | 'online' | 'reconnecting' | 'closed';

export type Welcome = ReplyOf<'hello'>;

export interface ConnectionHandlers {
  state(state: ConnectionState): void;
  /** The token will expire in so many milliseconds. */
  tokenExpiring(inMs: Milliseconds): void;
  /** Signed in. `resumed: false` in it: what was told meanwhile is lost, and it says all there is. */
  welcome(welcome: Welcome): void;
  event(event: Event): void;
  message(message: ApplicationDelivery): void;
  /** A message without a reply that failed. */
  error(error: OffhookError): void;
  /** The network of this device has changed, and the server is reachable (again). */
  networkChanged(): void;
  /** It ended, by `close` (no error) or because the server refuses this device. */
  closed(error: OffhookError | undefined): void;
  /** Calls that live in this page, for the server to say which of them have ended. */
  calls(): CallId[];
}

export interface ConnectionOptions {
  readonly platform: Platform;
  /** Of the WebSocket. */
  readonly url: string;
  /** Asked for at each sign-in. */
  readonly token: () => string | Promise<string>;
  /** This browser, for tokens that name no device. */
  readonly device?: { readonly id: string; readonly name: string } | undefined;
  readonly tab: Tab;
}

/** How long the server has to answer when there is reason to doubt the socket. */
const doubtMs: Milliseconds = 2_500;
/** Attempts to reconnect are at most this far apart. */
const furthestMs: Milliseconds = 15_000;
/** A connection that held this long was a good one: the next attempt comes at once. */
const goodAfterMs: Milliseconds = 10_000;
/** How long `close` waits for the server to hear of it. */
const byeMs: Milliseconds = 1_500;
/** Why a server closes a socket and nevertheless takes the next one at once; other reasons pass with time, or never. */
const survivable: ReadonlySet<string> = new Set(['', 'too_large', 'token_expired', 'hello_expected']);

export class Connection {
  readonly #platform: Platform;
  /** Of the WebSocket. */
  readonly url: string;
  readonly #device: ConnectionOptions['device'];
  #token: ConnectionOptions['token'];
  readonly #tab: Tab;
  readonly #handlers: ConnectionHandlers;
  readonly #outbox: Outbox;
  readonly #retry: Alarm;
  readonly #unwatch: () => void;
  #state: ConnectionState = 'connecting';
  #line: Line | undefined;
  /** The id of the hello on its way; undefined once welcomed. */
  #hello: string | undefined;
  #onlineSince: Instant | undefined;
  #attempts = 0;
  /** Counts lines, so that a token which comes late finds that its line is not wanted any more. */
  #lines = 0;
  #resume: string | undefined;
  /** The last event taken in; undefined: the next one is the first. */
  #seq: number | undefined;
  #networkChanged = false;
  #trouble: unknown;

  constructor({ platform, url, token, device, tab }: ConnectionOptions, handlers: ConnectionHandlers) {
    this.#platform = platform;
    this.url = url;
    this.#token = token;
    this.#device = device;
    this.#tab = tab;
    this.#handlers = handlers;
    this.#outbox = new Outbox(platform.random);
    this.#retry = new Alarm(platform.clock);
    this.#unwatch = platform.watchNetwork((event) => this.#network(event));
    void this.#begin();
  }

  /** What this device signs in with at present. */
  get token(): ConnectionOptions['token'] {
    return this.#token;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Why no token could be had, the last time it could not. */
  get trouble(): unknown {
    return this.#trouble;
  }

  /** Asks something of the server until it is answered. `settle` is called once, before any event that follows from it is told. */
  ask<T extends RequestType>(message: Asked<T>, settle: (outcome: Outcome<T>) => void, insist = false): void {
    if (this.#state === 'closed') return settle({ error: new OffhookError('closed') });
    // Sent again and again it would close each socket anew.
    if (bytes(message) > limits.messageBytes - 256) return settle({ error: new OffhookError('too_large') });
    const request = this.#outbox.add(message, insist, settle);
    if (this.#state === 'online' && request !== undefined) this.#ask(request);
  }

  /** Like `ask`, for those who wait. */
  request<T extends RequestType>(type: T, fields: Omit<RequestOf<T>, 'id' | 'type'>, insist?: boolean): Promise<ReplyOf<T>> {
    return new Promise((resolve, reject) => {
      const message = { type, ...fields } as unknown as Asked<T>;
      this.ask<T>(message, (outcome) => ('ok' in outcome ? resolve(outcome.ok) : reject(outcome.error)), insist);
    });
  }

  /** Goes on with a new token: this one from now on, or what is asked for one gives. Rejects when the server does not take it. */
  async refresh(token?: string): Promise<void> {
    const before = this.#token;
    const next = token === undefined ? before : (): string => token;
    // Should the socket be lost meanwhile, the new one signs in with it.
    this.#token = next;
    try {
      await this.request('refresh', { token: await next() });
    } catch (error) {
      if (this.#token === next) this.#token = before;
      throw error;
    }
  }

  /** Says something that matters only now. False: there is no connection at the moment, it was not sent. */
  say(message: Ephemeral | ApplicationMessage): boolean {
    if (this.#state !== 'online') return false;
    if (bytes(message) > limits.messageBytes) throw new OffhookError('too_large');
    this.#line?.say('to' in message ? message : { ...message, ...this.#heard });
    return true;
  }

  /** Ends the connection and, with it, its calls. Resolves once the server knows, or after a moment. */
  async close(): Promise<void> {
    if (this.#state === 'online') await this.#bye();
    this.#end(undefined);
  }

  #bye(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#platform.clock.schedule(byeMs, resolve);
      this.ask<'bye'>({ type: 'bye' }, () => {
        cancel();
        resolve();
      });
    });
  }

  /** What has arrived: said with every message, so that the server has to keep hardly anything for a resume. */
  get #heard(): { readonly seq: number | undefined } {
    return { seq: this.#seq };
  }

  #ask(request: Request): void {
    this.#line?.ask({ ...request, ...this.#heard });
  }

  async #begin(): Promise<void> {
    const kept = await this.#tab.take();
    this.#resume = kept?.resume;
    await this.#open();
  }

  async #open(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#retry.clear();
    // The network may have come back while this page was still about to open its first line.
    this.#line?.close();
    this.#lines += 1;
    const number = this.#lines;
    try {
      // Before the line: whoever makes tokens may take longer than the server waits for the hello.
      const token = await this.#token();
      if (number === this.#lines) this.#connect(token);
    } catch (cause) {
      if (number !== this.#lines) return;
      this.#trouble = cause;
      // Whoever makes tokens may be out of reach for the moment, as the server may be.
      if (cause instanceof OffhookError) this.#end(cause);
      else this.#drop();
    }
  }

  #connect(token: string): void {
    try {
      const line: Line = new Line(this.#platform, this.url, {
        opened: () => this.#greet(line, token),
        received: (message) => this.#received(message),
        lost: (reason) => this.#lost(reason),
        ping: () => ({ type: 'ping', ...this.#heard }),
      });
      this.#line = line;
    } catch (cause) {
      throw new OffhookError('unreachable', { cause, detail: this.url });
    }
  }

  #greet(line: Line, token: string): void {
    const id = this.#platform.random.token(72);
    this.#hello = id;
    const hello: Request = {
      id,
      type: 'hello',
      version: protocolVersion,
      token,
      // What is undefined is not in the JSON.
      device: this.#device,
      resume: this.#resume,
      ...this.#heard,
      calls: this.#handlers.calls(),
    };
    line.ask(hello);
  }

  #received(message: Received): void {
    if ('re' in message) return this.#replied(message);
    if ('seq' in message) return this.#event(message);
    switch (message.type) {
      case 'pong':
        return this.#tellNetworkChange();
      case 'token_expiring':
        return this.#handlers.tokenExpiring('inMs' in message ? message.inMs : 0);
      case 'draining':
        return this.#drop();
      case 'error':
        return this.#handlers.error('error' in message ? fromWire(message.error) : new OffhookError('internal'));
      default:
        if ('from' in message) this.#handlers.message(message);
    }
  }

  #replied(reply: Reply): void {
    if (reply.re === this.#hello) return this.#helloReplied(reply);
    for (const { message, afterMs } of this.#outbox.answer(reply)) {
      if (afterMs === 0) this.#ask(message);
      else this.#askAgain(message, afterMs);
    }
  }

  #askAgain(message: Request, afterMs: Milliseconds): void {
    this.#platform.clock.schedule(afterMs, () => {
      // After a reconnect it has been sent with the others.
      if (this.#state === 'online' && this.#outbox.has(message.id)) this.#ask(message);
    });
  }

  #helloReplied(reply: Reply): void {
    this.#hello = undefined;
    if ('error' in reply) {
      if (!passing.has(reply.error.code)) return this.#end(fromWire(reply.error));
      return this.#drop();
    }
    const welcome = reply.ok as Welcome;
    this.#onlineSince = this.#platform.clock.now();
    this.#resume = welcome.resume;
    this.#tab.keep({ connection: welcome.connection, resume: welcome.resume });
    if (!welcome.resumed) this.#seq = welcome.seq;
    for (const request of this.#outbox.all()) this.#ask(request);
    this.#enter('online');
    this.#handlers.welcome(welcome);
    this.#tellNetworkChange();
  }

  #event(event: Event & { readonly seq: number }): void {
    if (this.#state !== 'online') return;
    if (this.#seq !== undefined && event.seq <= this.#seq) return;
    // A WebSocket keeps the order, so what is missing was lost: the server is asked for it.
    if (this.#seq !== undefined && event.seq > this.#seq + 1) return this.#drop();
    this.#seq = event.seq;
    this.#handlers.event(event);
  }

  /** Gives up this line and opens another one. */
  #drop(code?: number): void {
    this.#line?.close(code);
    this.#lost('');
  }

  #lost(reason: string): void {
    this.#line = undefined;
    this.#hello = undefined;
    this.#lines += 1;
    if (reason === 'replaced') {
      // Another tab has this connection (a duplicate, where there are no locks): this one takes a new one.
      this.#tab.forget();
      this.#resume = undefined;
      this.#seq = undefined;
    } else if (!survivable.has(reason) && !passing.has(reason)) {
      return this.#end(new OffhookError(reason as OffhookErrorCode));
    }
    const { clock, random } = this.#platform;
    if (this.#onlineSince !== undefined && clock.now() - this.#onlineSince > goodAfterMs) this.#attempts = 0;
    this.#onlineSince = undefined;
    const wait = this.#attempts === 0 ? 0 : Math.min(furthestMs, 500 * 2 ** this.#attempts);
    this.#attempts += 1;
    // Spread, as those who lost the same server come back together.
    this.#retry.set(wait / 2 + random.fraction() * (wait / 2 + 300), () => void this.#open());
    if (this.#state === 'online') this.#enter('reconnecting');
  }

  #network(event: NetworkEvent): void {
    if (this.#state === 'closed') return;
    // Not every browser says so by itself. A page that comes back, as it was put aside, opens another line.
    if (event === 'leaving') return this.#line && this.#drop(leftCode);
    if (event === 'online' || event === 'changed') this.#networkChanged = true;
    if (this.#state === 'online') return this.#line?.probe(doubtMs);
    if (event === 'offline') return;
    // A socket that is being opened over the network of before will hardly succeed; what is looked at again may.
    if (event === 'visible' && !this.#retry.isSet) return;
    this.#attempts = 0;
    void this.#open();
  }

  #tellNetworkChange(): void {
    if (!this.#networkChanged) return;
    this.#networkChanged = false;
    this.#handlers.networkChanged();
  }

  #enter(state: ConnectionState): void {
    this.#state = state;
    this.#handlers.state(state);
  }

  #end(error: OffhookError | undefined): void {
    if (this.#state === 'closed') return;
    this.#lines += 1;
    this.#line?.close();
    this.#retry.clear();
    this.#unwatch();
    this.#tab.forget();
    this.#enter('closed');
    this.#outbox.fail(error ?? new OffhookError('closed'));
    this.#handlers.closed(error);
  }
}

function bytes(message: object): number {
  return new TextEncoder().encode(JSON.stringify(message)).length;
}
