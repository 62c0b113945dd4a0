/**
 * `npm test [-- LAYER…]`: installs the programs that the layers need, runs the static checks and the layers of test/layers.ts,
 * and closes with one line that counts everything: `N passed, N failed[, N skipped]`.
 *
 * OFFHOOK_SKIP=firefox,turn leaves out programs or layers; `npm run test:nightly` sets OFFHOOK_NIGHTLY=1, which fuzz and
 * simulation take as leave to run many more seeds.
 */
import { existsSync } from 'node:fs';
import { type Layer, layers } from '../test/layers.ts';
import { findProgram, programs, skipped, type Program } from '../test/support/programs.ts';
import { type Result, runLayer } from './run-layer.ts';
import { run } from './run.ts';

/** Each counts as one test. */
const checks: readonly { name: string; command: string; args: readonly string[] }[] = [
  { name: 'format', command: 'oxfmt', args: ['--check'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'typecheck', command: 'tsc', args: ['-b'] },
  { name: 'imports', command: 'node', args: ['--disable-warning=ExperimentalWarning', 'scripts/check-imports.ts'] },
  { name: 'lockfile', command: 'node', args: ['scripts/check-lockfile.ts'] },
  { name: 'knip', command: 'knip', args: [] },
];

const args = process.argv.slice(2);
const nightly = args.includes('--nightly');
const asked = args.filter((arg) => !arg.startsWith('--'));
const names = [...checks, ...layers].map((part) => part.name);
const layerMinutes = nightly ? 180 : 65;

const unknown = [...asked, ...skipped].filter((name) => !names.includes(name) && !(name in programs));
if (unknown.length > 0)
  stop(`Not a layer: ${unknown.join(', ')}. There are ${[...names, ...Object.keys(programs)].join(', ')}.`);

const isLeftOut = (name: string): boolean => skipped.has(name) || (name === 'media' && skipped.has('browser'));
const chosen = (name: string): boolean => !isLeftOut(name) && (asked.length === 0 || asked.includes(name));

if (['browser', 'media', 'interop', 'package'].some(chosen)) await install();
report(await runAll());

/** Sees to it that the programs the browser tests drive are there. */
async function install(): Promise<void> {
  const packages = missing().flatMap((name) => programs[name].packages);
  if (packages.length === 0) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log(`Installing ${packages.join(', ')}`);
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    for (const step of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
      const { ok, output } = await run('apt-get', ['-q', ...step], { output: 'keep', env });
      if (!ok) console.log(output);
    }
  }
  const still = missing();
  if (still.length === 0) return;
  const wanted = still.map((name) => `${name} (${programs[name].names.join(' or ')})`).join(', ');
  stop(`Missing on this machine: ${wanted}. Install it, or leave it out with OFFHOOK_SKIP=${still.join(',')}.`);
}

function missing(): Program[] {
  return Object.keys(programs)
    .filter(isProgram)
    .filter((name) => !skipped.has(name) && findProgram(name) === undefined);
}

/**
 * What needs nothing but processors, the static checks and the exact layers, is run beneath the others: tests of calls wait for much of
 * their time. In the report all stand in the usual order.
 */
async function runAll(): Promise<Result[]> {
  const inFront = layers.filter(({ name, exact }) => chosen(name) && exact !== true);
  const exact = layers.filter(({ name, exact: is }) => chosen(name) && is === true);
  const isLast = inFront.length > 0;
  const beneath = runChecks(isLast).then(async (done) => [...done, ...(await runLayers(exact, isLast))]);
  const results = await runLayers(
    inFront.filter(({ undisturbed }) => undisturbed !== true),
    false,
  );
  results.push(...(await beneath));
  results.push(
    ...(await runLayers(
      inFront.filter(({ undisturbed }) => undisturbed === true),
      false,
    )),
  );
  return results.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}

async function runChecks(isLast: boolean): Promise<Result[]> {
  const waiting = checks.filter(({ name }) => chosen(name));
  const done: Result[] = [];
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const started = performance.now();
      const { ok, output } = await run(check.command, check.args, { output: 'keep', isLast });
      if (!ok) console.log(`── ${check.name} failed: ${check.command} ${check.args.join(' ')}\n${output}`);
      done.push({
        name: check.name,
        passed: ok ? 1 : 0,
        failed: ok ? 0 : 1,
        skipped: 0,
        seconds: since(started),
        failures: [],
        secondTries: [],
      });
    }
  };
  await Promise.all([worker(), worker()]);
  return done;
}

async function runLayers(some: readonly Layer[], isLast: boolean): Promise<Result[]> {
  const env = nightly ? { OFFHOOK_NIGHTLY: '1' } : {};
  const done: Result[] = [];
  for (const layer of some) done.push(await runLayer(layer, { minutes: layerMinutes, env, isLast }));
  return done;
}

function report(parts: readonly Result[]): void {
  console.log('');
  for (const part of parts) {
    const what = checks.some(({ name }) => name === part.name) ? '' : tests(part);
    console.log(
      `${part.failed > 0 ? '✗' : '✓'} ${part.name.padEnd(10)} ${part.seconds.toFixed(1).padStart(6)} s  ${what}`.trimEnd(),
    );
    for (const { test, why } of part.failures) console.log(`    ${test}\n      ${why}`);
    for (const { test, why } of part.secondTries) console.log(`    passed only at the second try: ${test}\n      ${why}`);
  }
  if (skipped.size > 0) console.log(`Left out by OFFHOOK_SKIP: ${[...skipped].join(', ')}`);
  const sum = (key: 'passed' | 'failed' | 'skipped'): number => parts.reduce((total, part) => total + part[key], 0);
  const skips = sum('skipped');
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skips > 0 ? `, ${skips} skipped` : ''}`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
}

function tests({ passed, failed, skipped: left }: Result): string {
  if (passed + failed + left === 0) return 'no tests yet';
  return [`${passed} passed`, failed > 0 && `${failed} failed`, left > 0 && `${left} skipped`].filter(Boolean).join(' · ');
}

function stop(why: string): never {
  console.log(`${why}\n0 passed, 1 failed`);
  process.exit(1);
}

function since(started: number): number {
  return (performance.now() - started) / 1000;
}

function isProgram(name: string): name is Program {
  return name in programs;
}
