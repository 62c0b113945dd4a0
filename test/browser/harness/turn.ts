/** A coturn on loopback that takes time-limited credentials (`use-auth-secret`), as a host would run one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../support/programs.ts';
import { Child } from './child.ts';
import { freePort, loopback } from './ports.ts';

export class Turn {
  readonly secret: string;
  readonly port: number;
  readonly #folder: string;
  #child: Child;

  private constructor(port: number, secret: string) {
    this.port = port;
    this.secret = secret;
    this.#folder = mkdtempSync(join(tmpdir(), 'offhook-turn-'));
    this.#child = this.#run();
  }

  static async start(secret: string): Promise<Turn> {
    const turn = new Turn(await freePort(), secret);
    await turn.#listening();
    return turn;
  }

  get url(): string {
    return `turn:${loopback}:${this.port}?transport=udp`;
  }

  /** What it has logged since it was last started. */
  get log(): string {
    return this.#child.output;
  }

  /** It vanishes, and with it every relayed path. */
  async kill(): Promise<void> {
    await this.#child.end('SIGKILL');
  }

  async restart(): Promise<void> {
    this.#child = this.#run();
    await this.#listening();
  }

  async close(): Promise<void> {
    await this.#child.end('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #listening(): Promise<void> {
    await this.#child.printed(/UDP listener opened on/);
  }

  #run(): Child {
    return new Child(program('turn'), [
      '-n',
      `--listening-ip=${loopback}`,
      `--listening-port=${this.port}`,
      `--relay-ip=${loopback}`,
      '--allow-loopback-peers',
      '--realm=offhook.test',
      '--use-auth-secret',
      `--static-auth-secret=${this.secret}`,
      `--userdb=${join(this.#folder, 'turn.db')}`,
      `--pidfile=${join(this.#folder, 'turn.pid')}`,
      '--log-file=stdout',
      '--simple-log',
      '--verbose',
      '--no-cli',
      '--no-tls',
      '--no-dtls',
      '--no-tcp',
      '--no-tcp-relay',
      '--no-rfc5780',
    ]);
  }
}
