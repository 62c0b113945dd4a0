import { expect, it } from 'vitest';
import type { Write } from '../ports.ts';
import { MemoryStore } from '../store/memory.ts';
import { positionsAtOnce, waitAgain } from './parts.ts';

/** How many positions each commit names. */
class CountingStore extends MemoryStore {
  readonly counts: number[] = [];

  override commit(writes: readonly Write[]): Promise<void> {
    for (const write of writes) if (write.type === 'again') this.counts.push(write.to - write.from + 1);
    return super.commit(writes);
  }
}

it('has a long log wait once more part by part, each event once, and nothing that is not there', async () => {
  const store = new CountingStore();
  const most = positionsAtOnce * 2 + 7;
  await store.commit(
    Array.from({ length: most }, () => ({
      type: 'outbox' as const,
      entry: { event: 'call.ended', about: 'call-1', at: 0, body: '{}' },
    })),
  );
  // One that is made later has nothing of it yet.
  await store.commit([{ type: 'webhook', webhook: { id: 'one', url: '', paused: false, createdAt: 0, secret: '' } }]);
  expect(await store.outbox('one', 0, most)).toEqual([]);
  await waitAgain(store, 'one', 3, Number.MAX_SAFE_INTEGER);
  expect(store.counts).toEqual([positionsAtOnce, positionsAtOnce, 5]);
  expect((await store.outbox('one', 0, most)).map(({ position }) => position)).toEqual(
    Array.from({ length: most - 2 }, (_, n) => n + 3),
  );
  store.counts.length = 0;
  await waitAgain(store, 'one', 7, 7);
  await waitAgain(store, 'one', most + 1, Number.MAX_SAFE_INTEGER);
  expect(store.counts).toEqual([1]);
});
