/** Everybody comes back after a restart and watches 200 others: bytes and CPU of the server for each of them, from 1,000 to 10,000. */
import { Child, canPin } from './harness/child.ts';
import { openFilesLimit } from './harness/files.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import { median } from './harness/statistics.ts';
import type { Party, Passed, Storm } from './load/presence.ts';
import { startServer } from './servers/servers.ts';

/** How much more each may cost among ten times as many. */
const budget = 1.5;
const watched = 200;
const [least, most] = [1_000, 10_000];
/** What tells everybody of everybody costs the square of their number: ten thousand would take a quarter of an hour. */
const sizes: Readonly<Record<Party, readonly number[]>> = { offhook: [least, most], bare: [least / 2, least] };
const titles: Readonly<Record<Party, string>> = { bare: 'bare ws, told of all', offhook: `Offhook, told of ${watched}` };
const rounds = 2;
/** Descriptors that a process needs for other things than connections. */
const spare = 200;

/** For each of those who came. */
interface Cost {
  readonly bytes: number;
  readonly messages: number;
  /** Microseconds of CPU, all threads of the server. */
  readonly cpu: number;
  /** Until the last had heard of the last, in all. */
  readonly seconds: number;
}

printMachine();
if (openFilesLimit() < most + spare) throw new Error(`a process may open only ${openFilesLimit()} files here (ulimit -n)`);
const pinned = canPin();
const load = new Child(new URL('./load/presence.ts', import.meta.url), { core: pinned ? 1 : undefined });
const core = pinned ? 0 : undefined;

async function measure(party: Party, people: number): Promise<Cost> {
  const server = party === 'offhook' ? await startServer('offhook', { users: people, core }) : await startBare(people);
  const before = await server.child.cpu();
  const { port, logins } = server;
  const { bytes, messages, seconds } = await load.ask<Passed>('storm', { party, port, logins, watched } satisfies Storm);
  const cpu = (await server.child.cpu()) - before;
  await load.ask('leave');
  await server.child.stop();
  return { bytes: bytes / people, messages: messages / people, cpu: cpu / people, seconds };
}

async function startBare(people: number): Promise<Awaited<ReturnType<typeof startServer>>> {
  const child = new Child(new URL('./servers/bare-presence.ts', import.meta.url), { core });
  const logins = Array.from({ length: people }, (_, at) => ({ name: `user-${at}`, token: '', from: '127.0.0.1' }));
  return { child, port: await child.ask<number>('port'), logins };
}

const parties = ['offhook', 'bare'] as const;
const costs = new Map<string, Cost[]>();
for (let at = 0; at < rounds; at += 1)
  for (const party of parties)
    for (const people of sizes[party]) {
      const name = `${party}.${people}`;
      costs.set(name, [...(costs.get(name) ?? []), await measure(party, people)]);
    }
await load.stop();

const of = (party: Party, people: number, what: keyof Cost): number =>
  median((costs.get(`${party}.${people}`) ?? []).map((cost) => cost[what]));
const rows: (string | number)[][] = [
  ['for each who comes back', 'people', 'KB told', 'messages', 'µs of CPU', 'all over after'],
];
const figures: Record<string, number> = {};
for (const party of parties) {
  for (const people of sizes[party]) {
    const [bytes, cpu] = [of(party, people, 'bytes'), of(party, people, 'cpu')];
    const others = [of(party, people, 'messages'), cpu].map(round);
    rows.push([titles[party], people, round(bytes / 1000), ...others, `${round(of(party, people, 'seconds'))} s`]);
    figures[`${party}.bytes.${people}`] = bytes;
    figures[`${party}.cpuUs.${people}`] = cpu;
  }
}
printTable(rows);
const growth = (what: 'bytes' | 'cpu'): number => of('offhook', most, what) / of('offhook', least, what);
figures['growth.bytes'] = growth('bytes');
figures['growth.cpu'] = growth('cpu');
console.log(
  `Among ${most} each costs ${round(growth('bytes'))} × the bytes and ${round(growth('cpu'))} × the CPU of one among ${least}.`,
);
report({ bench: 'presence', figures, ratio: Math.max(growth('bytes'), growth('cpu')), budget });
