/**
 * Calls of people here to numbers of ours that ring several: the INVITE of the number comes in here, as that of a trunk would.
 *
 *     somebody calls the number ──► its line ──INVITE──► ourselves ──► rings everybody who is meant (`hunt.ts`)
 */
import type { Address, CallId } from '@offhook/core';
import { isSip, nameAddr, sipUri } from '@offhook/sip';
import type { FromTrunk, Permit, Way } from '../ports/trunks.ts';
import type { IncomingInvite } from './incoming.ts';
import { inside } from './inside.ts';
import type { OutsideCalls } from './outside-calls.ts';
import { freePermit } from './trunks/permit.ts';

export interface InsideOrder {
  readonly number: Address;
  /** Who calls it. */
  readonly by: Address;
  readonly call: CallId;
  /** Who calls, for those who are rung: a number, since it is one that rings them. */
  readonly as: { readonly number: string; readonly name?: string | undefined };
  readonly people: readonly Address[];
}

/** Nobody looks for it. */
const host = 'inside.invalid';

/** So often one that is forwarded to numbers of ours comes in here again. */
const roundsMost = 20;

export class InsideCalls {
  readonly #outside: Pick<OutsideCalls, 'ready' | 'bring'>;
  /** Who is to be rung, by what is dialled. */
  readonly #orders = new Map<string, InsideOrder>();
  readonly #rings: (one: Address, number: Address) => boolean;
  #count = 0;

  /** `rings`: whether somebody calls a number, and nobody has taken it. */
  constructor(outside: Pick<OutsideCalls, 'ready' | 'bring'>, rings: (one: Address, number: Address) => boolean) {
    this.#outside = outside;
    this.#rings = rings;
  }

  /** Makes ready to call these by the number. */
  async order(order: InsideOrder): Promise<void> {
    const dialled = String(++this.#count);
    this.#orders.set(dialled, order);
    const permit: Permit = { ...freePermit, ended: () => this.#orders.delete(dialled) };
    const way: Way = {
      trunk: host,
      target: sipUri(host, { user: dialled }),
      from: nameAddr(sipUri(host, { user: order.number })),
      routes: [],
      fields: { 'Max-Forwards': roundsMost },
      to: [inside],
      srtp: 'off',
    };
    await this.#outside.ready(order.number, order.by, order.call, { ways: [way], permit });
  }

  /** What we have told ourselves. */
  async ring(invite: IncomingInvite): Promise<void> {
    const { uri } = invite.request;
    const order = this.#orders.get((isSip(uri) ? uri.user : undefined) ?? '');
    if (order === undefined) return invite.refuse(404);
    const { as, number } = order;
    // To be rung by the number that they ring themselves would be to cross that call, and to talk with whoever calls here.
    const people = order.people.filter((one) => !this.#rings(one, number));
    if (people.length === 0) return invite.refuse(486);
    const name = as.name === undefined ? {} : { callerName: as.name };
    const call: FromTrunk = { trunk: host, called: number, caller: as.number, ...name, srtp: 'off', permit: freePermit };
    await this.#outside.bring(invite, call, people, {});
  }
}
