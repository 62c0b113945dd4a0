/**
 * Calls with the telephone network. Whoever has a number is a user of the server who cannot sign in: what they do in a call the server
 * does for them, on a line of their own that is there while they talk.
 *
 *     somebody calls a number ──► may they? ──► the line is there, and rings: INVITE over the ways of the trunks
 *     INVITE of a trunk ──► whom does that number lead to? (`number-calls.ts`) ──► the line of whoever calls rings them
 */
import { defaultSettings, isNumber, numberAddress, numberOf, sipLimits, withheldNumber } from '@offhook/core';
import type { Address, CallId, ErrorCode, Milliseconds, Origin } from '@offhook/core';
import type { MeetingDoor } from '../ports/meeting-phones.ts';
import type { BlockBook } from '../ports/people.ts';
import type { Outside } from '../ports/outside.ts';
import type { FromTrunk, Permit, Trunks, Way } from '../ports/trunks.ts';
import { Refusal, StoreError } from '../ports.ts';
import type { Store, StoredUser } from '../ports.ts';
import type { SipAgent } from './agent.ts';
import type { PhoneManner } from './bridged.ts';
import { Hunt } from './hunt.ts';
import type { IncomingInvite } from './incoming.ts';
import { numberName } from '../ports/number-name.ts';
import { Latest } from './latest.ts';
import { Lines } from './lines.ts';
import type { Course, Line, LinesDeps } from './lines.ts';
import { OutgoingInvite } from './outgoing.ts';
import type { PhoneCall } from './phone-call.ts';
import { PhoneRings } from './rings.ts';

export interface OutsideCallsDeps extends LinesDeps {
  readonly agent: SipAgent;
  readonly store: Pick<Store, 'user' | 'commit'>;
  readonly blocks: Pick<BlockBook, 'of'>;
  readonly trunks: Trunks;
  /** Absent: nobody comes into meetings. */
  readonly door?: Pick<MeetingDoor, 'follow'> | undefined;
}

/** Of a call that does not say it (RFC 3261 §8.1.1.6). */
const mostHops = 70;
/** So often it is looked whether a call that was allowed is there: what has not become one by then is given back. */
const reachMs: Milliseconds = 5_000;

export interface Bringing {
  /** It is over, whoever was rung. `error`: with which the last one was refused to begin. */
  readonly over?: (error: ErrorCode | undefined) => void;
  /** It is about to ring somebody, in this call. */
  readonly begun?: (call: CallId) => void;
  /** Which of our numbers leads it on, where that is to another one. */
  readonly pays?: string;
  /** One of these is to take it, and nobody in their place. */
  readonly oneOfSeveral?: boolean;
  /** How it comes about, where that is to be said. */
  readonly origin?: Origin | undefined;
}

/** Whoever calls. */
export function callerOf({ caller }: FromTrunk): Address {
  return caller === undefined ? withheldNumber : numberAddress(caller);
}

/** How a number is called. */
export interface Ready {
  readonly ways: readonly Way[];
  readonly permit: Permit;
}

/** A number that is about to be called. */
interface Reached extends Ready {
  /** Whose call it is. */
  readonly payer: string;
  readonly line: Line;
  readonly forget: () => void;
}

export class OutsideCalls implements Pick<Outside, 'reach'> {
  /** How a number of ours is called by somebody, which no trunk is needed for; undefined: it is none. @throws Refusal */
  own: ((number: Address, by: Address) => Promise<Ready | undefined>) | undefined;
  readonly #deps: OutsideCallsDeps;
  readonly #lines: Lines;
  readonly #reached = new Map<CallId, Reached>();
  /** What is being asked, so that it is asked once. */
  readonly #reaching = new Map<string, Promise<void>>();
  /** Whose calls to other numbers these are, where that is not who calls. */
  readonly #payers = new Map<CallId, string>();
  /** How often these may yet go on by a trunk, of those that have come by one (Max-Forwards, RFC 3261 §16.6). */
  readonly #hops = new Latest<number>(sipLimits.remembered);

  constructor(deps: OutsideCallsDeps) {
    this.#deps = deps;
    this.#lines = new Lines(deps, {
      course: (_, call) => {
        const reached = this.#taken(call);
        return reached && this.#course(reached.permit, withHops(reached.ways, this.#hops.get(call)));
      },
      stays: ({ person }) => this.#isAwaited(person.address),
      moving: ({ person }, call, meeting) => {
        deps.door?.follow(call, person.address, meeting).catch((error: unknown) =>
          // Whoever asks hears nothing of it there, and stays.
          deps.log.warn('meeting', { call, meeting, error: String(error) }),
        );
      },
    });
  }

  /** Calls with numbers. */
  get size(): number {
    return this.#lines.size;
  }

  /** What is asked once more, as it is where its answer was lost, takes nothing more. */
  async reach(number: Address, by: Address, call: CallId, after?: CallId): Promise<void> {
    // Nobody is reached by it.
    if (number === withheldNumber) throw new Refusal('user_not_found');
    const hops = this.#hops.get(call) ?? (after === undefined ? undefined : this.#hops.get(after));
    if (hops !== undefined) this.#hops.set(call, hops);
    if (hops !== undefined && hops < 1) throw new Refusal('too_many_hops');
    const pays = this.#payers.get(call);
    // Those outside call nobody as themselves.
    if (pays === undefined && isNumber(by)) throw new Refusal('destination_refused');
    const payer = pays ?? by;
    const reached = this.#reached.get(call);
    const isReached = reached?.payer === payer && reached.line.from.person.address === number;
    if (isReached || this.#lines.get(deviceOf(number))?.calls.has(call) === true) return;
    const key = [call, number, payer].join(' ');
    const reaching = this.#reaching.get(key) ?? this.#reach(number, payer, call).finally(() => this.#reaching.delete(key));
    this.#reaching.set(key, reaching);
    return reaching;
  }

  async #reach(number: Address, payer: string, call: CallId): Promise<void> {
    const own = await this.own?.(number, payer);
    await this.ready(number, payer, call, own ?? (await this.#deps.trunks.outgoing(payer, numberOf(number))));
  }

  /** Makes ready to call a number by these ways; `by` asks for it by `reach` then. What was taken is given back where it is not called. */
  async ready(number: Address, by: Address, call: CallId, { ways, permit }: Ready): Promise<void> {
    const { clock } = this.#deps;
    try {
      const line = await this.#line(number);
      this.#letGo(call);
      const forget = clock.schedule(reachMs, () => this.#look(call));
      this.#reached.set(call, { payer: by, ways, permit, line, forget });
    } catch (error) {
      permit.ended(clock.now());
      throw error;
    }
  }

  /** A call that a trunk has brought rings these; whoever takes it first has it. */
  async bring(
    invite: IncomingInvite,
    call: FromTrunk,
    people: readonly Address[],
    { over, begun, pays, origin, oneOfSeveral }: Bringing,
  ): Promise<void> {
    const { clock, newId } = this.#deps;
    const { callerName, codecs, permit, srtp } = call;
    const caller = callerOf(call);
    const line = await this.#line(caller);
    if (invite.isOver) {
      permit.ended(clock.now());
      this.#leaveIdle(line);
      return over?.(undefined);
    }
    const person = callerName === undefined ? line.from.person : { address: caller, name: callerName };
    invite.progress(100);
    const invitations = people.length === 1 ? [invite] : new Hunt(invite, people.length).invitations;
    let left = people.length;
    for (const [n, to] of people.entries()) {
      const [invitation, id] = [invitations[n] ?? invite, newId()];
      if (pays !== undefined) this.#payers.set(id, pays);
      this.#hops.set(id, (invite.request.maxForwards ?? mostHops) - 1);
      begun?.(id);
      const course: Course = {
        ...this.#course(permit, [], { srtp, codecs }, call.transfers === true),
        person,
        about: { origin, ...(oneOfSeveral === true && { oneOfSeveral }) },
        over: (error) => {
          this.#payers.delete(id);
          left -= 1;
          if (left > 0) return;
          permit.ended(clock.now());
          over?.(error);
        },
      };
      this.#lines.newCall(line, id, course).place(invitation, to);
    }
  }

  close(): void {
    this.#lines.close();
    for (const call of this.#reached.keys()) this.#letGo(call);
  }

  /** The line of somebody outside, who is known from the first call on. */
  async #line(number: Address): Promise<Line> {
    const device = deviceOf(number);
    const known = this.#lines.get(device);
    if (known !== undefined) return this.#lines.again(known);
    const [user, { blocked }] = await Promise.all([this.#user(number), this.#deps.blocks.of(number)]);
    // Two calls may have begun at once.
    return this.#lines.get(device) ?? this.#lines.open(user, { id: device, name: user.name }, blocked);
  }

  async #user(address: Address): Promise<StoredUser> {
    const { clock, store } = this.#deps;
    const known = await store.user(address);
    if (known !== undefined) return known;
    const user: StoredUser = {
      address,
      name: numberName(address),
      settings: defaultSettings,
      vouched: true,
      createdAt: clock.now(),
    };
    try {
      await store.commit([{ type: 'new_user', user }]);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'name_taken') throw error;
    }
    return user;
  }

  /** Of a call by these ways, or of one that has come in, which is spoken with as its trunk is. */
  #course(permit: Permit, ways: readonly Way[], manner: PhoneManner = {}, mayLead = isAllowedBy(ways)): Course {
    const { agent, clock } = this.#deps;
    return {
      means: mayLead ? (dialled) => this.#person(dialled) : undefined,
      isDirect: () => false,
      manner: () => manner,
      rings: (carry, _from, _seconds, events) =>
        new PhoneRings(
          {
            devices: () => [ways.flatMap((way) => way.to.slice(0, 1).map((at) => ({ way, at })))],
            media: ({ way, at }) => carry(at, way),
            mediaOfNext: ({ way, at }) => carry(at, way),
            invite: ({ way: { trunk, credentials: login, ...way } }, offer, heard) =>
              permit.by(trunk) ? new OutgoingInvite(agent, { ...way, login, offer }, heard) : undefined,
            hasFailed: (status) => status === 408 || (status >= 500 && status < 600),
          },
          events,
        ),
      begun: (call: PhoneCall) => permit.onExhausted(() => call.hangUp()),
      answered: () => permit.answered(clock.now()),
      over: () => permit.ended(clock.now()),
    };
  }

  /** Whom somebody outside may lead others to: nobody who costs anything. @throws Refusal */
  async #person(dialled: string): Promise<Address> {
    const user = isNumber(dialled) ? undefined : await this.#deps.store.user(dialled);
    if (user === undefined) throw new Refusal('user_not_found');
    return user.address;
  }

  #isAwaited(number: Address): boolean {
    return [...this.#reached.values()].some(({ line }) => line.from.person.address === number);
  }

  /** After a transfer it takes a moment until it rings. */
  #look(call: CallId): void {
    const reached = this.#reached.get(call);
    if (reached === undefined) return;
    const { clock, switchboard } = this.#deps;
    const live = switchboard.administration.live(reached.line.from.person.address);
    if (!live.some((one) => 'live' in one && one.live.id === call)) return this.#letGo(call);
    this.#reached.set(call, { ...reached, forget: clock.schedule(reachMs, () => this.#look(call)) });
  }

  #taken(call: CallId): Reached | undefined {
    const reached = this.#reached.get(call);
    reached?.forget();
    this.#reached.delete(call);
    return reached;
  }

  /** It was not called. */
  #letGo(call: CallId): void {
    const reached = this.#taken(call);
    if (reached === undefined) return;
    const { line, permit } = reached;
    permit.ended(this.#deps.clock.now());
    this.#leaveIdle(line);
  }

  #leaveIdle(line: Line): void {
    if (line.calls.size === 0 && !this.#isAwaited(line.from.person.address)) this.#lines.leave(line);
  }
}

/** A call that goes round in the networks comes to its end (RFC 3261 §16.6). */
function withHops(ways: readonly Way[], hops: number | undefined): readonly Way[] {
  return hops === undefined ? ways : ways.map((way) => ({ ...way, fields: { ...way.fields, 'Max-Forwards': hops } }));
}

/** Whichever of them it goes by. */
function isAllowedBy(ways: readonly Way[]): boolean {
  return ways.length > 0 && ways.every(({ transfers }) => transfers === true);
}

function deviceOf(number: Address): string {
  return `outside-${number}`;
}
