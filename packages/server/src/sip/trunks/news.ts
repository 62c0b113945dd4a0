/** What webhooks and the feed are told of trunks. */
import type { Clock, Log, Store } from '../../ports.ts';

export interface TrunkNewsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether what happens is written to the outbox. */
  readonly outbox: boolean;
}

export type TrunkEvent = 'trunk.registered' | 'trunk.failed' | 'trunk.up' | 'trunk.down' | 'trunk.cap_reached';

export class TrunkNews {
  readonly #deps: TrunkNewsDeps;

  constructor(deps: TrunkNewsDeps) {
    this.#deps = deps;
  }

  /** `about`: what is told of one thing comes in its order. */
  tell(event: TrunkEvent, about: string, data: Readonly<Record<string, unknown>>): void {
    const { clock, log, outbox, store } = this.#deps;
    const isGood = event === 'trunk.registered' || event === 'trunk.up';
    log[isGood ? 'info' : 'warn'](event, { about, ...data });
    if (!outbox) return;
    const at = clock.now();
    const body = JSON.stringify({ type: event, timestamp: new Date(at).toISOString(), data });
    store
      .commit([{ type: 'outbox', entry: { event, about, at, body } }])
      .catch((error: unknown) => log.error('trunk.news', { event, error: String(error) }));
  }
}
