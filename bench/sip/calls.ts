/** Calls a second by SIPp, without repetitions, of which the server has one core: by three ways, beside Kamailio and SIPp alone. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../test/browser/harness/ports.ts';
import { canPin, Child } from '../harness/child.ts';
import { fsyncTimes } from '../harness/fsync.ts';
import { printTable, round } from '../harness/report.ts';
import { median, quantile } from '../harness/statistics.ts';
import { startKamailio } from '../servers/kamailio.ts';
import { numbers } from './numbers.ts';
import { beCalledBySipp, callBySipp } from './sipp.ts';
import type { Called, Load } from './sipp.ts';

/** Calls a second, one after the other, until something is repeated or fails. */
const rates = [200, 400, 600, 800, 1_000, 1_250, 1_500, 2_000];
/** Those alone of what does less. */
const highRates = rates.filter((rate) => rate >= 600);
const seconds = 4;
/** Beside the highest rate, the one that is wanted. */
const wanted = 1_000;
/** What is compiled while it runs has been by then. */
const warmUp = { perSecond: 200, seconds: 4 };
/** That are up at once while memory is looked at. */
const held = { perSecond: 250, seconds: 4, talks: 8_000 };
const core = canPin() ? 0 : undefined;
/** Longer than any address, as tokens are. */
const token = 'bench'.repeat(8);
/** Each of them calls now and then. */
const callers = Array.from({ length: 2_000 }, (_, n) => `+4930${1_000_000 + n}`);

/** By which calls go through a server. */
interface Way {
  readonly title: string;
  readonly load: Pick<Load, 'port' | 'service' | 'callers'>;
  /** Microseconds of all threads so far. */
  readonly cpu: () => Promise<number> | number;
  readonly called?: Called | undefined;
  readonly rates?: readonly number[];
}

export interface Climbed {
  /** The highest rate at which nothing was said twice. */
  readonly most: number;
  /** From INVITE to 200, in milliseconds: at that rate, or at the wanted one where it is higher. */
  readonly p99: number;
  /** Microseconds of CPU of the server for each call, all threads, at the same rate. */
  readonly cpu: number;
}

export interface Calls {
  /** The SIP side alone: a phone dials in, and nobody else is asked. */
  readonly stack: Climbed;
  /** Trunk in, a number, the voicemail with its announcement. */
  readonly announced: Climbed;
  /** Trunk in, a number, trunk out. */
  readonly through: Climbed;
  /** The same by Kamailio, which passes it on. */
  readonly kamailio: Climbed | undefined;
  /** Bytes of a call that is up: to an announcement, and through. */
  readonly bytes: { readonly announced: number; readonly through: number };
}

type Rows = (string | number)[][];

export async function measureCalls(): Promise<Calls> {
  const rows: Rows = [['', 'calls a second', 'said twice', 'failed', 'median ms', 'p99 ms', 'µs of CPU a call']];
  const stack = await measureStack(rows);
  const { announced, through, bytes } = await measureTrunks(rows);
  const kamailio = await measureKamailio(rows);
  await measureSipp(rows);
  printTable(rows);
  const disk = fsyncTimes(200);
  console.log(
    `${seconds} s each on loopback by UDP, the server on one core and all of SIPp on the other, until something is said twice. ` +
      'Announcement and trunk: the whole signalling with its store on disk; what carries the sound answers at once and carries none. ' +
      `4 KB are durable after ${round(median(disk))} ms (p99 ${round(quantile(disk, 0.99))}). ` +
      `A call that is up holds ${round(bytes.announced / 1_024)} KB with an announcement, ${round(bytes.through / 1_024)} KB from trunk to trunk.`,
  );
  return { stack, announced, through, kamailio, bytes };
}

async function measureStack(rows: Rows): Promise<Climbed> {
  const port = await freePort();
  const server = new Child(new URL('../servers/sip.ts', import.meta.url), { args: [String(port)], core });
  await server.ask('calls');
  const load = { port, service: token };
  const climbed = await climb(rows, { title: 'SIP alone', load, cpu: () => server.cpu(), rates: highRates });
  await server.stop();
  return climbed;
}

async function measureTrunks(rows: Rows): Promise<Pick<Calls, 'announced' | 'through' | 'bytes'>> {
  const [port, outside] = [await freePort(), await freePort()];
  const called = beCalledBySipp(outside);
  const args = [mkdtempSync(join(tmpdir(), 'offhook-bench-trunks-')), String(port), String(outside)];
  const nodeFlags = process.argv.slice(2);
  const server = new Child(new URL('../servers/trunk-calls.ts', import.meta.url), { args, core, nodeFlags });
  await server.ask('calls');
  const to = (service: string): Way['load'] => ({ port, service, callers });
  const way = { cpu: () => server.cpu() };
  const bytes = {
    announced: await memory(server, to(numbers.announced)),
    through: await memory(server, to(numbers.through)),
  };
  const announced = await climb(rows, { ...way, title: 'trunk → announcement', load: to(numbers.announced) });
  const through = await climb(rows, { ...way, title: 'trunk → trunk', load: to(numbers.through), called });
  await server.stop();
  await called.stop();
  return { announced, through, bytes };
}

async function measureKamailio(rows: Rows): Promise<Climbed | undefined> {
  const [port, outside] = [await freePort(), await freePort()];
  const proxy = await startKamailio(port, outside);
  if (proxy === undefined) return undefined;
  const called = beCalledBySipp(outside);
  const load = { port, service: numbers.through, callers };
  const climbed = await climb(rows, { title: 'Kamailio passes on', load, cpu: () => proxy.cpu(), called, rates: highRates });
  await proxy.stop();
  await called.stop();
  return climbed;
}

/** It answers itself: what load and way alone take. */
async function measureSipp(rows: Rows): Promise<void> {
  const port = await freePort();
  const called = beCalledBySipp(port, '0');
  await climb(rows, { title: 'SIPp itself', load: { port, service: token }, cpu: () => Number.NaN, called, rates: [wanted] });
  await called.stop();
}

/** From one rate to the next, until the first that is not clean. */
async function climb(rows: Rows, { title, load, cpu, called, rates: all = rates }: Way): Promise<Climbed> {
  await callBySipp({ ...load, ...warmUp });
  let best: Climbed = { most: 0, p99: Number.POSITIVE_INFINITY, cpu: Number.POSITIVE_INFINITY };
  for (const perSecond of all) {
    const [cpuBefore, saidBefore] = [await cpu(), called?.repeated() ?? 0];
    const { isClean, failed, repeated, times } = await callBySipp({ ...load, perSecond, seconds });
    const each = ((await cpu()) - cpuBefore) / (perSecond * seconds);
    const twice = repeated + (called?.repeated() ?? 0) - saidBefore;
    const p99 = quantile(times, 0.99);
    rows.push([
      title,
      perSecond,
      twice,
      failed,
      ...[quantile(times, 0.5), p99].map(round),
      Number.isNaN(each) ? '–' : round(each),
    ]);
    if (!isClean || twice > 0) break;
    best = perSecond > wanted ? { ...best, most: perSecond } : { most: perSecond, p99, cpu: each };
  }
  return best;
}

/** Bytes for each call that is up, with its transactions; what else grows the first time is there already. */
async function memory(server: Child, load: Way['load']): Promise<number> {
  await callBySipp({ ...load, ...warmUp });
  const before = await server.memory();
  const done = callBySipp({ ...load, ...held });
  const calls = held.perSecond * held.seconds;
  while ((await server.ask<number>('calls')) < calls) await new Promise((resolve) => setTimeout(resolve, 50));
  const { heap } = await server.memory();
  await done;
  return (heap - before.heap) / calls;
}
