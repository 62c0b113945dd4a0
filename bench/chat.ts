/** Stored messages per second in groups on one core, and p99 delivery at half that load, beside a bare `ws` broadcast with the same store. */
import { Child, canPin } from './harness/child.ts';
import { fsyncTimes } from './harness/fsync.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import { median, quantile } from './harness/statistics.ts';
import { medianRatio, turnAbout } from './harness/turns.ts';
import type { Connect, Party, Write, Written } from './load/chat.ts';
import { startServer } from './servers/servers.ts';

const parties = ['bare', 'offhook'] as const;
const titles: Readonly<Record<Party, string>> = { bare: 'bare ws and the store', offhook: 'Offhook' };
/** So many that nobody is near the messages a second that Offhook allows a person. */
const users = 2_000;
const people = 5;
const atOnce = 256;
const rounds = 5;
const seconds = 3;
const budget = 1.5;

printMachine();
const fsyncBefore = fsyncTimes(300);
const pinned = canPin();
if (!pinned) console.log('Not pinned: this machine has one core, or no taskset.');
const core = pinned ? 0 : undefined;
const load = new Child(new URL('./load/chat.ts', import.meta.url), { core: pinned ? 1 : undefined });
const offhook = await startServer('offhook', { users, core });
const bare = new Child(new URL('./servers/bare-chat.ts', import.meta.url), { core });
const servers: Readonly<Record<Party, Child>> = { offhook: offhook.child, bare };
for (const party of parties) {
  const port = await servers[party].ask<number>('port');
  await load.ask('connect', { party, port, logins: offhook.logins, people } satisfies Connect);
}

interface Throughput {
  readonly perSecond: number;
  /** Microseconds of CPU per message, all threads. */
  readonly cpu: number;
}

async function measure(party: Party): Promise<Throughput> {
  const before = await servers[party].cpu();
  const written = await load.ask<Written>('write', { party, seconds, atOnce } satisfies Write);
  return {
    perSecond: written.messages / written.seconds,
    cpu: ((await servers[party].cpu()) - before) / written.delivered.length,
  };
}

const results = await turnAbout(parties, { rounds, warmUp: 1 }, measure);
const half = Math.round(Math.min(...parties.map((party) => median(results[party].map(({ perSecond }) => perSecond)))) / 2);
const waits = await turnAbout(parties, { rounds: 3 }, (party) =>
  load.ask<Written>('write', { party, seconds, perSecond: half } satisfies Write),
);
const fsync = [...fsyncBefore, ...fsyncTimes(300)];
for (const child of [load, ...Object.values(servers)]) await child.stop();

const of = (party: Party, key: keyof Throughput): number[] => results[party].map((result) => result[key]);
const all = (party: Party, key: 'stored' | 'delivered'): number[] => waits[party].flatMap((written) => written[key]);

printTable([
  ['messages on one core', 'per second', 'lowest', 'highest', 'µs of CPU per message'],
  ...parties.map((party) => [
    titles[party],
    ...[median(of(party, 'perSecond')), quantile(of(party, 'perSecond'), 0), quantile(of(party, 'perSecond'), 1)].map(
      Math.round,
    ),
    round(median(of(party, 'cpu'))),
  ]),
]);
printTable([
  [`ms at ${half} messages a second`, 'p50', 'p99'],
  ...parties.flatMap((party) =>
    (['stored', 'delivered'] as const).map((key) => [
      `${titles[party]}: ${key === 'stored' ? 'stored and replied' : 'with all others'}`,
      round(median(all(party, key))),
      round(quantile(all(party, key), 0.99)),
    ]),
  ),
  ['fsync of 4 KB on this disk', round(median(fsync)), round(quantile(fsync, 0.99))],
]);
console.log(
  `${users} people in groups of ${people}, ${atOnce} messages at a time, ${rounds} rounds of ${seconds} s turn about.`,
);
console.log('The ratio is how many times as many messages a second the bare broadcast stores.');
report({
  bench: 'chat',
  figures: {
    ...Object.fromEntries(
      parties.flatMap((party) => [
        [`${party}.perSecond`, median(of(party, 'perSecond'))],
        [`${party}.cpuMicros`, median(of(party, 'cpu'))],
        [`${party}.delivered.p50`, median(all(party, 'delivered'))],
        [`${party}.delivered.p99`, quantile(all(party, 'delivered'), 0.99)],
      ]),
    ),
    'fsync.p50': median(fsync),
    'fsync.p99': quantile(fsync, 0.99),
  },
  ratio: medianRatio(results.bare, results.offhook, ({ perSecond }) => perSecond),
  budget,
});
