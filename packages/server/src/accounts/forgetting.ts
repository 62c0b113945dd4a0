/** Guests come for a day and are forgotten some time after it: else each meeting would leave some of them behind for good. */
import { serverLimits } from '@offhook/core';
import type { Clock, Log, Store } from '../ports.ts';

export interface ForgettingDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

const sweepMs = 3_600_000;

/** Now, and again and again; the function returned ends that. */
export function forgettingGuests({ store, clock, log }: ForgettingDeps): () => void {
  let cancel: (() => void) | undefined;
  const sweep = (): void => {
    store
      .commit([{ type: 'guests_gone', before: clock.now() - serverLimits.guestKeptMs }])
      .catch((error: unknown) => log.warn('guests', { error: String(error) }));
    cancel = clock.schedule(sweepMs, sweep);
  };
  sweep();
  return () => cancel?.();
}
