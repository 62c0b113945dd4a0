/** The store of a server that is killed at random moments has everything that it confirmed, and no half of anything. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { openSqliteStore } from '../../packages/server/src/store/sqlite/store.ts';
import { Chance } from '../sim/chance.ts';
import { liveCalls } from './children/committer.ts';

const committer = join(import.meta.dirname, 'children/committer.ts');
const rounds = process.env['OFFHOOK_NIGHTLY'] === undefined ? 6 : 200;
const seed = Number(process.env['OFFHOOK_SEED'] ?? Math.floor(Math.random() * 2 ** 32));

/** Runs a server that commits from `first` on, kills it after so many confirmations, and says which it has given. */
async function commitAndKill(path: string, first: number, confirmations: number): Promise<number[]> {
  const child = spawn(process.execPath, ['--conditions=source', committer, path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const confirmed: number[] = [];
  for await (const line of createInterface(child.stdout)) {
    confirmed.push(Number(line));
    if (confirmed.length === confirmations) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return confirmed;
}

it(
  `finds all that was confirmed after SIGKILL, in ${rounds} rounds with seed ${seed}`,
  { timeout: 30_000 + rounds * 3_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offhook-crash-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'offhook.db');
    const chance = new Chance(seed);
    let stored = 0;
    for (let round = 0; round < rounds; round += 1) {
      const confirmed = await commitAndKill(path, stored, 1 + Math.floor(chance.fraction() ** 2 * 1_500));
      const store = await openSqliteStore({ path });
      const present = (await store.events(0, 1_000_000)).map(({ event }) => Number(event));
      expect(present).toEqual(Array.from(present.keys()));
      expect(confirmed).toEqual(Array.from(confirmed.keys(), (index) => stored + index));
      stored = present.length;
      expect(stored).toBeGreaterThanOrEqual((confirmed.at(-1) ?? 0) + 1);
      for (const n of [...confirmed.slice(-50), stored - 1]) expect(await store.record(`record-${n}`)).toBeDefined();
      expect(await store.record(`record-${stored}`)).toBeUndefined();
      const live = new Set(
        (await store.liveCalls()).map((call) => (call.kind === 'ringing' ? `${call.id}: ${call.epoch}` : call)),
      );
      const last = Array.from({ length: Math.min(stored, liveCalls) }, (_, back) => stored - 1 - back);
      expect(live).toEqual(new Set(last.map((n) => `live-${n % liveCalls}: ${n}`)));
      await store.close();
    }
    console.log(`seed ${seed}: ${stored} commits in ${rounds} rounds`);
  },
);
