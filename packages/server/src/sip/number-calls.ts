/**
 * Calls that trunks bring to numbers of ours, and where they lead.
 *
 *     INVITE ──► the number ──► a user ────────────────► rings
 *                    │          a group ───────────────► rings everybody in it
 *                    │          a program ─────────────► rings in the name of a user, until a program takes it
 *                    │          a meeting ─────────────► asks for its PIN
 *                    │          a voicemail ───────────► takes a message
 *                    │          another number ────────► goes on there, by what this number may call
 *                    └─ leads nowhere ──► 404, and programs are told
 */
import { numberLimits } from '@offhook/core';
import type { Address, CallId, ErrorCode, MeetingId, NumberLead } from '@offhook/core';
import type { BlockBook } from '../ports/people.ts';
import type { Numbers } from '../ports/numbers.ts';
import type { MeetingDoor } from '../ports/meeting-phones.ts';
import type { Inside } from '../ports/outside.ts';
import type { FromTrunk } from '../ports/trunks.ts';
import type { ToVoicemail } from '../ports/voicemail.ts';
import type { Clock, Store, Switchboard } from '../ports.ts';
import type { IncomingInvite } from './incoming.ts';
import { callerOf } from './outside-calls.ts';
import type { OutsideCalls } from './outside-calls.ts';
import type { OutsideCallService } from './service.ts';

export interface NumberCallsDeps {
  readonly numbers: Numbers;
  readonly outside: OutsideCalls;
  readonly store: Pick<Store, 'user' | 'conversation'>;
  readonly blocks: Pick<BlockBook, 'of'>;
  readonly switchboard: Pick<Switchboard, 'enter' | 'device'>;
  readonly clock: Clock;
  /** Absent: nobody comes into meetings. */
  readonly door?: Pick<MeetingDoor, 'address' | 'expect' | 'leadsTo'> | undefined;
  /** Absent: there is no voicemail. */
  readonly toVoicemail?: ToVoicemail | undefined;
}

/** Numbers that lead to one another. */
const hopsMost = 5;
/** The device by which a user rings in whose name a program answers. */
const programLine = 'program-line';

export class NumberCalls implements OutsideCallService {
  readonly #deps: NumberCallsDeps;
  /** Calls that ring in the name of a user. */
  readonly #programs = new Map<Address, number>();

  constructor(deps: NumberCallsDeps) {
    this.#deps = deps;
  }

  async serve(invite: IncomingInvite, call: FromTrunk): Promise<void> {
    const { clock, numbers } = this.#deps;
    const lead = this.#lead(call.called);
    const refuse = (status: number): void => {
      call.permit.ended(clock.now());
      invite.refuse(status);
    };
    try {
      if (lead !== undefined && (await this.#go(invite, call, lead))) return;
      numbers.lost(call, lead);
      refuse(404);
    } catch (error) {
      refuse(500);
      throw error;
    }
  }

  /** A call of somebody here: to people, voicemails and meetings it needs no trunk. */
  async inside(number: Address, by: Address, call: CallId): Promise<Inside | undefined> {
    const { door } = this.#deps;
    const lead = this.#lead(number);
    switch (lead?.to) {
      case 'user':
        return { to: lead.user };
      case 'meeting':
        if (door?.leadsTo(lead.meeting) !== true) return undefined;
        door.expect(call, { number, meeting: lead.meeting });
        return { to: door.address };
      case 'voicemail':
        return this.#voicemail(lead.user, by);
      default:
        return undefined;
    }
  }

  /** Where it leads in the end: a number of ours to which another one leads is not called by a trunk. */
  #lead(called: string): NumberLead | undefined {
    const { numbers } = this.#deps;
    let lead = numbers.lead(called);
    for (let hop = 0; lead?.to === 'number' && hop < hopsMost; hop++) {
      const next = numbers.lead(lead.number);
      if (next === undefined) return lead;
      lead = next;
    }
    return lead?.to === 'number' && numbers.lead(lead.number) !== undefined ? undefined : lead;
  }

  /** False: nobody is there. */
  async #go(invite: IncomingInvite, call: FromTrunk, lead: NumberLead): Promise<boolean> {
    const { numbers, outside, store } = this.#deps;
    const over = (error: ErrorCode | undefined): void => {
      if (error === 'user_not_found') numbers.lost(call, lead);
    };
    switch (lead.to) {
      case 'user':
        await outside.bring(invite, call, [lead.user], { over });
        return true;
      case 'number':
        await outside.bring(invite, call, [lead.number], { over, pays: call.called });
        return true;
      case 'program': {
        const letGo = await this.#hold(lead.user);
        if (letGo === undefined) return false;
        try {
          await outside.bring(invite, call, [lead.user], { over: letGo });
        } catch (error) {
          letGo();
          throw error;
        }
        return true;
      }
      case 'group': {
        const group = await store.conversation(lead.conversation);
        const people = group?.kind === 'group' ? group.people.slice(0, numberLimits.groupRung) : [];
        const addresses = people.map(({ address }) => address);
        if (addresses.length > 0) await outside.bring(invite, call, addresses, {});
        return addresses.length > 0;
      }
      case 'voicemail':
        return this.#takeMessage(invite, call, lead.user);
      case 'meeting':
        return this.#askPin(invite, call, lead.meeting);
    }
  }

  async #askPin(invite: IncomingInvite, call: FromTrunk, meeting: MeetingId | undefined): Promise<boolean> {
    const { door, outside } = this.#deps;
    if (door?.leadsTo(meeting) !== true) return false;
    let forget: (() => void) | undefined;
    await outside.bring(invite, call, [door.address], {
      begun: (id) => (forget = door.expect(id, { number: call.called, meeting })),
      over: () => forget?.(),
    });
    return true;
  }

  async #takeMessage(invite: IncomingInvite, call: FromTrunk, address: Address): Promise<boolean> {
    const taker = await this.#voicemail(address, callerOf(call));
    if (taker !== undefined) await this.#deps.outside.bring(invite, call, [taker.to], { origin: taker.origin });
    return taker !== undefined;
  }

  /** Who takes a message for somebody. Whom they have blocked they turn away themselves, as ever. */
  async #voicemail(address: Address, caller: Address): Promise<Inside | undefined> {
    const { blocks, store, toVoicemail } = this.#deps;
    const [user, { blocked }] = await Promise.all([store.user(address), blocks.of(address)]);
    if (user === undefined) return undefined;
    return blocked.has(caller) ? { to: user.address } : toVoicemail?.({ address: user.address, name: user.name });
  }

  /** From now on calls ring for this user, until what is returned is called. Undefined: there is no such user. */
  async #hold(address: Address): Promise<(() => void) | undefined> {
    const { blocks, store, switchboard } = this.#deps;
    const [user, { blocked }] = await Promise.all([store.user(address), blocks.of(address)]);
    if (user === undefined) return undefined;
    switchboard.enter(user, blocked);
    switchboard.device(address, programLine, 'here');
    this.#programs.set(address, (this.#programs.get(address) ?? 0) + 1);
    return () => {
      const left = (this.#programs.get(address) ?? 1) - 1;
      this.#programs.set(address, left);
      if (left > 0) return;
      this.#programs.delete(address);
      switchboard.device(address, programLine, 'gone');
    };
  }
}
