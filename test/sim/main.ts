/** `npm run sim -- --seed N [--who alice/laptop,bob/phone] [--sessions]`: plays one run again, of calls or of sessions, and tells what happened. */
import { parseArgs } from 'node:util';
import { run } from './run.ts';
import { runSessions } from './sessions/run.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    who: { type: 'string' },
    last: { type: 'string' },
    sessions: { type: 'boolean', default: false },
  },
});

if (values.seed !== undefined) {
  const seed = Number(values.seed);
  const { breaches, world, steps, lasted, calls } = values.sessions
    ? { ...(await runSessions(seed, { full: true })), calls: 0 }
    : await run(seed, { full: true });
  console.log(world.trace.tell(values.who?.split(',') ?? [], Number(values.last ?? 100_000)));
  console.log(`seed ${values.seed}: ${calls} calls, ${steps} steps, ${(lasted / 1000).toFixed(0)} s`);
  for (const { law, what } of breaches) console.log(`${law} broken: ${what}`);
  process.exitCode = breaches.length > 0 ? 1 : 0;
} else {
  const from = Number(values.from ?? 1);
  const to = Number(values.to ?? from + 99);
  const started = performance.now();
  let steps = 0;
  let broken = 0;
  let calls = 0;
  let talked = 0;
  for (let seed = from; seed <= to; seed += 1) {
    const one = values.sessions ? { ...(await runSessions(seed)), calls: 0, talked: 0 } : await run(seed);
    steps += one.steps;
    calls += one.calls;
    talked += one.talked;
    const [first] = one.breaches;
    if (first === undefined) continue;
    broken += 1;
    console.log(`seed ${seed} at ${((first.at - 1_800_000_000_000) / 1000).toFixed(3)} s: ${first.law} broken: ${first.what}`);
  }
  const seeds = to - from + 1;
  const took = performance.now() - started;
  console.log(
    `${broken} of ${seeds} broken; ${(took / seeds).toFixed(1)} ms and ${(steps / seeds).toFixed(0)} steps a seed; ${talked} of ${calls} calls talked`,
  );
}
