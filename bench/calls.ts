/** Complete stored calls per second on one core, and how long each step takes at half that load. */
import { Child, canPin } from './harness/child.ts';
import { fsyncTimes } from './harness/fsync.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import { median, quantile } from './harness/statistics.ts';
import { medianRatio, turnAbout } from './harness/turns.ts';
import { steps, type Connect, type Made, type Make, type Step } from './load/calls.ts';
import { startServer } from './servers/servers.ts';

const wanted = 2_000;
/** So many that nobody is near the calls a minute that Offhook allows a person. */
const pairs = 2_000;
const atOnce = 96;
const rounds = 3;
const seconds = 5;
const kinds = ['audio', 'video'] as const;
/** `bare`: video offers, by a server that only passes on. It tells how fast this machine is. */
const turns = [...kinds, 'bare'] as const;
const waitsFor: Readonly<Record<Step, string>> = {
  invite: 'invite → stored and replied',
  ring: 'invite → rings on both devices',
  accept: 'accept → stored and replied',
  accepted: 'accept → the caller knows',
  candidates: 'candidates → at the other side',
  hangup: 'hang up → stored and replied',
  ended: 'hang up → ended at the other side',
};

interface Throughput {
  readonly perSecond: number;
  /** Microseconds of CPU per call, all threads. */
  readonly cpu: number;
  /** How much of its core each got. */
  readonly serverShare: number;
  readonly clientShare: number;
}

printMachine();
const fsyncBefore = fsyncTimes(300);
const pinned = canPin();
if (!pinned) console.log('Not pinned: this machine has one core, or no taskset.');
const {
  child: server,
  port,
  logins,
} = await startServer('offhook', {
  users: 2 * pairs,
  devices: 2,
  core: pinned ? 0 : undefined,
  nodeFlags: process.argv.slice(2),
});
const bare = new Child(new URL('./servers/bare-calls.ts', import.meta.url), { core: pinned ? 0 : undefined });
const bareLogins = logins.map((login) => ({ ...login, token: login.name }));

async function startLoad(connect: Connect): Promise<Child> {
  const load = new Child(new URL('./load/calls.ts', import.meta.url), { core: pinned ? 1 : undefined });
  await load.ask('connect', connect);
  return load;
}

const load = await startLoad({ port, logins });
const bareLoad = await startLoad({ port: await bare.ask<number>('port'), logins: bareLogins });

async function measure(turn: (typeof turns)[number]): Promise<Throughput> {
  const [callee, caller, kind] = turn === 'bare' ? ([bare, bareLoad, 'video'] as const) : ([server, load, turn] as const);
  const before = [await callee.cpu(), await caller.cpu()];
  const started = performance.now();
  const made = await caller.ask<Made>('make', { kind, seconds, atOnce } satisfies Make);
  const wall = (performance.now() - started) * 1000;
  const after = [await callee.cpu(), await caller.cpu()];
  const [ofServer = 0, ofClient = 0] = after.map((value, at) => value - (before[at] ?? 0));
  return {
    perSecond: made.calls / made.seconds,
    cpu: ofServer / made.waits.ended.length,
    serverShare: ofServer / wall,
    clientShare: ofClient / wall,
  };
}

for (const each of [load, bareLoad]) await each.ask('make', { kind: 'video', seconds: 3, atOnce } satisfies Make);
const results = await turnAbout(turns, { rounds }, measure);
const perSecond = Object.fromEntries(kinds.map((kind) => [kind, median(results[kind].map((result) => result.perSecond))]));
const worst = Math.min(...Object.values(perSecond));
const half = Math.round(worst / 2);
const { waits } = await load.ask<Made>('make', { kind: 'video', seconds, perSecond: half } satisfies Make);
const fsync = [...fsyncBefore, ...fsyncTimes(300)];
for (const child of [load, bareLoad, server, bare]) await child.stop();
/** Times the CPU of the bare server. */
const timesBare = medianRatio(results.video, results.bare, ({ cpu }) => cpu);

printTable([
  ['calls on one core', 'per second', 'lowest', 'highest', 'µs of CPU per call', 'per second of CPU', 'server', 'clients'],
  ...turns.map((turn) => {
    const of = (key: keyof Throughput): number => median(results[turn].map((result) => result[key]));
    const all = results[turn].map((result) => result.perSecond);
    return [
      turn === 'bare' ? 'bare ws, video offers' : `${turn} offers`,
      ...[of('perSecond'), quantile(all, 0), quantile(all, 1), of('cpu'), 1e6 / of('cpu')].map(Math.round),
      ...[of('serverShare'), of('clientShare')].map((share) => `${Math.round(100 * share)} %`),
    ];
  }),
]);
printTable([
  [`ms at ${half} calls a second`, 'p50', 'p99'],
  ...steps.map((step) => [waitsFor[step], round(median(waits[step])), round(quantile(waits[step], 0.99))]),
  ['fsync of 4 KB on this disk', round(median(fsync)), round(quantile(fsync, 0.99))],
]);
console.log(`${atOnce} calls at a time, ${rounds} rounds of ${seconds} s each, synchronous=FULL, outbox on.`);
console.log(
  pinned
    ? 'All threads of the server are pinned to one core, the clients, a process of their own, to another.'
    : 'Nothing is pinned: threads of the server may have had more than one core.',
);
console.log('CPU is that of all threads of the server: signalling, store and garbage collection, in user and kernel mode.');
console.log('Where the server gets less than all of its core, others use it, or the disk is slow.');
console.log(
  `The bare server stores nothing and checks nothing. A call with a video offer costs ${round(timesBare)} times its CPU.`,
);
console.log(`The ratio is ${wanted} divided by the lower of both numbers.`);
report({
  bench: 'calls',
  figures: {
    ...Object.fromEntries(kinds.map((kind) => [`${kind}.perSecond`, perSecond[kind] ?? Number.NaN])),
    ...Object.fromEntries(turns.map((turn) => [`${turn}.cpuMicros`, median(results[turn].map((result) => result.cpu))])),
    timesBare,
    ...Object.fromEntries(
      steps.flatMap((step) => [
        [`${step}.p50`, median(waits[step])],
        [`${step}.p99`, quantile(waits[step], 0.99)],
      ]),
    ),
    'fsync.p50': median(fsync),
    'fsync.p99': quantile(fsync, 0.99),
  },
  ratio: wanted / worst,
  budget: 1,
});
