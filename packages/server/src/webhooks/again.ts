import type { Store } from '../ports.ts';

/** Positions at once: whatever else is to be stored waits no longer than for these. */
export const positionsAtOnce = 5_000;

/** What is settled among these positions, both included, waits once more for a receiver. Where it fails, a part of it may. */
export async function waitAgain(
  store: Pick<Store, 'commit' | 'eventRange'>,
  webhook: string,
  from: number,
  to: number,
): Promise<void> {
  const { first, last } = await store.eventRange();
  const end = Math.min(to, last);
  for (let at = Math.max(from, first); at <= end; at += positionsAtOnce)
    await store.commit([{ type: 'again', webhook, from: at, to: Math.min(end, at + positionsAtOnce - 1) }]);
}
