/** Programs that tests start: watched, and gone at the latest with the process that started them. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

interface Wait {
  readonly pattern: RegExp;
  readonly found: (match: RegExpExecArray) => void;
  readonly failed: (error: Error) => void;
}

/** One run of a program. What it prints is kept for the message of a failed test. */
export class Child {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #exit: Promise<number | NodeJS.Signals>;
  readonly #waits = new Set<Wait>();
  #output = '';

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#name = command.split('/').at(-1) ?? command;
    this.#process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    living.add(this.#process);
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.#printed(text));
    this.#exit = new Promise((resolve) => {
      this.#process.once('error', (error) => this.#over(`could not start: ${error.message}`, () => resolve(-1)));
      this.#process.once('exit', (code, signal) =>
        this.#over(`ended with ${signal ?? code}`, () => resolve(signal ?? code ?? -1)),
      );
    });
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves with the first match in what it has printed or will print; fails when it ends before that. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    const match = pattern.exec(this.#output);
    if (match !== null) return Promise.resolve(match);
    if (!living.has(this.#process)) return Promise.reject(this.#failure('has ended'));
    return new Promise((found, failed) => this.#waits.add({ pattern, found, failed }));
  }

  /** Ends it and waits until it has: the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    this.#process.kill(signal);
    return this.#exit;
  }

  #printed(text: string): void {
    this.#output += text;
    for (const wait of this.#waits) {
      const match = wait.pattern.exec(this.#output);
      if (match === null) continue;
      this.#waits.delete(wait);
      wait.found(match);
    }
  }

  #over(how: string, then: () => void): void {
    living.delete(this.#process);
    for (const { failed } of this.#waits) failed(this.#failure(how));
    this.#waits.clear();
    then();
  }

  #failure(how: string): Error {
    return new Error(`${this.#name} ${how}; it printed:\n${this.#output}`);
  }
}
