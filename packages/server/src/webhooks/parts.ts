/** What is stored for a receiver about very many events is stored part by part: whatever else is to be stored waits no longer than for one of them. */
import type { Store } from '../ports.ts';

/** Positions at once. */
export const positionsAtOnce = 5_000;

type Parts = Pick<Store, 'commit' | 'eventRange'>;

/** What is settled among these positions, both included, waits once more for a receiver. Where it fails, a part of it may. */
export function waitAgain(store: Parts, webhook: string, from: number, to: number): Promise<void> {
  return inParts(store, from, to, (first, last) => store.commit([{ type: 'again', webhook, from: first, to: last }]));
}

/**
 * Forgets what is kept for a receiver that is marked as gone, and in the end that there was one. Where it fails or is stopped, which rejects with
 * the reason, a part of it is forgotten, and the mark is still there: to be called again.
 */
export async function forget(store: Parts, webhook: string, stopped: AbortSignal): Promise<void> {
  await inParts(store, 0, Number.MAX_SAFE_INTEGER, (from, to) => {
    stopped.throwIfAborted();
    return store.commit([{ type: 'deliveries_gone', webhook, from, to }]);
  });
  stopped.throwIfAborted();
  await store.commit([{ type: 'webhook_gone', webhook }]);
}

async function inParts(
  store: Pick<Store, 'eventRange'>,
  from: number,
  to: number,
  act: (first: number, last: number) => Promise<void>,
): Promise<void> {
  const { first, last } = await store.eventRange();
  const end = Math.min(to, last);
  for (let at = Math.max(from, first); at <= end; at += positionsAtOnce) await act(at, Math.min(end, at + positionsAtOnce - 1));
}
