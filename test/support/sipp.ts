/** SIPp, a generator of SIP calls that no part of this project has written: it says whether each call went as its scenario has it. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { xmlOf } from '../interop/scenario.ts';
import type { Scenario } from '../interop/scenario.ts';
import { freePortAt, Lossy } from './lossy.ts';
import { program } from './programs.ts';

export interface SippOptions {
  /** One of ours, or one that SIPp has built in. */
  readonly scenario: Scenario | { readonly builtIn: 'uac' | 'uas' };
  /** The port of the server on loopback. */
  readonly to: number;
  readonly service?: string;
  /** Lines of what stands in `[field0]` and the next ones: taken turn about by the calls. */
  readonly fields?: readonly (readonly string[])[];
  /** `t1`: all calls on one connection. */
  readonly transport?: 'u1' | 't1' | 'l1';
  readonly calls?: number;
  readonly perSecond?: number;
  /** By UDP, of a hundred messages in either direction so many are lost. */
  readonly lost?: number;
  /** How long it talks, in milliseconds. */
  readonly talks?: number;
  /** Its own address of loopback, and its own port. */
  readonly address?: string;
  readonly port?: number;
  readonly more?: readonly string[];
}

export interface SippResult {
  /** Every call went as it should. */
  readonly ok: boolean;
  /** Its last screen, and what went wrong. */
  readonly output: string;
}

/** Runs until all calls are over. */
export async function sipp(options: SippOptions): Promise<SippResult> {
  const { lost, to, address = '127.0.0.1' } = options;
  const xml = scenarioOf(options);
  if (lost === undefined) return run(options, xml, `127.0.0.1:${to}`);
  const sippPort = await freePortAt(address);
  const way = await Lossy.open({ percent: lost, address, port: options.port, sippPort, server: to });
  // It says that it is where the way is, and that the server is where that is.
  const said = xml
    .replaceAll('[local_port]', `${way.port}`)
    .replaceAll('[remote_ip]', '127.0.0.1')
    .replaceAll('[remote_port]', `${to}`);
  const { ok, output } = await run({ ...options, port: sippPort }, said, `${address}:${way.inside}`);
  await way.close();
  return { ok, output: [output, `Seed ${way.seed}`, ...way.story].join('\n') };
}

function scenarioOf({ scenario }: SippOptions): string {
  if (typeof scenario === 'string') return xmlOf(scenario);
  // It says that this has failed, whatever it has said.
  return spawnSync(program('sipp'), ['-sd', scenario.builtIn], { encoding: 'utf8' }).stdout;
}

function run(options: SippOptions, xml: string, server: string): Promise<SippResult> {
  const {
    to,
    service,
    fields = [],
    transport = 'u1',
    calls = 1,
    perSecond = 10,
    talks,
    address = '127.0.0.1',
    port,
    more = [],
  } = options;
  const folder = mkdtempSync(join(tmpdir(), 'offhook-sipp-'));
  writeFileSync(join(folder, 'scenario.xml'), xml);
  const args = ['-i', address, '-t', transport, '-m', `${calls}`, '-r', `${perSecond}`, '-nostdin', '-trace_err'];
  args.push('-sf', 'scenario.xml');
  // What its digest is of: the Request-URI.
  if (service !== undefined) args.push('-s', service, '-auth_uri', `${service}@127.0.0.1:${to}`);
  if (fields.length > 0) {
    writeFileSync(join(folder, 'fields.csv'), ['SEQUENTIAL', ...fields.map((line) => line.join(';')), ''].join('\n'));
    args.push('-inf', 'fields.csv');
  }
  if (port !== undefined) args.push('-p', `${port}`);
  if (talks !== undefined) args.push('-d', `${talks}`);
  args.push('-timeout', '60s', '-timeout_error', ...more, server);
  return new Promise((resolve) => {
    const env = { ...process.env, TERM: 'dumb' };
    const child = execFile(program('sipp'), args, { cwd: folder, env, maxBuffer: 100_000_000 }, (error, stdout, stderr) => {
      const errors = readdirSync(folder).filter((name) => name.endsWith('_errors.log'));
      const said = errors.map((name) => readFileSync(join(folder, name), 'utf8').slice(0, 4000));
      rmSync(folder, { recursive: true, force: true });
      resolve({ ok: error === null, output: [stdout.slice(-3000), stderr, ...said].join('\n') });
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
  });
}
