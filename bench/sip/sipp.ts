/** SIPp as the load: so many calls a second, and what it has counted. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { xmlOf } from '../../test/interop/scenario.ts';
import { program } from '../../test/support/programs.ts';
import { canPin } from '../harness/child.ts';

export interface Load {
  readonly port: number;
  readonly service: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** `u1`: by UDP; `t1`: all calls on one connection by TCP. */
  readonly transport?: 'u1' | 't1';
  /** How long a call is up, in milliseconds. */
  readonly talks?: number;
  /** Who calls, turn about; absent: one who says no number. */
  readonly callers?: readonly string[];
}

export interface Counted {
  /** Every call went through, and nothing was said twice. */
  readonly isClean: boolean;
  readonly failed: number;
  readonly repeated: number;
  /** From INVITE to 200, in milliseconds. */
  readonly times: readonly number[];
}

/** As the operating system writes it: all of SIPp is on the other core than the server. */
function onItsCore(args: readonly string[], core = '1'): { readonly first: string; readonly rest: readonly string[] } {
  const [first = '', ...rest] = [...(canPin() ? ['taskset', '-c', core] : []), program('sipp'), ...args];
  return { first, rest };
}
const env = { ...process.env, TERM: 'dumb' };

/** INVITE, what comes until 200, ACK, BYE, 200. */
export async function callBySipp({
  port,
  service,
  perSecond,
  seconds,
  transport = 'u1',
  talks = 0,
  callers,
}: Load): Promise<Counted> {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-bench-sip-'));
  const args = ['-s', service, '-i', '127.0.0.1', '-t', transport, '-nostdin', '-d', `${talks}`];
  if (callers === undefined) args.push('-sn', 'uac');
  else {
    writeFileSync(join(folder, 'scenario.xml'), xmlOf('from a trunk'));
    writeFileSync(join(folder, 'callers.csv'), ['SEQUENTIAL', ...callers, ''].join('\n'));
    args.push('-sf', 'scenario.xml', '-inf', 'callers.csv');
  }
  args.push('-r', `${perSecond}`, '-m', `${perSecond * seconds}`, '-l', '100000');
  args.push('-timeout', `${seconds + 10 + talks / 1000}s`, '-trace_stat', '-stf', 'stat.csv', '-trace_rtt', '-rtt_freq', '100');
  const { first, rest } = onItsCore([...args, `127.0.0.1:${port}`]);
  const isWhole = await new Promise<boolean>((resolve) => {
    execFile(first, rest, { cwd: folder, env, maxBuffer: 100_000_000 }, (error) => resolve(error === null));
  });
  const count = counts(join(folder, 'stat.csv'));
  const [repeated, failed] = [count('Retransmissions(C)'), count('FailedCall(C)')];
  const times = globSync('*_rtt.csv', { cwd: folder }).flatMap((file) =>
    table(join(folder, file))
      .slice(1)
      .map((row) => Number(row[1])),
  );
  rmSync(folder, { recursive: true });
  return { isClean: isWhole && repeated === 0 && failed === 0, failed, repeated, times };
}

/** Whom SIPp calls in the end: it rings, and takes every call at once. */
export interface Called {
  /** How often it has said something twice so far, to within a second. */
  repeated(): number;
  stop(): Promise<void>;
}

export function beCalledBySipp(port: number, core = '1'): Called {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-bench-sip-'));
  writeFileSync(join(folder, 'scenario.xml'), xmlOf('is called'));
  const args = ['-sf', 'scenario.xml', '-i', '127.0.0.1', '-p', `${port}`, '-nostdin', '-trace_stat', '-stf', 'stat.csv'];
  args.push('-fd', '1');
  const { first, rest } = onItsCore(args, core);
  const child = spawn(first, rest, { cwd: folder, stdio: 'ignore', env });
  const file = join(folder, 'stat.csv');
  return {
    repeated: () => (existsSync(file) ? counts(file)('Retransmissions(C)') : 0),
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Of the last line that SIPp has written. */
function counts(file: string): (name: string) => number {
  const [head = [], ...rows] = table(file);
  return (name) => Number(rows.at(-1)?.[head.indexOf(name)] ?? 0);
}

function table(file: string): string[][] {
  const lines = readFileSync(file, 'latin1').split('\n');
  return lines.filter((line) => line !== '').map((line) => line.split(';'));
}
