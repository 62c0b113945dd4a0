/** What a user has asked for is kept to by every call that begins to ring, as far as the disk shows. */
import type { Write } from '../../packages/server/src/ports.ts';
import { isQuiet } from '@offhook/core';
import type { Settings } from '@offhook/core';
import type { Known } from './laws.ts';

type Ringing = Extract<Extract<Write, { type: 'call' }>['state'], { kind: 'ringing' }>;

interface Wish extends Settings {
  /** Whom they do not want to hear of. */
  readonly blocked: readonly string[];
}

/** How long a change of settings may be under way: until then either holds. */
const underWayMs = 10_000;

export class Admission {
  #changedAt = -Infinity;

  /** Somebody changes settings, or whom they want to hear of. */
  changes(now: number): void {
    this.#changedAt = now;
  }

  /** Why this call should not have begun to ring; undefined: it may. `others`: all calls that are known. */
  objection({ caller, callee }: Ringing, others: Iterable<Known>, wish: Wish | undefined, now: number): string | undefined {
    const from = caller.person.address;
    const live = [...others].filter(({ state, record }) => state !== undefined && record === undefined);
    const crossed = live.some(
      ({ state }) =>
        state?.kind === 'ringing' && state.caller.person.address === callee.address && state.callee.address === from,
    );
    if (crossed) return `rings ${callee.address}, whose own call rings ${from}`;
    if (wish === undefined || this.#changedAt + underWayMs > now) return undefined;
    if ([now, now - underWayMs].every((at) => isQuiet(wish, at))) return `rings ${callee.address}, who is not to be disturbed`;
    if (wish.blocked.includes(from)) return `rings ${callee.address}, who does not want to hear of ${from}`;
    const taken = live.filter(({ users }) => users.includes(callee.address)).length;
    return taken >= wish.maxCalls ? `rings ${callee.address}, who has ${taken} calls and wants ${wish.maxCalls}` : undefined;
  }
}
