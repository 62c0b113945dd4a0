/** Calls between browsers and telephones: CPU of what carries them, as they come and in another codec, and how much later they are heard. */
import { Child } from './harness/child.ts';
import { cpuOf } from './harness/processes.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import { median, quantile } from './harness/statistics.ts';
import { medianRatio, turnAbout } from './harness/turns.ts';
import type { Spoken } from './load/bridge.ts';
import { bridgeParties, bridgeTitles, startBridging } from './servers/bridges.ts';
import type { BridgeParty } from './servers/bridges.ts';

/** Calls at once. */
const size = { PCMU: 40, opus: 16 } as const;
const seconds = 2.5;
const rounds = 5;
const connectMs = 40_000;
/** How many times the CPU of rtpengine, which is native, a call costs: at most this as it comes, and no more in another codec. */
const budget = 2.5;
const opusBudget = 1;
/** Nothing is, where the machine does nothing else. */
const lostMost = 0.001;

type Codec = keyof typeof size;

interface Measured extends Spoken {
  /** Microseconds of CPU per second of one call. */
  readonly cost: number;
}

printMachine();
const rows: (string | number)[][] = [
  ['', 'sound', 'ms of CPU per call and second', 'calls per core', 'lost', 'ms until heard', 'p99', '× rtpengine'],
];
const figures: Record<string, number> = {};
const ratios: Partial<Record<Codec, number>> = {};
let lost = 0;
for (const codec of ['PCMU', 'opus'] as const) {
  const set = new Map<BridgeParty, { readonly load: Child; readonly pid: number; readonly stop: () => Promise<void> }>();
  for (const party of bridgeParties) {
    const [load, bridging] = [new Child(new URL('./load/bridge.ts', import.meta.url)), await startBridging(party)];
    for (let n = 0; n < size[codec]; n++) {
      const call = `call-${n}`;
      const offer = await bridging.ring(call, await load.ask('ring', { call, codec }));
      await load.ask('connect', { call, sdp: await bridging.taken(call, await load.ask('answer', { call, sdp: offer })) });
    }
    const until = Date.now() + connectMs;
    while (!(await load.ask<boolean>('areConnected'))) {
      if (Date.now() > until) throw new Error(`${bridgeTitles[party]}: not connected`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    set.set(party, { load, pid: bridging.pid, stop: () => bridging.stop() });
  }
  const all = await turnAbout(bridgeParties, { rounds, warmUp: 1 }, async (party): Promise<Measured> => {
    const one = set.get(party);
    if (one === undefined) throw new Error(`${party} was not started`);
    const before = cpuOf(one.pid);
    const spoken = await one.load.ask<Spoken>('speak', seconds);
    return { ...spoken, cost: (cpuOf(one.pid) - before) / size[codec] / seconds };
  });
  for (const party of bridgeParties) {
    const measured = all[party];
    const cost = median(measured.map((one) => one.cost));
    const sum = (of: (one: Measured) => number): number => measured.reduce((total, one) => total + of(one), 0);
    const missing = 1 - sum(({ received }) => received) / sum(({ sent }) => sent);
    const delays = measured.flatMap((one) => [...one.delays]);
    const ratio = all.rtpengine === undefined ? Number.NaN : medianRatio(measured, all.rtpengine, (one) => one.cost);
    if (party === 'offhook') {
      lost = Math.max(lost, missing);
      ratios[codec] = ratio;
    }
    const name = codec === 'PCMU' ? 'PCMU, as it comes' : 'PCMU and Opus';
    const [delay, late] = [quantile(delays, 0.5), quantile(delays, 0.99)];
    rows.push([
      bridgeTitles[party],
      name,
      ...[cost / 1_000, 1_000_000 / cost].map(round),
      `${round(missing * 100)} %`,
      ...[delay, late, ratio].map(round),
    ]);
    if (!Number.isNaN(ratio)) figures[`${party}.${codec}.ratio`] = ratio;
    Object.assign(figures, {
      [`${party}.${codec}.cost`]: cost,
      [`${party}.${codec}.delay`]: delay,
      [`${party}.${codec}.p99`]: late,
      [`${party}.${codec}.lost`]: missing,
    });
  }
  for (const { load, stop } of set.values()) {
    await load.stop();
    await stop();
  }
}
printTable(rows);
console.log(`${size.PCMU} and ${size.opus} calls at once, each 50 packets a second both ways; ${rounds} rounds turn about.`);
const { PCMU: ratio = Number.NaN, opus = Number.NaN } = ratios;
report({ bench: 'bridge', figures, ratio, budget, also: lost <= lostMost && !(opus > opusBudget) });
