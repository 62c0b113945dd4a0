/** Calls between browsers and telephones: CPU of what carries them, as they come and in another codec, how much later they are heard, and how many a core bears. */
import { execFileSync } from 'node:child_process';
import { canPin, Child } from './harness/child.ts';
import { cpuOf } from './harness/processes.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import { median, quantile } from './harness/statistics.ts';
import { medianRatio, turnAbout } from './harness/turns.ts';
import type { Spoken } from './load/bridge.ts';
import { bridgeParties, bridgeTitles, startBridging } from './servers/bridges.ts';
import type { BridgeParty, Bridging } from './servers/bridges.ts';

/** Calls at once. */
const size = { PCMU: 40, opus: 16 } as const;
const seconds = 2.5;
const rounds = 3;
const connectMs = 20_000;
/** By so many calls more, until something is lost; and no more than so many times. */
const ramp = { PCMU: 40, opus: 8, steps: 8 } as const;
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
    if (!(await begin(load, bridging, codec, 0, size[codec]))) throw new Error(`${bridgeTitles[party]}: not connected`);
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
const climb: (string | number)[][] = [
  ['calls at once', 'sound', '% of a core', '% of a core, load', 'lost', 'ms until heard', 'p99'],
];
for (const codec of ['PCMU', 'opus'] as const) Object.assign(figures, await rampUp(codec));
printTable(climb);
console.log(`${size.PCMU} and ${size.opus} calls at once, each 50 packets a second both ways; ${rounds} rounds turn about.`);
const { PCMU: ratio = Number.NaN, opus = Number.NaN } = ratios;
report({ bench: 'bridge', figures, ratio, budget, also: lost <= lostMost && !(opus > opusBudget) });

/** Calls of these numbers; whether all calls are connected after a while. */
async function begin(load: Child, bridging: Bridging, codec: Codec, first: number, end: number): Promise<boolean> {
  for (let n = first; n < end; n++) {
    const call = `call-${n}`;
    const offer = await bridging.ring(call, await load.ask('ring', { call, codec }));
    await load.ask('connect', { call, sdp: await bridging.taken(call, await load.ask('answer', { call, sdp: offer })) });
  }
  const until = Date.now() + connectMs;
  while (!(await load.ask<boolean>('areConnected'))) {
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

/** More and more calls at once, of which the worker has one core and what speaks the other, until something is lost. */
async function rampUp(codec: Codec): Promise<Record<string, number>> {
  const load = new Child(new URL('./load/bridge.ts', import.meta.url), { core: canPin() ? 1 : undefined });
  const bridging = await startBridging('offhook');
  let most = 0;
  let best: readonly number[] = [];
  for (let step = 1; step <= ramp.steps; step++) {
    const calls = step * ramp[codec];
    if (!(await begin(load, bridging, codec, calls - ramp[codec], calls))) break;
    if (step === 1 && canPin()) execFileSync('taskset', ['-a', '-c', '-p', '0', String(bridging.pid)], { stdio: 'ignore' });
    let spoken = await speakAt(calls, codec, load, bridging);
    // Others on the machine may have stood in the way for a moment.
    if (spoken.lost > lostMost) spoken = await speakAt(calls, codec, load, bridging);
    if (spoken.lost > lostMost) break;
    most = calls;
    best = spoken.delays;
  }
  await load.stop();
  await bridging.stop();
  return {
    [`offhook.${codec}.calls`]: most,
    [`offhook.${codec}.calls.delay`]: quantile(best, 0.5),
    [`offhook.${codec}.calls.p99`]: quantile(best, 0.99),
  };
}

async function speakAt(
  calls: number,
  codec: Codec,
  load: Child,
  { pid }: Bridging,
): Promise<Spoken & { readonly lost: number }> {
  const [cpu, own] = [cpuOf(pid), await load.cpu()];
  const spoken = await load.ask<Spoken>('speak', seconds);
  const part = (used: number): number => round(used / seconds / 10_000);
  const used = [part(cpuOf(pid) - cpu), part((await load.cpu()) - own)];
  const missing = 1 - spoken.received / spoken.sent;
  const delays = [quantile(spoken.delays, 0.5), quantile(spoken.delays, 0.99)];
  climb.push([calls, codec, ...used, `${round(missing * 100)} %`, ...delays.map(round)]);
  return { ...spoken, lost: missing };
}
