/**
 * Calls of people here to numbers of ours that ring as from outside: the INVITE of the number comes in here, as that of a trunk would.
 *
 *     somebody calls the number ──► its line ──INVITE──► ourselves ──► where it leads (`number-calls.ts`)
 */
import type { Address, CallId } from '@offhook/core';
import { isSip, nameAddr, sipUri } from '@offhook/sip';
import type { FromTrunk, Permit, Way } from '../ports/trunks.ts';
import type { IncomingInvite } from './incoming.ts';
import { inside } from './inside.ts';
import type { OutsideCalls, Ready } from './outside-calls.ts';
import { freePermit } from './trunks/permit.ts';

/** Whose call comes to a number of ours, and who is brought there by it. */
export interface Coming {
  readonly by: Address;
  readonly caller: Address;
}

export interface InsideOrder extends Coming {
  readonly number: Address;
  /** Who calls, for those who are rung; without a number it is withheld. */
  readonly as: { readonly number?: string | undefined; readonly name?: string | undefined };
}

/** Nobody looks for it. */
const host = 'inside.invalid';

/** So often one that is forwarded to numbers of ours comes in here again. */
const roundsMost = 20;

export class InsideCalls {
  readonly #outside: Pick<OutsideCalls, 'ready'>;
  readonly #lead: (invite: IncomingInvite, call: FromTrunk, coming: Coming) => Promise<void>;
  /** What is about to come in, by what is dialled. */
  readonly #orders = new Map<string, InsideOrder>();
  #count = 0;

  /** `lead`: brings what comes in where its number leads. */
  constructor(
    outside: Pick<OutsideCalls, 'ready'>,
    lead: (invite: IncomingInvite, call: FromTrunk, coming: Coming) => Promise<void>,
  ) {
    this.#outside = outside;
    this.#lead = lead;
  }

  /** Makes ready to call the number, for this call. */
  async order(order: InsideOrder, call: CallId): Promise<void> {
    await this.#outside.ready(order.number, order.by, call, this.ready(order));
  }

  /** How it is called. */
  ready(order: InsideOrder): Ready {
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
    return { ways: [way], permit };
  }

  /** What we have told ourselves. */
  async ring(invite: IncomingInvite): Promise<void> {
    const { uri } = invite.request;
    const order = this.#orders.get((isSip(uri) ? uri.user : undefined) ?? '');
    if (order === undefined) return invite.refuse(404);
    const { number, as, by, caller } = order;
    const known = {
      ...(as.number !== undefined && { caller: as.number }),
      ...(as.name !== undefined && { callerName: as.name }),
    };
    await this.#lead(invite, { trunk: host, called: number, ...known, srtp: 'off', permit: freePermit }, { by, caller });
  }
}
