/** Nobody is lost where a call ends because somebody was led on, and no call comes to the same person twice. */
import { serverLimits } from '@offhook/core';
import type { CallRecord, Cause } from '@offhook/core';
import { short } from './trace.ts';
import type { Known, Laws } from './laws.ts';

export class Led {
  readonly #laws: Laws;
  /** Who has forwarded a call, by its id. */
  readonly #via = new Map<string, readonly string[]>();

  constructor(laws: Laws) {
    this.#laws = laws;
  }

  /** The one who stays goes on, from the same moment, with the one who was named; and so does the one whose call is forwarded. */
  recorded({ call, caller, callee, cause, transfer, forward }: CallRecord): void {
    const laws = this.#laws;
    laws.expect((cause === 'transferred') === (transfer !== undefined), 'S19', `${short(call)} ended ${cause}`);
    laws.expect((cause === 'forwarded') === (forward !== undefined), 'S20', `${short(call)} ended ${cause}`);
    if (transfer !== undefined) {
      const stays = transfer.by === caller.address ? callee.address : caller.address;
      const goesOn = this.#isOf(transfer.into, stays, transfer.to.address);
      laws.expect(goesOn, 'S19', `${stays} is led from ${short(call)} to nobody`);
    }
    if (forward === undefined) return;
    const to = forward.to.address;
    laws.expect(this.#isOf(forward.into, caller.address, to), 'S20', `${short(call)} is forwarded to nobody`);
    const via = [...(this.#via.get(call) ?? []), callee.address];
    laws.expect(!via.includes(to) && to !== caller.address, 'S21', `${short(call)} comes to ${to} again`);
    laws.expect(via.length <= serverLimits.forwardsPerCall, 'S21', `${short(call)} was forwarded ${via.length} times`);
    this.#via.set(forward.into, via);
  }

  /** A page whose call was forwarded goes on in the one that follows, unless that was over before it heard. */
  over(page: string, { id, record }: Known, cause: Cause | undefined): void {
    if (cause !== 'forwarded') return;
    const next = record?.forward && this.#laws.known(record.forward.into);
    this.#laws.expect(next?.record !== undefined, 'S20', `${page} is left behind in ${short(id)}`);
    if (next?.record !== undefined) this.over(page, next, next.record.cause);
  }

  #isOf(call: string, one: string, other: string): boolean {
    const { users } = this.#laws.known(call);
    return users.length === 2 && users.includes(one) && users.includes(other);
  }
}
