/** Memory of the server per signed-in device that only waits, up to 20,000 of them, against a bare `ws` server. */
import { Child } from './harness/child.ts';
import { openFilesLimit } from './harness/files.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import type { Memory } from './harness/service.ts';
import { median } from './harness/statistics.ts';
import { turnAbout } from './harness/turns.ts';
import type { Crowd } from './load/idle.ts';
import { startServer, titles } from './servers/servers.ts';

const most = 20_000;
/** Descriptors that a process needs for other things than connections. */
const spare = 200;
const devices = Math.min(most, openFilesLimit() - spare);
/** Where memory is read: what an empty server needs does not count, what the first devices make it compile hardly. */
const steps = [devices / 4, devices / 2, devices].map(Math.floor);
const rounds = 3;
const budget = 2;
const parties = ['bare', 'offhook'] as const;

printMachine();

/** What each device more costs, in bytes, at each step. */
async function measure(party: (typeof parties)[number]): Promise<Memory[]> {
  const { child: server, port, logins } = await startServer(party, { users: devices });
  const load = new Child(new URL('./load/idle.ts', import.meta.url));
  const empty = await server.memory();
  const costs: Memory[] = [];
  let signedIn = 0;
  for (const step of steps) {
    await load.ask('connect', { dialect: party, port, logins: logins.slice(signedIn, step) } satisfies Crowd);
    signedIn = step;
    const full = await server.memory();
    costs.push({ rss: (full.rss - empty.rss) / step, heap: (full.heap - empty.heap) / step });
  }
  await load.stop();
  await server.stop();
  return costs;
}

const results = await turnAbout(parties, { rounds }, measure);
const rows: (string | number)[][] = [['bytes per device', 'devices', 'resident', 'heap', '× resident', '× heap']];
const figures: Record<string, number> = { devices };
const ratios: number[] = [];
for (const [at, step] of steps.entries()) {
  const cost = (party: (typeof parties)[number], key: keyof Memory): number =>
    median(results[party].map((memory) => memory[at]?.[key] ?? Number.NaN));
  for (const party of parties) {
    const ratio = (key: keyof Memory): number => cost(party, key) / cost('bare', key);
    const [rss, heap] = [cost(party, 'rss'), cost(party, 'heap')];
    rows.push([titles[party], step, Math.round(rss), Math.round(heap), round(ratio('rss')), round(ratio('heap'))]);
    figures[`${party}.rss.${step}`] = Math.round(rss);
    figures[`${party}.heap.${step}`] = Math.round(heap);
    if (step === devices && party === 'offhook') ratios.push(ratio('rss'), ratio('heap'));
  }
}
printTable(rows);
console.log(
  `Resident: what the operating system gave. Heap: what is alive after a collection, with buffers. The ratio is the worse of both.`,
);
if (devices < most) console.log(`Only ${devices} devices: a process may open no more files here (ulimit -n).`);
report({ bench: 'idle', figures, ratio: Math.max(...ratios), budget });
