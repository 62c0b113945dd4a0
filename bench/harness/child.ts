import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer, Memory, Question } from './service.ts';

interface Options {
  readonly args?: readonly string[];
  /** The one core that all threads of the process run on. */
  readonly core?: number | undefined;
  /** Flags for Node, e.g. `--cpu-prof`. */
  readonly nodeFlags?: readonly string[];
}

/** A service (see service.ts) in a process of its own, so that what it costs is told apart from what loads it. */
export class Child {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #last = 0;

  constructor(file: URL, { args = [], core, nodeFlags = [] }: Options = {}) {
    const node = ['--conditions=source', '--expose-gc', ...nodeFlags, fileURLToPath(file), ...args];
    const command =
      core === undefined ? [process.execPath, ...node] : ['taskset', '-c', String(core), process.execPath, ...node];
    const [program = '', ...rest] = command;
    this.#process = spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#process.on('message', (answer: Answer) => this.#settle(answer));
    this.#process.on('exit', (code, signal) => {
      const error = new Error(`${fileURLToPath(file)} ended (${code ?? signal})`);
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
  }

  ask<T>(question: string, argument?: unknown): Promise<T> {
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (value) => resolve(value as T), reject });
      this.#process.send({ id, question, argument } satisfies Question);
    });
  }

  /** CPU time of all its threads so far, user and system, in microseconds. */
  cpu(): Promise<number> {
    return this.ask('cpu');
  }

  /** After a full garbage collection. */
  memory(): Promise<Memory> {
    return this.ask('memory');
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.disconnect();
    await gone;
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.value);
  }
}

/** Whether processes can be pinned to cores here: there are two of them, and `taskset` (util-linux). */
export function canPin(): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return availableParallelism() > 1 && folders.some((folder) => existsSync(join(folder, 'taskset')));
}
