/** rtpengine of Debian's package `rtpengine-daemon`, without its kernel module, driven by its control protocol `ng` (bencoded, by UDP). */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

type Value = string | readonly Value[] | { readonly [key: string]: Value };

const at = '127.0.0.1';
/** Between two tries, until it answers. */
const againMs = 200;
const tries = 50;

/** Where Debian puts it; undefined where it is not installed. */
export function findRtpengine(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'rtpengine'))
    .find((file) => existsSync(file));
}

export class Rtpengine {
  readonly #process: ChildProcess;
  readonly #socket: Socket;
  readonly #port: number;
  readonly #waiting = new Map<string, (answer: Record<string, Value>) => void>();
  #cookies = 0;

  private constructor(child: ChildProcess, socket: Socket, port: number) {
    this.#process = child;
    this.#socket = socket;
    this.#port = port;
    socket.on('message', (bytes) => {
      const space = bytes.indexOf(0x20);
      const answer = decoded(bytes.subarray(space + 1));
      this.#waiting.get(bytes.toString('latin1', 0, space))?.(answer);
    });
  }

  static async start(file: string, port: number, ports: { readonly first: number; readonly last: number }): Promise<Rtpengine> {
    const args = [
      '--foreground',
      '--table=-1',
      `--interface=${at}`,
      `--listen-ng=${at}:${port}`,
      `--port-min=${ports.first}`,
      `--port-max=${ports.last}`,
      '--log-level=2',
      '--log-stderr',
      '--no-redis-required',
      '--config-file=none',
    ];
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'ignore'] });
    const socket = createSocket('udp4');
    socket.bind(0, at);
    await once(socket, 'listening');
    const engine = new Rtpengine(child, socket, port);
    for (let n = 0; n < tries; n++) {
      const answer = await Promise.race([engine.#ask({ command: 'ping' }), later(againMs)]);
      if (answer !== undefined) return engine;
      if (child.exitCode !== null) break;
    }
    await engine.stop();
    throw new Error('rtpengine does not answer');
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The description that it makes of one. */
  async ask(command: 'offer' | 'answer', what: { readonly [key: string]: Value }): Promise<string> {
    const answer = await this.#ask({ command, ...what });
    const { sdp } = answer;
    if (typeof sdp !== 'string') throw new Error(`rtpengine: ${JSON.stringify(answer)}`);
    return sdp;
  }

  async stop(): Promise<void> {
    this.#socket.close();
    if (this.#process.exitCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  #ask(what: { readonly [key: string]: Value }): Promise<Record<string, Value>> {
    const cookie = `c${++this.#cookies}`;
    return new Promise((resolve) => {
      this.#waiting.set(cookie, resolve);
      this.#socket.send(`${cookie} ${encoded(what)}`, this.#port, at);
    });
  }
}

function later(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}

function encoded(value: Value): string {
  if (typeof value === 'string') return `${Buffer.byteLength(value)}:${value}`;
  if (Array.isArray(value)) return `l${value.map(encoded).join('')}e`;
  const entries = Object.entries(value as { readonly [key: string]: Value }).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `d${entries.map(([key, one]) => encoded(key) + encoded(one)).join('')}e`;
}

function decoded(bytes: Buffer): Record<string, Value> {
  let at = 0;
  const until = (end: string): string => {
    const found = bytes.indexOf(end, at, 'latin1');
    const text = bytes.toString('latin1', at, found);
    at = found + 1;
    return text;
  };
  const read = (): Value => {
    const kind = String.fromCharCode(bytes[at] ?? 0);
    if (kind === 'i') return until('e').slice(1);
    if (kind !== 'd' && kind !== 'l') {
      const length = Number(until(':'));
      at += length;
      return bytes.toString('utf8', at - length, at);
    }
    at++;
    const items: Value[] = [];
    while (bytes.toString('latin1', at, at + 1) !== 'e') items.push(read());
    at++;
    if (kind === 'l') return items;
    return Object.fromEntries(
      items.flatMap((key, n) => (n % 2 === 0 && typeof key === 'string' ? [[key, items[n + 1] ?? '']] : [])),
    );
  };
  const answer = read();
  return typeof answer === 'object' && !Array.isArray(answer) ? (answer as Record<string, Value>) : {};
}
