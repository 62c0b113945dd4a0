/**
 * Runs one layer of tests and counts it.
 *
 * What drives browsers depends on programs that are not ours, which hang or die now and then. A few files that fail are therefore run once
 * more, each by itself; so is a file of any layer that failed without a failed test, as where the process that runs it died. Whatever passes
 * only then is named in the last lines: it is to be looked into, and it is not hidden.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Layer } from '../test/layers.ts';
import { root, run } from './run.ts';

export interface Result {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly failures: readonly Failure[];
  /** Of the tests that passed, those that had failed before. */
  readonly secondTries: readonly Failure[];
}

export interface Failure {
  readonly test: string;
  /** What was thrown, and where; empty where nobody knows. */
  readonly why: string;
}

interface Options {
  readonly minutes: number;
  readonly env: NodeJS.ProcessEnv;
  /** It only takes what other layers leave of the processors; what it prints is shown when it is over. */
  readonly isLast?: boolean;
}

/** One file of tests, as far as it is read here in what vitest's JSON reporter writes. */
interface TestFile {
  readonly name: string;
  readonly status: string;
  /** What went wrong outside of its tests; empty also where its process died. */
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}

interface Run {
  /** Nothing at all went wrong, inside of tests or outside. */
  readonly ok: boolean;
  /** Empty where the run was killed. */
  readonly files: readonly TestFile[];
}

/** With more failed files than that, it is the code. */
const mostFilesTriedAgain = 5;

export async function runLayer(layer: Layer, options: Options): Promise<Result> {
  const started = performance.now();
  const { name, include, exact = false } = layer;
  const none = globSync(include, { cwd: root }).length === 0;
  const first = none ? { ok: true, files: [] } : await runFiles(name, [], options);
  const failures = failuresOf(first);
  const failed = first.files.filter(hasFailed);
  const again = failed.map((file) => relative(root, file.name));
  const isTriedAgain = !exact || failed.every(hasNoFailedTest);
  if (!isTriedAgain || again.length === 0 || again.length > mostFilesTriedAgain)
    return { name, ...counted(first), seconds: since(started), failures, secondTries: [] };

  console.log(`\nOnce more: ${again.join(', ')}`);
  const second = { ok: true, files: [] as TestFile[] };
  for (const file of again) {
    const { ok, files } = await runFiles(name, [file], options);
    second.ok &&= ok;
    second.files.push(...files);
  }
  const both = { ok: second.ok, files: [...first.files.filter((file) => !hasFailed(file)), ...second.files] };
  const left = failuresOf(second);
  const secondTries = failures.filter(({ test }) => !left.some((one) => one.test === test));
  return { name, ...counted(both), seconds: since(started), failures: left, secondTries };
}

function counted({ ok, files }: Run): Pick<Result, 'passed' | 'failed' | 'skipped'> {
  const all = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const passed = all.filter((status) => status === 'passed').length;
  const failed = all.filter((status) => status === 'failed').length;
  // A file that could not be loaded, or an error outside every test, fails the run without a failed test.
  return { passed, failed: ok ? failed : Math.max(1, failed), skipped: all.length - passed - failed };
}

async function runFiles(layer: string, files: readonly string[], { minutes, env, isLast = false }: Options): Promise<Run> {
  const folder = join(root, 'node_modules/.cache/offhook');
  const file = join(folder, `${layer}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(file, { force: true });
  const { ok, output } = await run(
    'vitest',
    ['run', '--project', layer, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...files],
    { env, timeout: minutes * 60_000, isLast, output: isLast ? 'keep' : 'show' },
  );
  if (isLast) console.log(output);
  if (!existsSync(file)) return { ok: false, files: [] };
  const written = JSON.parse(readFileSync(file, 'utf8')) as { readonly testResults: readonly TestFile[] };
  return { ok, files: written.testResults };
}

function hasFailed({ status }: TestFile): boolean {
  return status === 'failed';
}

function hasNoFailedTest({ assertionResults }: TestFile): boolean {
  return assertionResults.every(({ status }) => status !== 'failed');
}

function failuresOf({ files }: Run): Failure[] {
  return files.filter(hasFailed).flatMap((file) => {
    const of = (test: string, why: string): Failure => ({ test: `${relative(root, file.name)}: ${test}`, why });
    if (hasNoFailedTest(file)) return [of('as a whole', file.message)];
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    return failed.map(({ fullName, failureMessages }) => of(fullName, shortly(failureMessages.at(-1) ?? '')));
  });
}

/** The first line, and the first place of ours. */
function shortly(message: string): string {
  const [first = '', ...places] = message.split('\n');
  const where = places.find((line) => line.includes(root) && !line.includes('node_modules'));
  return `${first} ${where?.trim().replace(`${root}/`, '') ?? ''}`.trimEnd();
}

function since(started: number): number {
  return (performance.now() - started) / 1000;
}
