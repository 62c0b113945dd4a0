/** SIPp as the load: so many calls a second, and what it has counted. */
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
}

export interface Counted {
  /** Every call went through, and nothing was said twice. */
  readonly isClean: boolean;
  readonly failed: number;
  readonly repeated: number;
  /** From INVITE to 200, in milliseconds. */
  readonly times: readonly number[];
}

/** INVITE, what comes until 200, ACK, BYE, 200: the scenario that SIPp has built in. On the other core than the server. */
export async function callBySipp({ port, service, perSecond, seconds, transport = 'u1', talks = 0 }: Load): Promise<Counted> {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-bench-sip-'));
  const args = ['-sn', 'uac', '-s', service, '-i', '127.0.0.1', '-t', transport, '-nostdin', '-d', `${talks}`];
  args.push('-r', `${perSecond}`, '-m', `${perSecond * seconds}`, '-l', '100000');
  args.push('-timeout', `${seconds + 10 + talks / 1000}s`, '-trace_stat', '-stf', 'stat.csv', '-trace_rtt', '-rtt_freq', '100');
  const command = [program('sipp'), ...args, `127.0.0.1:${port}`];
  const [first = '', ...rest] = canPin() ? ['taskset', '-c', '1', ...command] : command;
  const env = { ...process.env, TERM: 'dumb' };
  const isWhole = await new Promise<boolean>((resolve) => {
    execFile(first, rest, { cwd: folder, env, maxBuffer: 100_000_000 }, (error) => resolve(error === null));
  });
  const [head = [], ...rows] = table(join(folder, 'stat.csv'));
  const count = (name: string): number => Number(rows.at(-1)?.[head.indexOf(name)] ?? 0);
  const [repeated, failed] = [count('Retransmissions(C)'), count('FailedCall(C)')];
  const times = globSync('*_rtt.csv', { cwd: folder }).flatMap((file) =>
    table(join(folder, file))
      .slice(1)
      .map((row) => Number(row[1])),
  );
  rmSync(folder, { recursive: true });
  return { isClean: isWhole && repeated === 0 && failed === 0, failed, repeated, times };
}

function table(file: string): string[][] {
  const lines = readFileSync(file, 'latin1').split('\n');
  return lines.filter((line) => line !== '').map((line) => line.split(';'));
}
