/** The server as people run it: a process of its own, which can be stopped in order or killed. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../../packages/server/src/main.ts');

export class ServerProcess {
  readonly port: number;
  /** What it has logged. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  readonly #child: ChildProcess;
  readonly #exited: Promise<string>;

  private constructor(child: ChildProcess, port: number, log: readonly Readonly<Record<string, unknown>>[]) {
    this.port = port;
    this.log = log;
    this.#child = child;
    this.#exited = exit(child);
  }

  /** Resolves when it listens. */
  static async start(flags: readonly string[]): Promise<ServerProcess> {
    const child = spawn(process.execPath, ['--conditions=source', main, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said: string[] = [];
    child.stderr.on('data', (data: Buffer) => said.push(data.toString()));
    const log: Record<string, unknown>[] = [];
    const listening = new Promise<number>((resolve) => {
      createInterface(child.stdout).on('line', (line) => {
        const entry = JSON.parse(line) as Record<string, unknown>;
        log.push(entry);
        if (entry['event'] === 'listening') resolve(Number(new URL(String(entry['url'])).port));
      });
    });
    const first = await Promise.race([listening, exit(child)]);
    if (typeof first === 'string') throw new Error(`did not start: ${first} ${said.join('')}`);
    return new ServerProcess(child, first, log);
  }

  /** SIGTERM; the exit code. */
  async stop(): Promise<string> {
    this.#child.kill('SIGTERM');
    return this.#exited;
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

/** The code, or the name of the signal that ended it. */
async function exit(child: ChildProcess): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return String(child.exitCode ?? child.signalCode);
}
