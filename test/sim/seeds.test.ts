/** Thousands of seeds in two processes: no law is broken, and every input has met every state that it can meet. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { add, gaps, table } from './coverage.ts';
import type { Counts } from './coverage.ts';
import type { Broken, Many } from './many.ts';
import { run } from './run.ts';
import { runSessions } from './sessions/run.ts';

const isNightly = process.env['OFFHOOK_NIGHTLY'] !== undefined;
const last = isNightly ? 50_000 : 5_000;
const processes = 2;
const patienceMs = isNightly ? 10_000_000 : 3_600_000;

const broken: Broken[] = [];
const counts: Counts = {};
let seeds = 0;

/** Every `processes`th seed from `from` on, in a process of its own. */
async function play(from: number): Promise<Many> {
  const script = join(import.meta.dirname, 'many.ts');
  const args = ['--conditions=source', script, String(from), String(last), String(processes)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout) as Many;
}

describe('in a network that loses, delays and repeats', () => {
  beforeAll(async () => {
    for (const many of await Promise.all(Array.from({ length: processes }, (_, i) => play(i + 1)))) {
      broken.push(...many.broken);
      add(counts, many.counts);
      seeds += many.seeds;
    }
    console.log(`${seeds} seeds. How often each input met each state:\n\n${table(counts)}\n`);
  }, patienceMs);

  it('plays every seed', () => {
    expect(seeds).toBe(last);
  });

  it.each([
    '[S1] each call ends once, with one cause and one record',
    '[S2] at most one connection of the callee is a side',
    '[S3] both sides and the server agree',
    '[S4] ringing stops everywhere',
    '[S5] capture and peer connections are closed',
    '[S6] no permission is asked before the person acts',
    '[S7] nothing acknowledged is lost',
    '[S8] repeated, late and reordered messages change nothing',
    '[S9] presence converges',
    '[S10] nothing is left when everybody has gone',
    '[S11] the duration runs from the first media to the end',
    '[S12] signalling and media are lost apart',
    '[S13] calls go on after a restart, or end with a cause',
    '[S14] descriptions and candidates are applied in order',
    '[S15] one side is polite',
    '[S17] nobody says or hears anything in a call of others',
    '[S18] only those who may be rung are rung',
    '[S19] nobody is lost by a transfer',
    '[S20] nobody is lost by a forward',
    '[S21] no call is forwarded in a circle',
    '[S22] what can be pushed is pushed where no page rings',
    '[S23] phones and the server agree',
    '[S24] bridges open and close in pairs',
    '[S25] no transaction and no dialog is left',
    '[P38] nobody receives what they may not, nor looks at it',
    '[P39] whoever was removed, or is kept out by a lock, is not in',
    '[P40] the pages in a session and the server agree',
    '[P41] every stream that one is subscribed to is told once, and none besides',
    '[P42] nobody is in a session that is over, or hears of one that they are not in',
    '[P43] what was acknowledged of a session is stored',
    '[P44] nothing of a session is left when everybody has gone',
    '[P37] what happens in a session is announced in order',
  ])('%s', (law) => {
    const id = /\[([SP]\d+)\]/.exec(law)?.[1];
    // `npm run sim -- --seed N`, for P with `--sessions`, tells what happened.
    expect(broken.filter((one) => one.law === id)).toEqual([]);
  });

  it('breaks no law at all', () => {
    expect(broken).toEqual([]);
  });

  it('meets the pairs of state and input that can be, and none that cannot', () => {
    const { missing, unexpected } = gaps(counts);
    expect({ missing, unexpected }).toEqual({ missing: [], unexpected: [] });
  });
});

it('[S16] the same seed gives the same run of sessions', async () => {
  const [first, second] = [await runSessions(11, { full: true }), await runSessions(11, { full: true })];
  expect(second.world.trace.tell([], 1_000_000)).toBe(first.world.trace.tell([], 1_000_000));
});

it('[S16] the same seed gives the same run', async () => {
  const [first, second] = [await run(11, { full: true }), await run(11, { full: true })];
  expect(second.steps).toBe(first.steps);
  expect(second.world.trace.tell([], 1_000_000)).toBe(first.world.trace.tell([], 1_000_000));
});
