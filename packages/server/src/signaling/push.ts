/** How devices are rung that have no page open: what they ask for, once they are signed in. */
import { pushLimits } from '@offhook/core';
import type { PushRequest } from '@offhook/core';
import { Buckets } from '../ports/bucket.ts';
import type { PushSubscriptions } from '../ports/push.ts';
import type { Clock, Outcome } from '../ports.ts';
import type { Connection } from './connection.ts';

export interface PushingDeps {
  readonly clock: Clock;
  /** Absent: nothing is pushed. */
  readonly push?: PushSubscriptions | undefined;
}

export class Pushing {
  readonly #deps: PushingDeps;
  readonly #tests = new Buckets({ perSecond: pushLimits.testsPerMinute / 60, burst: pushLimits.testBurst });

  constructor(deps: PushingDeps) {
    this.#deps = deps;
  }

  async answer(connection: Connection, request: PushRequest): Promise<Outcome> {
    const { clock, push } = this.#deps;
    const { device, occupant, pass } = connection;
    const user = occupant.user.address;
    if (push === undefined) return { error: 'push_unavailable' };
    switch (request.type) {
      case 'push_key':
        return { ok: { key: push.key } };
      case 'push_subscribe': {
        // Visits end; what was subscribed would not.
        if (pass.by === 'device' && pass.until !== undefined) return { error: 'forbidden' };
        const { provider, endpoint, keys, language } = request;
        const wrong = await push.subscribe(user, device, { provider, endpoint, keys, language, jti: pass.jti });
        return wrong === undefined ? { ok: {} } : { error: 'endpoint_refused', detail: wrong };
      }
      case 'push_unsubscribe':
        await push.unsubscribe(user, device);
        return { ok: {} };
      case 'push_test':
        if (!(await push.book.of(user)).has(device)) return { error: 'push_unavailable' };
        if (!this.#tests.take(user, clock.now())) return { error: 'rate_limited' };
        push.test(user, device, request.afterMs);
        return { ok: {} };
    }
  }
}

/**
 * What is pushed to a device goes by the token that it has shown now: where calls may not ring any more nothing is pushed either, and when
 * this token is revoked nothing is from then on.
 */
export async function follow(push: PushSubscriptions, { device, occupant, pass }: Connection): Promise<void> {
  const user = occupant.user.address;
  if (pass.grants.incoming) return push.shows(user, device, pass.jti);
  if ((await push.book.of(user)).has(device)) await push.unsubscribe(user, device);
}
