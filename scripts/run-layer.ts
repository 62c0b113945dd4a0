/**
 * Runs one layer of tests and counts it.
 *
 * What drives browsers depends on programs that are not ours, which hang or die now and then. A few files that fail are therefore run once
 * more, by themselves. Whatever passes only then is named in the last lines: it is to be looked into, and it is not hidden.
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
  /** The names of tests that failed. */
  readonly failures: readonly string[];
  /** Of those that passed, the ones that had failed before. */
  readonly secondTries: readonly string[];
}

interface Options {
  readonly minutes: number;
  readonly env: NodeJS.ProcessEnv;
}

/** What vitest's JSON reporter writes, as far as it is read here. */
interface Written {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

interface Run {
  /** Nothing at all went wrong; a file that could not be loaded fails a run without a failed test. */
  readonly ok: boolean;
  /** Missing where the run was killed. */
  readonly written: Written | undefined;
}

/** With more failed files than that, it is the code. */
const mostFilesTriedAgain = 3;

export async function runLayer(layer: Layer, options: Options): Promise<Result> {
  const { name, include, heavy = false } = layer;
  const none = { name, passed: 0, failed: 0, skipped: 0, seconds: 0, failures: [], secondTries: [] };
  if (globSync(include, { cwd: root }).length === 0) return none;
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const first = await runFiles(name, [], options);
  if (first.written === undefined) return { ...none, failed: 1, seconds: seconds() };
  const total = first.written.numPassedTests + first.written.numFailedTests;
  const skipped = first.written.numPendingTests + first.written.numTodoTests;
  const failures = failuresOf(first.written);
  if (first.ok) return { ...none, passed: total, skipped, seconds: seconds() };

  const files = failedFiles(first.written);
  if (!heavy || files.length === 0 || files.length > mostFilesTriedAgain) {
    const failed = Math.max(1, first.written.numFailedTests);
    return { ...none, passed: first.written.numPassedTests, failed, skipped, seconds: seconds(), failures };
  }
  console.log(`\nOnce more: ${files.join(', ')}`);
  const second = await runFiles(name, files, options);
  if (second.ok) return { ...none, passed: total, skipped, seconds: seconds(), secondTries: failures };
  const failed = Math.max(1, second.written?.numFailedTests ?? first.written.numFailedTests);
  return {
    ...none,
    passed: total - failed,
    failed,
    skipped,
    seconds: seconds(),
    failures: second.written === undefined ? failures : failuresOf(second.written),
  };
}

async function runFiles(layer: string, files: readonly string[], { minutes, env }: Options): Promise<Run> {
  const folder = join(root, 'node_modules/.cache/offhook');
  const file = join(folder, `${layer}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(file, { force: true });
  const { ok } = await run(
    'vitest',
    ['run', '--project', layer, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...files],
    { env, timeout: minutes * 60_000 },
  );
  return { ok, written: existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Written) : undefined };
}

function failedFiles({ testResults }: Written): string[] {
  return testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative(root, name));
}

function failuresOf({ testResults }: Written): string[] {
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
      return (failed.length === 0 ? ['as a whole'] : failed).map((test) => `${relative(root, name)}: ${test}`);
    });
}
