/**
 * Runs a store on the disk of its first argument, which must be small, through being full and having room again. Prints what
 * happened as JSON.
 */
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../../../packages/server/src/ports.ts';
import { openSqliteStore } from '../../../packages/server/src/store/sqlite/store.ts';
import { outboxEntry } from '../samples.ts';

export interface FullDisk {
  /** Numbers whose commit was confirmed while there was room, refused while there was none, and confirmed after that. */
  readonly before: readonly number[];
  readonly refused: readonly number[];
  readonly after: readonly number[];
  readonly codes: readonly string[];
  /** What a new owner of the file finds. */
  readonly found: readonly number[];
}

async function fillUp(folder: string): Promise<FullDisk> {
  const path = join(folder, 'offhook.db');
  const filler = join(folder, 'filler');
  const { bsize, bavail } = statfsSync(folder);
  writeFileSync(filler, Buffer.alloc(Math.floor((bsize * bavail) / 2)));
  const before: number[] = [];
  const refused: number[] = [];
  const after: number[] = [];
  const codes: string[] = [];
  let next = 0;
  const store = await openSqliteStore({ path });
  /** A few commits at once; says how many were refused. */
  const commit = async (confirmed: number[]): Promise<number> => {
    const numbers = [next, next + 1, next + 2];
    next += 3;
    const commits = numbers.map((n) =>
      store.commit([{ type: 'outbox', entry: { ...outboxEntry('call-1', String(n)), body: 'x'.repeat(20_000) } }]).then(
        () => confirmed.push(n),
        (error: unknown) => {
          refused.push(n);
          codes.push(error instanceof StoreError ? error.code : String(error));
        },
      ),
    );
    await Promise.all(commits);
    return refused.length;
  };
  for (let tries = 0; tries < 1_000 && (await commit(before)) < 9;) tries += 1;
  rmSync(filler);
  for (let round = 0; round < 5; round += 1) await commit(after);
  await store.close();
  const reopened = await openSqliteStore({ path });
  const found = (await reopened.events(0, 100_000)).map(({ event }) => Number(event));
  await reopened.close();
  return { before, refused, after, codes, found };
}

const [, script, folder] = process.argv;
if (script === import.meta.filename && folder !== undefined) console.log(JSON.stringify(await fillUp(folder)));
