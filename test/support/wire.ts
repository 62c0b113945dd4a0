/** A client that speaks raw messages over a real WebSocket, for tests of what the server answers. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { protocolVersion, subprotocol } from '@offhook/core';
import type { Answer, FileInfo, Offer, ReplyOf, WireError } from '@offhook/core';
import { createServer } from '../../packages/server/src/server.ts';
import type { RunningServer, ServerOptions } from '../../packages/server/src/server.ts';
import { defaults } from '../../packages/server/src/config.ts';
import type { Config } from '../../packages/server/src/config.ts';

/** What the server sends: replies, events, notices and messages of applications. */
export interface Message {
  readonly re?: string;
  readonly ok?: Readonly<Record<string, unknown>>;
  readonly error?: WireError;
  readonly about?: string;
  readonly seq?: number;
  readonly type?: string;
  readonly [field: string]: unknown;
}

/** What a test sends, right or wrong. */
export type Sent = Readonly<Record<string, unknown>>;

/** A server in this process, on a free port, that keeps nothing. Limits by network address are out of the way. */
export function startServer(config: Partial<Config> = {}, options: ServerOptions = {}): Promise<RunningServer> {
  const limits = { ...defaults.limits, socketBurstPerAddress: 100_000, claimBurst: 100_000, scryptLogN: 10 };
  return createServer({ ...defaults, port: 0, dataDir: ':memory:', logLevel: 'silent', limits, ...config }, options);
}

/** What a claim or a join gives out. */
export interface Identity {
  readonly token: string;
  readonly user: { readonly address: string; readonly name: string };
  readonly device: { readonly id: string; readonly name: string };
}

export async function post(port: number, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

export async function claim(port: number, name: string): Promise<Identity> {
  const response = await post(port, '/v1/open/claim', { name, device: `${name}'s browser` });
  if (!response.ok) throw new Error(`claim ${name}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Identity;
}

/** A further device of the same user. */
export async function addDevice(port: number, identity: Identity, device: string): Promise<Identity> {
  const link = await post(port, '/v1/open/link', {}, { authorization: `Bearer ${identity.token}` });
  const { code } = (await link.json()) as { code: string };
  return (await (await post(port, '/v1/open/join', { code, device })).json()) as Identity;
}

/** Sends a file in one piece; the answer of the server. */
export async function postFile(
  port: number,
  token: string,
  content: string | Uint8Array,
  query: Readonly<Record<string, string>> = {},
): Promise<{
  readonly status: number;
  readonly body: { readonly file?: FileInfo; readonly at?: number; readonly error?: WireError };
}> {
  const bytes = Buffer.from(content as Uint8Array);
  const upload = entryId().replace('entry', 'upload');
  const all = new URLSearchParams({ upload, name: 'plan.txt', bytes: String(bytes.length), at: '0', ...query });
  const response = await fetch(`http://127.0.0.1:${port}/v1/files?${all.toString()}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  return { status: response.status, body: (await response.json()) as { file?: FileInfo } };
}

export type SignedIn = Wire & { readonly welcome: ReplyOf<'hello'> };

/** One socket. Everything it receives is kept until somebody takes it. */
export class Wire {
  readonly socket: WebSocket;
  readonly received: Message[] = [];
  readonly #waiting = new Set<() => void>();
  closed: { readonly code: number; readonly reason: string } | undefined;
  #ids = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      this.received.push(JSON.parse(data.toString()) as Message);
      this.#wake();
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  static async open(port: number, options: { readonly headers?: Record<string, string> } = {}): Promise<Wire> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, subprotocol, { ...options, maxPayload: 0 });
    const wire = new Wire(socket);
    await once(socket, 'open');
    return wire;
  }

  /** A socket that has said hello; `welcome` is what came back. */
  static async signIn(port: number, identity: Identity, hello: Sent = {}): Promise<SignedIn> {
    const wire = await Wire.open(port);
    const welcome = await wire.request({ type: 'hello', version: protocolVersion, token: identity.token, ...hello });
    if (welcome.ok === undefined) throw new Error(`not welcome: ${JSON.stringify(welcome)}`);
    return Object.assign(wire, { welcome: welcome.ok as ReplyOf<'hello'> });
  }

  /** Signed in, as a page that shows conversations: it is told of them. */
  static async follow(port: number, identity: Identity): Promise<SignedIn> {
    const wire = await Wire.signIn(port, identity);
    await wire.request({ type: 'conversations' });
    return wire;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Sends a request and waits for its reply. */
  async request(message: Sent): Promise<Message> {
    const id = (message['id'] as string | undefined) ?? `r${++this.#ids}`;
    this.send({ ...message, id });
    return this.take((reply) => reply.re === id);
  }

  /** The first message that fits, taken out of those received; waits for it. */
  async take(fits: string | ((message: Message) => boolean), forMs = 5_000): Promise<Message> {
    const matches = typeof fits === 'string' ? (message: Message): boolean => message.type === fits : fits;
    const until = Date.now() + forMs;
    for (;;) {
      const at = this.received.findIndex(matches);
      const [found] = at === -1 ? [] : this.received.splice(at, 1);
      if (found !== undefined) return found;
      if (this.closed !== undefined) throw new Error(`closed with ${this.closed.code} ${this.closed.reason}`);
      if (Date.now() > until) throw new Error(`${String(fits)} did not come; there is ${JSON.stringify(this.received)}`);
      await this.#change(until);
    }
  }

  /** How the server closed it. */
  async end(forMs = 5_000): Promise<{ readonly code: number; readonly reason: string }> {
    const until = Date.now() + forMs;
    while (this.closed === undefined) {
      if (Date.now() > until) throw new Error('was not closed');
      await this.#change(until);
    }
    return this.closed;
  }

  /** Everything that was sent before has been answered or is on its way: the server has read it all. */
  async flush(): Promise<void> {
    this.send({ type: 'ping' });
    await this.take('pong');
  }

  close(): void {
    this.socket.close();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #change(until: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, until - Date.now()) + 1);
      this.#waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

let calls = 0;

/** A call id as clients make them. */
export function callId(): string {
  calls += 1;
  return `call-${String(calls).padStart(12, '0')}`;
}

let entries = 0;

/** The id of an entry as clients make them. */
export function entryId(): string {
  entries += 1;
  return `entry-${String(entries).padStart(12, '0')}`;
}

export const offer: Offer = { type: 'offer', sdp: 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n' };
export const answer: Answer = { type: 'answer', sdp: 'v=0\r\no=- 2 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n' };
export const audio = { audio: true, video: false };
