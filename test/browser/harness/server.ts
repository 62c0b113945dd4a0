/** The real server as a program of its own, with its data in a folder of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root } from '../../../scripts/run.ts';
import { Child } from './child.ts';
import type { Identity } from './person.ts';
import { freePort, loopback } from './ports.ts';
import type { Turn } from './turn.ts';

export interface ServerOptions {
  /** What it serves at `/`; if not given, the web phone that lies beside it. */
  readonly pages?: string | undefined;
  readonly turn?: Turn | undefined;
  /** Of other pages that may use it. */
  readonly origins?: readonly string[] | undefined;
  /** More of what can be configured. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
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
  readonly #folder: string;
  #child: Child;

  private constructor(port: number, options: ServerOptions) {
    this.port = port;
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), 'offhook-server-'));
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

  /** The link for the first administrator, as it was shown at the start. */
  async firstInvitation(): Promise<string> {
    const [, link = ''] = await this.#child.printed(/"first_administrator".*?"url":"([^"]+)"/);
    return link;
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

  /** Takes a name that is free. */
  claim(name: string): Promise<Identity> {
    return this.#post<Identity>('claim', { name, device: 'First device' });
  }

  /** Somebody without an account who has the link of a meeting. */
  async visit(meeting: string, name: string): Promise<Identity> {
    const response = await fetch(`${this.url}/v1/meetings/${meeting}/guests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, device: 'Browser of a guest' }),
    });
    if (!response.ok) throw new Error(`visit: ${response.status} ${await response.text()}`);
    return (await response.json()) as Identity;
  }

  /** Adds a device to somebody. */
  async join({ token }: Identity): Promise<Identity> {
    const { code } = await this.#post<{ code: string }>('link', {}, token);
    return this.#post<Identity>('join', { code, device: 'Second device' });
  }

  /** Ends it as a host would. Fails when it did not end in order. */
  async close(): Promise<void> {
    const hung = setTimeout(() => void this.kill(), 30_000);
    const code = await this.#child.end('SIGTERM');
    clearTimeout(hung);
    rmSync(this.#folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the server ended with ${code}:\n${this.log}`);
  }

  async #post<T>(what: string, body: object, token?: string): Promise<T> {
    const response = await fetch(`${this.url}/v1/open/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${what}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async #ready(): Promise<void> {
    await this.#child.printed(/"listening"/);
  }

  #run(): Child {
    const { pages, origins = [], settings: more, turn, turnSecret = turn?.secret, command = fromSource } = this.#options;
    const [program, ...args] = command;
    const file = join(this.#folder, 'offhook.json');
    const settings = {
      host: loopback,
      port: this.port,
      dataDir: join(this.#folder, 'data'),
      ...(pages !== undefined && { phoneDir: pages }),
      origins,
      ...more,
      ...(turn !== undefined && { iceServers: [turn.url], turnSecret }),
      // All the people of a test file come from one address, and their passwords guard nothing.
      limits: { claimsPerMinute: 10_000, claimBurst: 1_000, scryptLogN: 10 },
    };
    writeFileSync(file, JSON.stringify(settings));
    // What begins with `#!/usr/bin/env node` is to run on the same Node as the tests.
    const path = dirname(process.execPath) + delimiter + (process.env['PATH'] ?? '');
    return new Child(program, [...args, '--config', file], { PATH: path, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' });
  }
}
