/** CPU of the server per ephemeral message: Offhook, a bare `ws` relay, PeerJS server, socket.io. */
import { Child } from './harness/child.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import { median, quantile } from './harness/statistics.ts';
import { medianRatio, turnAbout } from './harness/turns.ts';
import { dialects, type Dialect } from './load/dialects.ts';
import type { Connect, Send } from './load/relay.ts';
import { startServer, titles } from './servers/servers.ts';

const people = 200;
/** 75 messages a second from each connection: within what Offhook allows them. */
const perSecond = 15_000;
const seconds = 1.2;
const rounds = 7;
/** Bytes of data in a message: a pointer that moves, and a piece of a drawing. */
const sizes = { pointer: 60, stroke: 2_000 };
const budget = 1.1;

printMachine();
const load = new Child(new URL('./load/relay.ts', import.meta.url));
const servers = new Map<Dialect, Child>();
for (const dialect of dialects) {
  const { child, port, logins } = await startServer(dialect, { users: people });
  servers.set(dialect, child);
  await load.ask('connect', { dialect, port, logins } satisfies Connect);
}

/** Microseconds of CPU per message, all threads. */
async function measure(dialect: Dialect, bytes: number): Promise<number> {
  const server = servers.get(dialect);
  if (server === undefined) throw new Error(`${dialect} was not started`);
  const before = await server.cpu();
  const sent = await load.ask<number>('send', { dialect, bytes, perSecond, seconds } satisfies Send);
  return ((await server.cpu()) - before) / sent;
}

const rows: (string | number)[][] = [['µs of CPU per message', 'data', 'median', 'lowest', 'highest', '× bare ws']];
const figures: Record<string, number> = { perSecond };
const ratios: number[] = [];
let below = true;
for (const [size, bytes] of Object.entries(sizes)) {
  const costs = await turnAbout(dialects, { rounds, warmUp: 1 }, (dialect) => measure(dialect, bytes));
  for (const dialect of dialects) {
    const cost = median(costs[dialect]);
    const ratio = medianRatio(costs[dialect], costs.bare, (value) => value);
    rows.push([
      titles[dialect],
      `${bytes} B`,
      ...[cost, quantile(costs[dialect], 0), quantile(costs[dialect], 1), ratio].map(round),
    ]);
    figures[`${dialect}.${size}`] = cost;
    if (dialect === 'offhook') ratios.push(ratio);
    else if (dialect !== 'bare') below &&= medianRatio(costs.offhook, costs[dialect], (value) => value) < 1;
  }
}
for (const child of [load, ...servers.values()]) await child.stop();

printTable(rows);
console.log(`${people} connections in pairs, ${perSecond} messages a second, ${rounds} rounds turn about.`);
if (!below) console.log('Not below PeerJS server and socket.io at every size.');
report({ bench: 'relay', figures, ratio: Math.max(...ratios), budget, also: below });
