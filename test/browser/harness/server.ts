/** The real server as a program of its own, with its data in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../scripts/run.ts';
import { Child } from './child.ts';
import { freePort, loopback } from './ports.ts';
import type { Turn } from './turn.ts';

export interface ServerOptions {
  /** What it serves at `/`. */
  readonly pages: string;
  readonly turn?: Turn | undefined;
  /** In place of the one it shares with `turn`. */
  readonly turnSecret?: string | undefined;
  /** The program and its first arguments; the server from source if not given. */
  readonly command?: readonly [string, ...string[]] | undefined;
}

const fromSource: readonly [string, ...string[]] = [
  process.execPath,
  '--conditions=source',
  join(root, 'packages/server/src/main.ts'),
];

export class Server {
  readonly port: number;
  readonly #options: ServerOptions;
  readonly #data: string;
  #child: Child;

  private constructor(port: number, options: ServerOptions) {
    this.port = port;
    this.#options = options;
    this.#data = mkdtempSync(join(tmpdir(), 'offhook-data-'));
    this.#child = this.#run();
  }

  static async start(options: ServerOptions): Promise<Server> {
    const server = new Server(await freePort(), options);
    await server.#ready();
    return server;
  }

  get url(): string {
    return `http://${loopback}:${this.port}`;
  }

  /** What it has logged since it was last started. */
  get log(): string {
    return this.#child.output;
  }

  /** It dies without a chance to say or store anything. */
  async kill(): Promise<void> {
    await this.#child.end('SIGKILL');
  }

  /** On the same port, with the same data. */
  async restart(): Promise<void> {
    this.#child = this.#run();
    await this.#ready();
  }

  /** Ends it as a host would. Fails when it did not end in order. */
  async close(): Promise<void> {
    const code = await this.#child.end('SIGTERM');
    rmSync(this.#data, { recursive: true, force: true });
    if (code !== 0 && code !== 'SIGKILL') throw new Error(`the server ended with ${code}:\n${this.log}`);
  }

  async #ready(): Promise<void> {
    await this.#child.printed(new RegExp(`:${this.port}\\b`));
  }

  #run(): Child {
    const { pages, turn, turnSecret = turn?.secret, command = fromSource } = this.#options;
    const [program, ...args] = command;
    const relay = turn === undefined ? [] : ['--ice-servers', turn.url, '--turn-secret', turnSecret ?? ''];
    return new Child(
      program,
      [...args, '--host', loopback, '--port', String(this.port), '--data-dir', this.#data, '--phone-dir', pages, ...relay],
      { NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
    );
  }
}
