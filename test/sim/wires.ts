/** WebSockets between pages and the server, over networks that delay, lose, fall silent, repeat and overtake. */
import type { Socket, SocketHandlers } from '../../packages/client/src/platform.ts';
import type { Link } from '../../packages/server/src/signaling/link.ts';
import type { Signaling } from '../../packages/server/src/signaling/signaling.ts';
import type { Chance } from './chance.ts';
import type { Speaker } from './laws.ts';
import type { Scope, Time } from './time.ts';

/** The network of a page, as far as its sockets are concerned. */
export interface Network {
  isOnline: boolean;
  /** Milliseconds one way, least and most. */
  delay: readonly [number, number];
}

/**
 * How a page ends. `leaves`: it is closed or loaded again, and its browser closes the socket and says so; `crashes`: the socket is
 * closed without a word; `vanishes`: the server hears nothing.
 */
export type Ending = 'leaves' | 'crashes' | 'vanishes';

/** With which browsers close the sockets of pages that leave (RFC 6455 §7.4.1). */
const goingAway = 1001;

export interface WireEnds extends Speaker {
  readonly network: Network;
  readonly scope: Scope;
}

/** What the server offers to sockets while it is up. */
export interface Listener {
  readonly signaling: Signaling;
  readonly scope: Scope;
}

/** How often a message is repeated or overtaken by the next ones (TCP does neither; other implementations of clients might). */
export interface Meddling {
  duplicate: number;
  overtake: number;
}

export interface WiresDeps {
  readonly time: Time;
  readonly chance: Chance;
  readonly world: Scope;
  readonly meddling: Meddling;
  /** The server, while it takes connections. */
  readonly listener: () => Listener | undefined;
  /** Told of everything that arrives. */
  readonly seen: (wire: Wire, to: 'server' | 'page', text: string) => void;
  /** Told of everything that the server sends, when it sends it. */
  readonly said: (wire: Wire, text: string) => void;
}

export class Wires {
  readonly #deps: WiresDeps;
  readonly open = new Set<Wire>();
  /** When the server last was told that a socket of a user has closed. */
  readonly #closed = new Map<string, number>();

  constructor(deps: WiresDeps) {
    this.#deps = deps;
  }

  connect(page: WireEnds, handlers: SocketHandlers): Wire {
    const closed = (): void => void this.#closed.set(page.user, this.#deps.time.now);
    return new Wire(this.#deps, this.open, page, handlers, closed);
  }

  /** Since when the server knows that nobody of this user is connected; undefined: it believes that somebody is. */
  missedSince(user: string): number | undefined {
    const isOpen = [...this.open].some((wire) => wire.page.user === user);
    return isOpen ? undefined : (this.#closed.get(user) ?? 0);
  }

  of(page: WireEnds): Wire | undefined {
    return [...this.open].findLast((wire) => wire.page === page);
  }
}

type Direction = 'server' | 'page';

/** One WebSocket, seen from both ends. */
export class Wire implements Socket {
  readonly page: WireEnds;
  readonly #deps: WiresDeps;
  readonly #all: Set<Wire>;
  readonly #handlers: SocketHandlers;
  readonly #closed: () => void;
  #listener: Listener | undefined;
  #link: Link | undefined;
  /** Nothing passes any more, whether or not an end knows. */
  isLost = false;
  #isOpen = false;
  #pageKnows = false;
  #serverKnows = false;
  /** When the last message of each direction arrives, which none may overtake. */
  readonly #last: Record<Direction, number> = { server: 0, page: 0 };
  readonly #welcomed: Record<Direction, boolean> = { server: false, page: false };
  /** When the last event that was overtaken arrives at the page. */
  #overtaken = 0;

  constructor(deps: WiresDeps, all: Set<Wire>, page: WireEnds, handlers: SocketHandlers, closed: () => void) {
    this.#closed = closed;
    this.#deps = deps;
    this.#all = all;
    this.page = page;
    this.#handlers = handlers;
    // What a page that is gone still had in mind comes to nothing.
    if (!page.scope.isOver) all.add(this);
    const listener = deps.listener();
    if (!page.network.isOnline || listener === undefined) {
      this.isLost = true;
      this.#serverKnows = true;
      page.scope.schedule(page.network.isOnline ? this.#delay() : 0, () => this.#closedAtPage(1006, ''));
      return;
    }
    this.#pass('server', () => this.#accept());
  }

  // The page's end.

  send(text: string): void {
    if (this.page.scope.isOver || this.#pageKnows) return;
    this.#message('server', text, () => {
      if (this.#link === undefined || this.#serverKnows) return;
      this.#deps.seen(this, 'server', text);
      this.#listener?.signaling.message(this.#link, text);
    });
  }

  close(code?: number): void {
    if (this.#pageKnows) return;
    this.#pageKnows = true;
    this.#pass('server', () => this.#closedAtServer(code));
    this.#done();
  }

  // Troubles.

  /** Everything on the way is lost. Those in `told` find out within so many milliseconds, others by silence only. */
  cut(told: readonly Direction[], within = 1_500): void {
    if (this.isLost) return;
    this.isLost = true;
    const { chance, world } = this.#deps;
    if (told.includes('server')) world.schedule(chance.between(0, within), () => this.#closedAtServer());
    if (told.includes('page')) world.schedule(chance.between(0, within), () => this.#closedAtPage(1006, ''));
  }

  /** The page is no more. */
  pageDied(how: Ending): void {
    const knew = this.#pageKnows;
    this.#pageKnows = true;
    if (how !== 'leaves') this.cut(how === 'crashes' ? ['server'] : []);
    else if (!knew) this.#pass('server', () => this.#closedAtServer(goingAway));
    this.#done();
  }

  /** The server is no more. */
  serverDied(told: boolean): void {
    this.#serverKnows = true;
    this.cut(told ? ['page'] : []);
    this.#done();
  }

  /** Whether what is said now will arrive. */
  get isSound(): boolean {
    return this.#isOpen && !this.isLost && !this.#pageKnows && !this.#serverKnows;
  }

  /** This page is signed in, as far as both ends know. */
  get isWelcomed(): boolean {
    return this.isSound && this.#welcomed.page;
  }

  #accept(): void {
    const listener = this.#deps.listener();
    if (listener === undefined) {
      this.isLost = true;
      this.#serverKnows = true;
      this.#deps.world.schedule(this.#delay(), () => this.#closedAtPage(1006, ''));
      return;
    }
    this.#listener = listener;
    this.#link = listener.signaling.open({
      networkAddress: '192.0.2.1',
      bufferedAmount: 0,
      write: (...pieces) => this.#serverSends(pieces.join('')),
      ping: () => this.#serverPings(),
      close: (code, reason) => this.#serverCloses(code, reason),
    });
    this.#pass('page', () => {
      if (this.#pageKnows) return;
      this.#isOpen = true;
      this.page.scope.whenAwake(() => this.#handlers.opened());
    });
  }

  #serverSends(text: string): void {
    if (this.#listener?.scope.isOver !== false) return;
    this.#deps.said(this, text);
    this.#message('page', text, () => {
      if (this.#pageKnows) return;
      this.#welcomed.page ||= text.startsWith('{"re"');
      this.#welcomed.server ||= this.#welcomed.page;
      this.#deps.seen(this, 'page', text);
      this.page.scope.whenAwake(() => this.#handlers.received(text));
    });
  }

  #serverPings(): void {
    // Answered by the browser itself, whether or not the page is frozen.
    this.#pass('page', () => {
      if (this.#pageKnows) return;
      this.#pass('server', () => {
        if (this.#link !== undefined && !this.#serverKnows) this.#listener?.signaling.pong(this.#link);
      });
    });
  }

  #serverCloses(code: number, reason: string): void {
    if (this.#listener?.scope.isOver !== false) return;
    const { world } = this.#deps;
    // A page that cannot hear does not answer the close frame; the server waits no longer than this (ws, closeTimeout).
    world.schedule(this.isLost ? 30_000 : 2 * this.#delay(), () => this.#closedAtServer());
    this.#pass('page', () => {
      this.isLost = true;
      this.#closedAtPage(code, reason);
    });
  }

  #closedAtServer(code?: number): void {
    if (this.#serverKnows) return;
    this.#serverKnows = true;
    this.isLost = true;
    this.#closed();
    if (this.#link !== undefined && this.#listener?.scope.isOver === false) this.#listener.signaling.closed(this.#link, code);
    this.#done();
  }

  #closedAtPage(code: number, reason: string): void {
    if (this.#pageKnows) return;
    this.#pageKnows = true;
    this.#done();
    if (!this.page.scope.isOver) this.page.scope.whenAwake(() => this.#handlers.closed(code, reason));
  }

  #done(): void {
    if (this.#pageKnows && (this.#serverKnows || this.#link === undefined)) this.#all.delete(this);
  }

  /** A message on its way, with what may happen to messages. The greeting is left alone: without it nothing is said at all. */
  #message(to: Direction, text: string, arrive: () => void): void {
    const { chance, meddling } = this.#deps;
    const meddles = this.#welcomed[to];
    // Events are numbered for this; an answer is not: it never comes after what follows from it, nor before what led to it.
    const isAnswer = text.startsWith('{"re"');
    if (meddles && !isAnswer && meddling.overtake > 0 && chance.is(meddling.overtake)) {
      const at = this.#deps.time.now + this.#delay() + chance.between(1, 400);
      if (to === 'page') this.#overtaken = Math.max(this.#overtaken, at);
      this.#at(at, arrive);
      return;
    }
    if (isAnswer) this.#last.page = Math.max(this.#last.page, this.#overtaken);
    this.#pass(to, arrive);
    if (meddles && meddling.duplicate > 0 && chance.is(meddling.duplicate)) this.#pass(to, arrive);
  }

  #pass(to: Direction, arrive: () => void): void {
    const at = Math.max(this.#deps.time.now + this.#delay(), this.#last[to]);
    this.#last[to] = at;
    this.#at(at, arrive);
  }

  #at(at: number, arrive: () => void): void {
    this.#deps.world.schedule(at - this.#deps.time.now, () => {
      if (!this.isLost) arrive();
    });
  }

  #delay(): number {
    const [least, most] = this.page.network.delay;
    return this.#deps.chance.between(least, most);
  }
}
