/** People in the telephone network, as the engine needs them. */
import type { Address, CallId, Origin } from '@offhook/core';

/** Whom a number of ours leads to, and as what they are called. */
export interface Inside {
  readonly to: Address;
  readonly origin?: Origin | undefined;
}

export interface Outside {
  /**
   * Makes ready to call this number: whoever has it is a user with a device then, which rings in this call. `by`: whose call it is, or who
   * leads it there. `after`: the call that goes on in it.
   *
   * @throws Refusal where they may not, or nobody can be reached there
   */
  reach(number: Address, by: Address, call: CallId, after?: CallId): Promise<void>;
  /**
   * Whom a call of somebody here (`by`) reaches at this number without going out; undefined: nobody, so that it goes out. `caller`: who is
   * brought there, where that is somebody else.
   */
  inside(number: Address, by: Address, call: CallId, caller?: Address): Promise<Inside | undefined>;
}
