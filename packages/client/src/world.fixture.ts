/** A world for unit tests: a clock that a test moves, sockets whose other end it holds, devices and peer connections without media. */
import { wireError } from '@offhook/core';
import type { ErrorCode, ReplyOf } from '@offhook/core';
import { FakePeer } from './fake-peer.fixture.ts';
import { FakeStream, FakeTrack } from './fake-media.fixture.ts';
import type { Keep, NetworkEvent, PeerHandlers, Platform, Socket, SocketHandlers } from './platform.ts';

export const t0 = 1_790_000_000_000;

export type Message = Record<string, unknown>;

/** Lets everything that waits for a resolved promise go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

export class FakeClock {
  #now = t0;
  readonly #tasks = new Set<{ readonly at: number; readonly task: () => void }>();

  now(): number {
    return this.#now;
  }

  schedule(delay: number, task: () => void): () => void {
    const entry = { at: this.#now + delay, task };
    this.#tasks.add(entry);
    return () => void this.#tasks.delete(entry);
  }

  /** How many tasks wait. */
  get waiting(): number {
    return this.#tasks.size;
  }

  /** Lets time pass, with everything that falls due. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settle();
    for (;;) {
      const [next] = [...this.#tasks].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#tasks.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.task();
      await settle();
    }
    this.#now = end;
  }
}

/** The server's end of a WebSocket. */
export class FakeSocket implements Socket {
  readonly url: string;
  readonly #handlers: SocketHandlers;
  readonly #sent: Message[] = [];
  isClosed = false;
  closedWith: number | undefined;
  /** Whether the server is alive. */
  answersPings = true;

  constructor(url: string, handlers: SocketHandlers) {
    this.url = url;
    this.#handlers = handlers;
  }

  send(text: string): void {
    const message = JSON.parse(text) as Message;
    this.#sent.push(message);
    if (message['type'] === 'ping' && this.answersPings) queueMicrotask(() => this.give({ type: 'pong' }));
  }

  close(code?: number): void {
    this.closedWith = code;
    this.isClosed = true;
  }

  /** What the page has sent, pings left out. */
  get sent(): Message[] {
    return this.#sent.filter(({ type }) => type !== 'ping');
  }

  get pings(): Message[] {
    return this.#sent.filter(({ type }) => type === 'ping');
  }

  /** The last message of this type. */
  last(type: string): Message {
    const found = this.#sent.findLast((message) => message['type'] === type);
    if (found === undefined) throw new Error(`no ${type} was sent, but ${this.sent.map((one) => String(one['type'])).join()}`);
    return found;
  }

  open(): void {
    this.#handlers.opened();
  }

  give(message: object): void {
    this.#handlers.received(JSON.stringify(message));
  }

  /** Answers the last request of this type. */
  answer(type: string, ok: object = {}): void {
    this.give({ re: this.last(type)['id'], ok });
  }

  refuse(type: string, code: ErrorCode): void {
    this.give({ re: this.last(type)['id'], error: wireError(code) });
  }

  /** The network or the server ends it. */
  drop(reason = ''): void {
    this.#handlers.closed(reason === '' ? 1006 : 4409, reason);
  }
}

export class FakeKeep implements Keep {
  readonly #items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }
}

/** One page. What several pages share is handed in. */
export class World {
  readonly clock = new FakeClock();
  readonly sockets: FakeSocket[] = [];
  readonly peers: FakePeer[] = [];
  /** What was asked of `getUserMedia`. */
  readonly asked: string[] = [];
  /** All tracks that microphone and camera gave. */
  readonly tracks: FakeTrack[] = [];
  readonly reported: unknown[] = [];
  readonly tab: FakeKeep;
  readonly #locks: Set<string>;
  /** What `getUserMedia` throws, by kind. */
  readonly broken: { audio?: Error; video?: Error } = {};
  /** The person who is asked for leave takes this long. */
  leave: Promise<void> = Promise.resolve();
  permission: PermissionState | undefined = 'granted';
  fetch: Platform['fetch'] = () => Promise.reject(new Error('no network'));
  /** The number of the last event. */
  seq = 0;
  #tokens = 0;
  #network: ((event: NetworkEvent) => void) | undefined;

  constructor({ tab = new FakeKeep(), locks = new Set<string>() }: { tab?: FakeKeep; locks?: Set<string> } = {}) {
    this.tab = tab;
    this.#locks = locks;
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  /** The newest peer connection. */
  get peer(): FakePeer {
    const peer = this.peers.at(-1);
    if (peer === undefined) throw new Error('no peer connection was opened');
    return peer;
  }

  /** Tracks of microphone and camera that are not stopped. */
  get open(): string[] {
    return this.tracks.filter(({ readyState }) => readyState === 'live').map(({ kind }) => kind);
  }

  network(event: NetworkEvent): void {
    this.#network?.(event);
  }

  /** Opens the newest socket and lets the server welcome it. */
  async welcome(change: Partial<ReplyOf<'hello'>> = {}): Promise<void> {
    await settle();
    this.socket.open();
    await settle();
    this.socket.answer('hello', { ...welcome, seq: this.seq, ...change });
    await settle();
  }

  get platform(): Platform {
    return {
      clock: this.clock,
      random: { token: () => `token${(this.#tokens += 1)}`.padEnd(22, '0'), fraction: () => 0.5 },
      openSocket: (url, _protocol, handlers) => {
        const socket = new FakeSocket(url, handlers);
        this.sockets.push(socket);
        return socket;
      },
      openPeer: (configuration: RTCConfiguration, handlers: PeerHandlers) => {
        const peer = new FakePeer(`p${this.peers.length}`, configuration, handlers);
        this.peers.push(peer);
        return peer;
      },
      newStream: () => new FakeStream() as unknown as MediaStream,
      capture: (constraints) => this.#capture(constraints),
      permission: () => Promise.resolve(this.permission),
      tab: this.tab,
      browser: new FakeKeep(),
      lock: (name) => {
        if (this.#locks.has(name)) return Promise.resolve(undefined);
        this.#locks.add(name);
        return Promise.resolve(() => void this.#locks.delete(name));
      },
      watchNetwork: (listener) => {
        this.#network = listener;
        return () => {
          this.#network = undefined;
        };
      },
      fetch: (url, init) => this.fetch(url, init),
      origin: 'https://calls.example',
      deviceName: 'Test on Node',
      report: (error) => void this.reported.push(error),
    };
  }

  async #capture({ audio = false, video = false }: MediaStreamConstraints): Promise<MediaStream> {
    const kinds = [...(audio === false ? [] : ['audio' as const]), ...(video === false ? [] : ['video' as const])];
    this.asked.push(kinds.join('+'));
    await this.leave;
    for (const kind of kinds) if (this.broken[kind]) throw this.broken[kind];
    const tracks = kinds.map((kind) => new FakeTrack(kind, this.tracks));
    return new FakeStream(tracks) as unknown as MediaStream;
  }
}

export const welcome: ReplyOf<'hello'> = {
  connection: 'connection-1',
  resume: 'secret-1',
  seq: 0,
  resumed: false,
  user: { address: 'alice', name: 'Alice' },
  device: { id: 'device-1', name: 'Test on Node' },
  settings: { doNotDisturb: false, maxCalls: 4, ringMs: 45_000 },
  ice: { iceServers: [{ urls: ['turn:one.example'], username: 'u', credential: 'c' }], ttlMs: 3_600_000 },
  calls: [],
  ended: [],
};
