/** Plays every `step`th seed from `from` to `to`, and prints what broke and what was met, as JSON: one process of the many-seeds test. */
import { watch } from './coverage.ts';
import type { Counts } from './coverage.ts';
import { run } from './run.ts';
import { runSessions } from './sessions/run.ts';

export interface Broken {
  readonly seed: number;
  readonly law: string;
  readonly what: string;
}

export interface Many {
  readonly seeds: number;
  readonly broken: readonly Broken[];
  readonly counts: Counts;
}

async function many(from: number, to: number, step: number): Promise<Many> {
  const counts: Counts = {};
  const broken: Broken[] = [];
  let seeds = 0;
  const done = watch(counts);
  for (let seed = from; seed <= to; seed += step) {
    seeds += 1;
    const breaches = [...(await run(seed)).breaches, ...(await runSessions(seed)).breaches];
    for (const { law, what } of breaches) broken.push({ seed, law, what });
  }
  done();
  return { seeds, broken, counts };
}

const [from, to, step] = process.argv.slice(2).map(Number);
if (from !== undefined && to !== undefined && step !== undefined) console.log(JSON.stringify(await many(from, to, step)));
