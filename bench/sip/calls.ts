/** Calls a second by SIPp, without repetitions: the SIP side of the server alone, beside a server that is SIPp itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../test/browser/harness/ports.ts';
import { program } from '../../test/support/programs.ts';
import { canPin, Child } from '../harness/child.ts';
import { printTable, round } from '../harness/report.ts';
import { quantile } from '../harness/statistics.ts';
import { callBySipp } from './sipp.ts';

/** Calls a second, one after the other: those that are wanted, and more until something is repeated. */
const rates = [250, 500, 1_000, 1_500, 2_000];
const seconds = 5;
/** That are up at once while memory is looked at. */
const held = 2_000;
/** Longer than any address, as tokens are. */
const service = 'bench'.repeat(8);

export interface Calls {
  /** The highest rate at which nothing was said twice. */
  readonly most: number;
  /** From INVITE to 200 at the wanted rate, in milliseconds. */
  readonly p99: number;
  /** Microseconds of CPU of the server for each call, all threads, at the wanted rate. */
  readonly cpu: number;
  readonly bytes: number;
}

export async function measureCalls(wanted: number): Promise<Calls> {
  const port = await freePort();
  const core = canPin() ? 0 : undefined;
  const server = new Child(new URL('../servers/sip.ts', import.meta.url), { args: [String(port)], core });
  await server.ask('calls');
  const bytes = await memory(server, port);
  const rows: (string | number)[][] = [['calls a second', 'said twice', 'failed', 'median ms', 'p99 ms', 'µs of CPU a call']];
  let most = 0;
  const at = { p99: Number.POSITIVE_INFINITY, cpu: Number.POSITIVE_INFINITY };
  const measure = async (title: string, perSecond: number, transport: 'u1' | 't1'): Promise<boolean> => {
    const before = await server.cpu();
    const { isClean, failed, repeated, times } = await callBySipp({ port, service, perSecond, seconds, transport });
    const cpu = ((await server.cpu()) - before) / (perSecond * seconds);
    const [median, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
    rows.push([title, repeated, failed, ...[median, p99, cpu].map(round)]);
    if (perSecond === wanted && transport === 'u1') Object.assign(at, { p99, cpu });
    return isClean;
  };
  for (const rate of rates) {
    if (await measure(`${rate}`, rate, 'u1')) most = rate;
    else if (rate >= wanted) break;
  }
  await measure(`${wanted} by TCP`, wanted, 't1');
  await server.stop();
  rows.push(await bare(wanted));
  printTable(rows);
  console.log(`${seconds} s each on loopback, server on one core. A call that is up holds ${round(bytes / 1024)} KB.`);
  return { most, bytes, ...at };
}

/** Bytes for each call that is up, with its transactions; what else grows the first time is there already. */
async function memory(server: Child, port: number): Promise<number> {
  const load = { port, service, perSecond: 500 };
  await callBySipp({ ...load, seconds: 4 });
  const before = await server.memory();
  const done = callBySipp({ ...load, seconds: held / load.perSecond, talks: 10_000 });
  while ((await server.ask<number>('calls')) < held) await new Promise((resolve) => setTimeout(resolve, 50));
  const { heap } = await server.memory();
  await done;
  return (heap - before.heap) / held;
}

/** SIPp answers itself: what the load and the way alone take. */
async function bare(perSecond: number): Promise<(string | number)[]> {
  const port = await freePort();
  const args = ['-sn', 'uas', '-i', '127.0.0.1', '-p', `${port}`, '-nostdin'];
  const command = [program('sipp'), ...args];
  const [first = '', ...rest] = canPin() ? ['taskset', '-c', '0', ...command] : command;
  const server = spawn(first, rest, { stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } });
  const { failed, repeated, times } = await callBySipp({ port, service, perSecond, seconds });
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
  return [`${perSecond}, SIPp answers`, repeated, failed, round(quantile(times, 0.5)), round(quantile(times, 0.99)), '–'];
}
