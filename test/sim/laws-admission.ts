/** What a user has asked for is kept to by every call that begins to ring, as far as the disk shows. */
import type { Write } from '../../packages/server/src/ports.ts';
import { isQuiet } from '@offhook/core';
import type { Settings } from '@offhook/core';
import type { Known } from './laws.ts';

type Ringing = Extract<Extract<Write, { type: 'call' }>['state'], { kind: 'ringing' }>;

interface Wish extends Settings {
  /** Whether somebody does not want to hear of somebody. */
  readonly blocks: (who: string, whom: string) => boolean;
}

/** How long a change of settings, or of a call, may be under way: until then either holds. */
const underWayMs = 10_000;

export class Admission {
  readonly #changedAt = new Map<string, number>();

  /** Somebody changes settings, or whom they want to hear of. */
  changes(user: string, now: number): void {
    this.#changedAt.set(user, now);
  }

  /** Why this call should not have begun to ring; undefined: it may. `others`: all calls that are known. */
  objection(
    { caller, callee, via = [] }: Ringing,
    others: Iterable<Known>,
    wish: Wish | undefined,
    now: number,
  ): string | undefined {
    const from = caller.person.address;
    const all = [...others];
    const live = all.filter(({ state, record }) => state !== undefined && record === undefined);
    const crossed = live.some(
      ({ state }) =>
        state?.kind === 'ringing' && state.caller.person.address === callee.address && state.callee.address === from,
    );
    if (crossed) return `rings ${callee.address}, whose own call rings ${from}`;
    const isChanging = (who: string): boolean => (this.#changedAt.get(who) ?? -Infinity) + underWayMs > now;
    if (wish === undefined || [from, callee.address, ...via, wish.forward?.always ?? ''].some(isChanging)) return undefined;
    if ([now, now - underWayMs].every((at) => isQuiet(wish, at))) return `rings ${callee.address}, who is not to be disturbed`;
    const { address } = callee;
    const unwanted = [from, ...via].find((one) => wish.blocks(address, one));
    if (unwanted !== undefined) return `rings ${address}, who does not want to hear of ${unwanted}`;
    const to = wish.forward?.always;
    // Where it was decided, it may still have rung what is taken or over by the time that this call is stored.
    const ringsBack = all.some(({ users: [caller], ringsUntil }) => caller === to && ringsUntil + underWayMs > now);
    const isOpenTo = (one: string): boolean =>
      one !== from &&
      ![from, address].some((who) => wish.blocks(who, one)) &&
      ![address, ...via].some((whom) => whom === one || wish.blocks(one, whom));
    if (to !== undefined && isOpenTo(to) && !ringsBack) return `rings ${address}, whose calls are for ${to}`;
    const taken = live.filter(({ users }) => users.includes(callee.address)).length;
    return taken >= wish.maxCalls ? `rings ${callee.address}, who has ${taken} calls and wants ${wish.maxCalls}` : undefined;
  }
}
