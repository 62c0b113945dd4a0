/** Janus with nothing but its VideoRoom, driven by its WebSocket API (https://janus.conf.meetecho.com/docs/rest.html, videoroom.html). */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { WebSocket } from 'ws';

interface Jsep {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

interface Message {
  readonly janus: string;
  readonly transaction?: string;
  readonly sender?: number;
  readonly data?: { readonly id: number };
  readonly plugindata?: { readonly data: { readonly error?: string; readonly id?: number } };
  readonly error?: { readonly reason: string };
  readonly jsep?: Jsep;
}

const room = 1;

/** What Janus always says in a message of this kind. */
function said<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Janus left out what it was asked for');
  return value;
}

/** Where Debian's package `janus` puts it; undefined where it is not installed. */
export function findJanus(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'janus'))
    .find((file) => existsSync(file));
}

export class Janus {
  readonly #process: ChildProcess;
  readonly #socket: WebSocket;
  readonly #folder: string;
  readonly #waiting = new Map<
    string,
    { readonly resolve: (message: Message) => void; readonly reject: (error: Error) => void }
  >();
  readonly #feeds = new Map<string, { readonly id: number; readonly up: Promise<void> }>();
  /** By handle, to be called once its media flows. */
  readonly #ups = new Map<number, () => void>();
  #session = 0;
  #transactions = 0;

  private constructor(child: ChildProcess, socket: WebSocket, folder: string) {
    this.#process = child;
    this.#socket = socket;
    this.#folder = folder;
    socket.on('message', (data: Buffer) => this.#hear(JSON.parse(data.toString()) as Message));
  }

  static async start(program: string, port: number): Promise<Janus> {
    const folder = mkdtempSync(join(tmpdir(), 'janus-'));
    writeFileSync(join(folder, 'janus.jcfg'), configuration());
    writeFileSync(join(folder, 'janus.plugin.videoroom.jcfg'), '');
    writeFileSync(
      join(folder, 'janus.transport.websockets.jcfg'),
      `general: { ws = true, ws_ip = "127.0.0.1", ws_port = ${port}, wss = false, ws_logging = 0 }\nadmin: { admin_ws = false }\n`,
    );
    const child = spawn(program, ['-F', folder, '-d', '0', '--disable-stdout'], { stdio: 'ignore' });
    // A benchmark that fails leaves nothing behind.
    process.once('exit', () => child.kill('SIGKILL'));
    const janus = new Janus(child, await connected(port), folder);
    janus.#session = said((await janus.#ask({ janus: 'create' })).data).id;
    const handle = await janus.#attach();
    await janus.#message(handle, {
      request: 'create',
      room,
      publishers: 1_000,
      bitrate: 0,
      videocodec: 'vp8',
      notify_joining: false,
    });
    return janus;
  }

  get pid(): number {
    return said(this.#process.pid);
  }

  /** The answer. */
  async publish(name: string, sdp: string): Promise<string> {
    const handle = await this.#attach();
    const body = { request: 'joinandconfigure', ptype: 'publisher', room, display: name };
    const { plugindata, jsep } = await this.#message(handle, body, { type: 'offer', sdp });
    const up = new Promise<void>((resolve) => {
      this.#ups.set(handle, resolve);
    });
    this.#feeds.set(name, { id: said(plugindata?.data.id), up });
    return said(jsep).sdp;
  }

  async subscribe(from: readonly string[], answer: (offer: string) => Promise<string>): Promise<void> {
    const handle = await this.#attach();
    const feeds = from.map((name) => said(this.#feeds.get(name)));
    // Before, there is no such feed.
    await Promise.all(feeds.map(({ up }) => up));
    const streams = feeds.map(({ id }) => ({ feed: id }));
    const { jsep } = await this.#message(handle, { request: 'join', ptype: 'subscriber', room, streams });
    await this.#message(handle, { request: 'start' }, { type: 'answer', sdp: await answer(said(jsep).sdp) });
  }

  async stop(): Promise<void> {
    this.#socket.terminate();
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true });
  }

  async #attach(): Promise<number> {
    return said((await this.#ask({ janus: 'attach', plugin: 'janus.plugin.videoroom' })).data).id;
  }

  async #message(handle: number, body: object, jsep?: Jsep): Promise<Message> {
    const answered = await this.#ask({ janus: 'message', handle_id: handle, body, ...(jsep && { jsep }) });
    const error = answered.plugindata?.data.error;
    if (error !== undefined) throw new Error(`Janus: ${error}`);
    return answered;
  }

  #ask(message: object): Promise<Message> {
    const transaction = String(++this.#transactions);
    const session = this.#session === 0 ? {} : { session_id: this.#session };
    return new Promise((resolve, reject) => {
      this.#waiting.set(transaction, { resolve, reject });
      this.#socket.send(JSON.stringify({ ...message, ...session, transaction }));
    });
  }

  #hear(message: Message): void {
    if (message.janus === 'webrtcup') this.#ups.get(message.sender ?? 0)?.();
    // The result follows.
    if (message.janus === 'ack' || message.transaction === undefined) return;
    const waiting = this.#waiting.get(message.transaction);
    this.#waiting.delete(message.transaction);
    if (message.janus === 'error') waiting?.reject(new Error(`Janus: ${message.error?.reason}`));
    else waiting?.resolve(message);
  }
}

/** The modules of Janus but one, as its configuration lists those that it shall not load. */
function others(kind: string, but: string): string {
  const [folder] = ['/usr/lib/x86_64-linux-gnu/janus', '/usr/lib/aarch64-linux-gnu/janus', '/usr/lib/janus'].filter((one) =>
    existsSync(one),
  );
  if (folder === undefined) return '';
  return readdirSync(join(folder, kind))
    .filter((file) => file.endsWith('.so') && file !== but)
    .join(',');
}

/** Sessions do not time out, and of plugins and transports only what is needed is there. */
function configuration(): string {
  return `general: { debug_level = 0, log_to_stdout = false, session_timeout = 0 }
plugins: { disable = "${others('plugins', 'libjanus_videoroom.so')}" }
transports: { disable = "${others('transports', 'libjanus_websockets.so')}" }
`;
}

async function connected(port: number): Promise<WebSocket> {
  for (let tries = 0; ; tries++) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, 'janus-protocol');
    try {
      await once(socket, 'open');
      return socket;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
