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
import { isNumber, numberLimits, numberOf } from '@offhook/core';
import type { Address, CallId, ErrorCode, MeetingId, Milliseconds, NumberLead } from '@offhook/core';
import type { CallAdministration } from '../ports/calls.ts';
import type { BlockBook } from '../ports/people.ts';
import type { Numbers } from '../ports/numbers.ts';
import type { MeetingDoor } from '../ports/meeting-phones.ts';
import type { Inside } from '../ports/outside.ts';
import type { FromTrunk, Trunks } from '../ports/trunks.ts';
import type { ToVoicemail } from '../ports/voicemail.ts';
import { Refusal } from '../ports.ts';
import type { Bus, Clock, Store, Switchboard } from '../ports.ts';
import type { IncomingInvite } from './incoming.ts';
import { InsideCalls } from './inside-calls.ts';
import type { Coming, InsideOrder } from './inside-calls.ts';
import { callerOf } from './outside-calls.ts';
import type { OutsideCalls, Ready } from './outside-calls.ts';
import type { OutsideCallService } from './service.ts';

export interface NumberCallsDeps {
  readonly numbers: Numbers;
  readonly outside: OutsideCalls;
  readonly trunks: Pick<Trunks, 'outgoing'>;
  readonly store: Pick<Store, 'user' | 'conversation'>;
  readonly blocks: Pick<BlockBook, 'of'>;
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly switchboard: Pick<Switchboard, 'enter' | 'device'> & { readonly administration: Pick<CallAdministration, 'live'> };
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
/** So often it is looked whether a call is there, and so many times whether it comes at all: a store may be slow. */
const ringsMs: Milliseconds = 5_000;
const looksMost = 6;

export class NumberCalls implements OutsideCallService {
  readonly #deps: NumberCallsDeps;
  readonly #inside: InsideCalls;
  /** Calls that ring in the name of a user. */
  readonly #programs = new Map<Address, number>();

  constructor(deps: NumberCallsDeps) {
    this.#deps = deps;
    this.#inside = new InsideCalls(deps.outside, (...came) => this.#lead(...came));
    deps.outside.own = (number, by) => this.#own(number, by);
  }

  serve(invite: IncomingInvite, call: FromTrunk): Promise<void> {
    return this.#lead(invite, call);
  }

  /** `coming`: of somebody here. */
  async #lead(invite: IncomingInvite, call: FromTrunk, coming?: Coming): Promise<void> {
    const { clock, numbers } = this.#deps;
    const lead = this.#leadOf(call.called);
    const refuse = (status: number): void => {
      call.permit.ended(clock.now());
      invite.refuse(status);
    };
    try {
      if (lead !== undefined && (await this.#go(invite, call, lead, coming))) return;
      if (coming === undefined) numbers.lost(call, lead);
      refuse(404);
    } catch (error) {
      refuse(500);
      throw error;
    }
  }

  /** What we have told ourselves, for a call of somebody here. */
  ring(invite: IncomingInvite): Promise<void> {
    return this.#inside.ring(invite);
  }

  /** A call of somebody here. No trunk brings it, and none carries it but to a number that is not ours. @throws Refusal */
  async inside(number: Address, by: Address, call: CallId, caller: Address = by): Promise<Inside | undefined> {
    if (this.#deps.numbers.lead(number) === undefined) return undefined;
    const lead = this.#leadOf(number);
    const found = lead && (await this.#found(lead, number, { by, caller }, call));
    // Out there nobody else would be found by it.
    if (found === undefined) throw new Refusal('user_not_found');
    return found;
  }

  async #found(lead: NumberLead, number: Address, { by, caller }: Coming, call: CallId): Promise<Inside | undefined> {
    const { door, outside, trunks } = this.#deps;
    switch (lead.to) {
      case 'user':
        return { to: lead.user };
      case 'meeting':
        if (door?.leadsTo(lead.meeting) !== true) return undefined;
        door.expect(call, { number, meeting: lead.meeting });
        return { to: door.address };
      case 'voicemail':
        return this.#voicemail(lead.user, by, caller);
      case 'program':
        return (await this.#holdFor(lead.user, call)) ? { to: lead.user } : undefined;
      case 'number':
        // Where it goes on is for our number to say and to pay, and for nobody to see.
        await outside.ready(number, by, call, await trunks.outgoing(number, numberOf(lead.number)));
        return { to: number };
      case 'group': {
        const people = await this.#toRing(await this.#peopleOf(lead.conversation), { by, caller });
        if (people.length === 0) return undefined;
        await this.#inside.order(await this.#orderOf(lead, number, { by, caller }), call);
        return { to: number };
      }
    }
  }

  /** A number of ours that is called as others are: by a meeting, or a session. */
  async #own(number: Address, by: Address): Promise<Ready | undefined> {
    const { numbers, trunks } = this.#deps;
    if (numbers.lead(number) === undefined) return undefined;
    const lead = this.#leadOf(number);
    if (lead === undefined) throw new Refusal('user_not_found');
    if (lead.to === 'number') return trunks.outgoing(number, numberOf(lead.number));
    return this.#inside.ready(await this.#orderOf(lead, number, { by, caller: by }));
  }

  /** By whom it is called is said by a number that leads to them; a group is reached by its own as well, and somebody alone not by theirs. */
  async #orderOf(lead: NumberLead, number: Address, coming: Coming): Promise<InsideOrder> {
    const { numbers, store } = this.#deps;
    if (isNumber(coming.by)) return { ...coming, number, as: { number: numberOf(coming.by) } };
    const own = numbers.of(coming.by) ?? (lead.to === 'group' ? number : undefined);
    return { ...coming, number, as: { number: own, name: (await store.user(coming.by))?.name } };
  }

  /** Those of a group whom somebody in it calls, or who is known here: not themselves, and nobody with whom they will have nothing to do. */
  async #toRing(people: readonly Address[], { by, caller }: Coming): Promise<readonly Address[]> {
    const apart = await Promise.all(people.map((one) => this.#areApart(one, { by, caller })));
    return people.filter((one, n) => apart[n] === false && one !== by && one !== caller);
  }

  /** Whether one of them has blocked the other. */
  async #areApart(one: Address, { by, caller }: Coming): Promise<boolean> {
    const { blocks } = this.#deps;
    const [theirs, ...behind] = await Promise.all([one, by, caller].map(async (who) => (await blocks.of(who)).blocked));
    return theirs?.has(by) === true || theirs?.has(caller) === true || behind.some((blocked) => blocked.has(one));
  }

  /** Whether somebody calls this number, and nobody has taken it. */
  #rings(one: Address, number: Address): boolean {
    const live = this.#deps.switchboard.administration.live(one).flatMap((known) => ('live' in known ? known.live : []));
    return live.some((call) => call.kind === 'ringing' && call.caller.person.address === one && call.callee.address === number);
  }

  async #peopleOf(conversation: string): Promise<readonly Address[]> {
    const group = await this.#deps.store.conversation(conversation);
    const people = group?.kind === 'group' ? group.people.slice(0, numberLimits.groupRung) : [];
    return people.map(({ address }) => address);
  }

  /** Where it leads in the end: a number of ours to which another one leads is not called by a trunk. */
  #leadOf(called: string): NumberLead | undefined {
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
  async #go(invite: IncomingInvite, call: FromTrunk, lead: NumberLead, coming: Coming | undefined): Promise<boolean> {
    const { numbers, outside } = this.#deps;
    const over = (error: ErrorCode | undefined): void => {
      if (error === 'user_not_found') numbers.lost(call, lead);
    };
    switch (lead.to) {
      case 'user':
        if (coming !== undefined && (await this.#areApart(lead.user, coming))) invite.refuse(480);
        else await outside.bring(invite, call, [lead.user], { over });
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
        const everybody = await this.#peopleOf(lead.conversation);
        const theirs = coming === undefined ? everybody : await this.#toRing(everybody, coming);
        // To be rung by the number that they ring themselves would be to cross that call, and to talk with whoever calls here.
        const people = coming === undefined ? theirs : theirs.filter((one) => !this.#rings(one, call.called));
        if (people.length > 0) await outside.bring(invite, call, people, { oneOfSeveral: true });
        else if (theirs.length > 0) invite.refuse(486);
        return theirs.length > 0;
      }
      case 'voicemail':
        return this.#takeMessage(invite, call, lead.user, coming);
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

  async #takeMessage(invite: IncomingInvite, call: FromTrunk, address: Address, coming: Coming | undefined): Promise<boolean> {
    const taker = await this.#voicemail(address, callerOf(call), ...(coming === undefined ? [] : [coming.by, coming.caller]));
    if (taker !== undefined) await this.#deps.outside.bring(invite, call, [taker.to], { origin: taker.origin });
    return taker !== undefined;
  }

  /** Who takes a message for somebody. Whom they have blocked they turn away themselves, as ever. */
  async #voicemail(address: Address, ...callers: readonly Address[]): Promise<Inside | undefined> {
    const { blocks, store, toVoicemail } = this.#deps;
    const [user, { blocked }] = await Promise.all([store.user(address), blocks.of(address)]);
    if (user === undefined) return undefined;
    const isBlocked = callers.some((one) => blocked.has(one));
    return isBlocked ? { to: user.address } : toVoicemail?.({ address: user.address, name: user.name });
  }

  /** The same until this call is over there, or has not come. False: there is no such user. */
  async #holdFor(address: Address, call: CallId): Promise<boolean> {
    const { bus, clock, switchboard } = this.#deps;
    const letGo = await this.#hold(address);
    if (letGo === undefined) return false;
    const isLive = (): boolean => switchboard.administration.live(address).some((one) => 'live' in one && one.live.id === call);
    let looksLeft = looksMost;
    let hasCome = false;
    const over = (): void => {
      unsubscribe();
      forget();
      letGo();
    };
    // It may end without a word to them: one that was placed, and that its caller has not taken.
    const look = (): void => {
      hasCome ||= isLive();
      looksLeft -= 1;
      if (hasCome ? !isLive() : looksLeft === 0) over();
      else forget = clock.schedule(ringsMs, look);
    };
    const unsubscribe = bus.subscribe(address, ({ event }) => {
      if (event.type === 'ended' && event.call === call && !isLive()) over();
    });
    let forget = clock.schedule(ringsMs, look);
    return true;
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
