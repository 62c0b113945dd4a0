/**
 * Commits to the database of its first argument until it is killed, beginning with the number of its second, many commits at a time.
 * Prints the number of each commit once it was confirmed.
 */
import type { Store, Write } from '../../../packages/server/src/ports.ts';
import { openSqliteStore } from '../../../packages/server/src/store/sqlite/store.ts';
import { outboxEntry, record, ringing } from '../samples.ts';

/** Calls whose states are written in turn. */
export const liveCalls = 7;

/** What belongs to one number and must be there as a whole or not at all. */
export function writesOf(n: number): Write[] {
  return [
    { type: 'call', state: ringing(`live-${n % liveCalls}`, { epoch: n, offer: { type: 'offer', sdp: 'x'.repeat(6_000) } }) },
    { type: 'record', record: record(`record-${n}`) },
    { type: 'outbox', entry: outboxEntry(`record-${n}`, String(n)) },
  ];
}

async function commitForEver(store: Store, first: number): Promise<never> {
  let next = first;
  const worker = async (): Promise<never> => {
    for (;;) {
      const n = next;
      next += 1;
      await store.commit(writesOf(n));
      process.stdout.write(`${n}\n`);
    }
  };
  return Promise.race(Array.from({ length: 12 }, worker));
}

const [, script, path, first] = process.argv;
if (script === import.meta.filename && path !== undefined) {
  await commitForEver(await openSqliteStore({ path }), Number(first));
}
