import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { endGroup, putLast } from './last.ts';

export const root = join(import.meta.dirname, '..');

export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

interface Options {
  /** Kept and handed back, or shown as it comes. */
  readonly output?: 'keep' | 'show';
  readonly env?: NodeJS.ProcessEnv;
  readonly timeout?: number;
  /** It only takes what nobody else makes use of. */
  readonly isLast?: boolean;
}

/** Runs a program of the workspace (node_modules/.bin) or of the machine to its end. */
export function run(command: string, args: readonly string[], options: Options = {}): Promise<Outcome> {
  const { output = 'show', env, timeout, isLast = false } = options;
  const path = join(root, 'node_modules/.bin') + delimiter + (process.env['PATH'] ?? '');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, PATH: path, ...env },
      stdio: ['ignore', output === 'keep' ? 'pipe' : 'inherit', output === 'keep' ? 'pipe' : 'inherit'],
      // On Windows the programs in .bin are command files.
      shell: process.platform === 'win32',
      timeout,
      killSignal: 'SIGKILL',
      detached: isLast && process.platform !== 'win32',
    });
    const { pid } = child;
    if (isLast && pid !== undefined) putLast(pid);
    const done = (ok: boolean, last = ''): void => {
      if (isLast && pid !== undefined) endGroup(pid);
      resolve({ ok, output: Buffer.concat(chunks).toString() + last });
    };
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => done(false, error.message));
    child.on('close', (code, signal) => done(code === 0, signal === null ? '' : `\nended by ${signal}\n`));
  });
}
