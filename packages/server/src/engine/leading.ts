/**
 * Whom a call is led on to: by a transfer, or because its callee forwards it. The user machines decide where it comes to, the calls what
 * becomes of it (`join` and `lead` in core); all of that is stored in one transaction.
 */
import {
  callMachine,
  forwardInvite,
  hasRoom,
  isNumber,
  join,
  newCall,
  serverLimits,
  takePlaced,
  transferTo,
  voicemailPerson,
} from '@offhook/core';
import type {
  Address,
  Barred,
  CallId,
  CallState,
  Cause,
  ErrorCode,
  From,
  Hop,
  Origin,
  Person,
  RequestOf,
  Ringing,
  RungFor,
  Sides,
  UserEffect,
  Way,
} from '@offhook/core';
import { Refusal } from '../ports.ts';
import type { Clock, Log } from '../ports.ts';
import type { Calls, Entry, Respond } from './calls.ts';
import { codeOf, otherOf } from './inputs.ts';
import type { LedTo, Residents } from './residents.ts';

export interface LeadingDeps {
  readonly users: Residents;
  readonly calls: Calls;
  readonly clock: Clock;
  readonly log: Log;
  readonly newCallId: () => CallId;
  /** Whether the voicemail takes calls of those who have not said whether they want it; absent, or undefined: there is none. */
  readonly voicemail?: (() => boolean | undefined) | undefined;
}

type Forward = Extract<UserEffect, { type: 'forward' }>;
type Verdict = Extract<UserEffect, { type: 'admit' | 'turn_away' | 'forward' }>;
type Transfer = RequestOf<'transfer'>;

/** A call on its way from one to the next. */
interface Course {
  readonly call: CallId;
  readonly caller: Address;
  readonly to: Person;
  /** Who has forwarded it so far. */
  readonly via: readonly Address[];
  /** Nobody takes it in the place of whom it comes to. */
  readonly oneOfSeveral?: true | undefined;
}

/** Whom a call comes to, as what, and in which call. */
interface Next extends LedTo {
  readonly into: CallId;
}

export class Leading {
  readonly #deps: LeadingDeps;
  /** Meetings of two that are about to go on as a call. */
  readonly #goingOn = new Map<string, Promise<ErrorCode | undefined>>();

  constructor(deps: LeadingDeps) {
    this.#deps = deps;
  }

  /** Offers a call to somebody in memory. */
  offer({ call, caller, to, via, oneOfSeveral }: Course, missing: ReadonlySet<Address> = nobody): Verdict {
    const barred = oneOfSeveral ? 'everybody' : this.#barred(caller, via, missing);
    const voicemail = oneOfSeveral || missing.has(voicemailPerson.address) ? undefined : this.#voicemailOf(to);
    const effects = this.#deps.users.step(to.address, { type: 'offered', call, from: caller, barred, voicemail });
    const verdict = effects.find(({ type }) => type === 'admit' || type === 'turn_away' || type === 'forward');
    return (verdict as Verdict | undefined) ?? { type: 'turn_away', cause: 'unreachable' };
  }

  /** Where a call comes to that somebody forwards. Rejects where the store fails; then nobody was called. `first`: who that is, if known. */
  async along(course: Course, forward: Forward, first?: Next): Promise<Way> {
    let { call, to, via } = course;
    const { caller } = course;
    const hops: Hop[] = [];
    const missing = new Set<Address>();
    let origin: Origin | undefined;
    for (let verdict: Verdict = forward; ; verdict = this.offer({ call, caller, to, via }, missing)) {
      if (verdict.type === 'admit') return { hops, call, to, verdict, origin };
      if (verdict.type === 'turn_away') return { hops, call, to, verdict, origin };
      const found = hops.length === 0 && first !== undefined ? first : await this.#next(verdict.to, { ...course, to, via });
      if (found === undefined) {
        missing.add(verdict.to);
        continue;
      }
      const { user, into } = found;
      const person = { address: user.address, name: user.name };
      ({ origin } = found);
      // To take a message for whoever has forwarded it is what their own voicemail does.
      const meant = origin?.forwardedFrom?.address === to.address ? undefined : origin?.forwardedFrom;
      hops.push({ call, by: to, forward: { to: meant ?? person, into, why: verdict.why } });
      via = [...via, to.address];
      [call, to] = [into, person];
    }
  }

  /** Where a call goes on that nobody takes. */
  wayOn(call: Ringing, cause: Cause): Promise<Way | undefined> | undefined {
    // The one who is to call takes it or does not.
    if (call.placing === true || call.oneOfSeveral === true) return undefined;
    if (cause !== 'busy' && cause !== 'no_answer' && cause !== 'unreachable') return undefined;
    const { id, callee: to, via = [] } = call;
    const caller = call.caller.person.address;
    const barred = this.#barred(caller, via, nobody);
    const forward = this.#deps.users
      .step(to.address, { type: 'unanswered', from: caller, cause, barred, voicemail: this.#voicemailOf(to) })
      .find((effect) => effect.type === 'forward');
    if (forward === undefined) return undefined;
    return this.#wayBy({ call: id, caller, to, via }, forward).catch((error: unknown) => {
      this.#deps.log.error('store', { call: id, error: String(error) });
      return undefined;
    });
  }

  /** Should it come to nobody any more, it is over as it would have been. */
  async #wayBy(course: Course, forward: Forward): Promise<Way | undefined> {
    const next = await this.#next(forward.to, course);
    return next === undefined ? undefined : this.along(course, forward, next);
  }

  /** Whom a call comes to by the one who has it now; undefined: nobody, or somebody who does not want to hear of those who have led it there. */
  async #next(address: Address, { call, caller, to, via }: Course): Promise<Next | undefined> {
    const { users, newCallId } = this.#deps;
    const into = newCallId();
    const next = await users.ledTo(address, to.address, into, call, caller).catch((error: unknown) => {
      if (error instanceof Refusal) return undefined;
      throw error;
    });
    const by = [...via, to.address];
    if (next === undefined || by.some((one) => users.blocks(next.user.address, one))) return undefined;
    // A number may lead to somebody to whom it is not to come; a message is taken for all but whoever calls.
    const { forwardedFrom } = next.origin ?? {};
    const meant = forwardedFrom?.address ?? next.user.address;
    const behind = this.#behind(caller, forwardedFrom === undefined ? by : []);
    if (meant !== address && (behind.has(meant) || users.blocks(to.address, meant))) return undefined;
    return { ...next, into };
  }

  /** An invite whose callee forwards it. */
  async invite(
    entry: Entry,
    invite: Omit<Parameters<typeof forwardInvite>[0], 'call'>,
    course: Course,
    forward: Forward,
    { admit, respond }: { readonly admit: (verdict: Way['verdict']) => void; readonly respond: Respond },
  ): Promise<void> {
    const { calls, clock, log, users } = this.#deps;
    const { call, caller } = course;
    const refuse = (error: ErrorCode): void => {
      respond({ error });
      users.step(caller, { type: 'released', call });
      calls.remove(entry);
    };
    try {
      const way = await this.along(course, forward);
      const [own, ...next] = forwardInvite({ ...invite, call }, way, clock.now());
      // Nobody is there to whom it could go.
      if (own === undefined) return admit(way.verdict);
      const error = await calls.together([{ entry, step: own, respond }, ...next.map((step) => ({ step }))]);
      if (error !== undefined) refuse(error);
    } catch (error) {
      log.error('store', { call, input: 'invite', error: String(error) });
      refuse('store_failed');
    }
  }

  /** The other side of a call goes on with the one with whom `from` talks in another, or calls somebody. */
  transfer(call: Entry, from: From, request: Transfer, respond: Respond): void {
    const { to } = request;
    if ('user' in to) this.#toSomebody(call, from, request, to.user, respond);
    else this.#toCall(call, from, request, to.call, respond);
  }

  #toCall(first: Entry, from: From, { into }: Transfer, id: CallId, respond: Respond): void {
    const { calls } = this.#deps;
    const second = calls.get(id);
    const isApart = second !== undefined && this.#areStrangers(otherOf(first.state, from), otherOf(second.state, from));
    if (second === undefined || isApart) {
      const refused = isApart ? 'person_unavailable' : 'call_not_found';
      calls.feed(first, { type: 'transfer', from, to: { refused }, into }, respond);
      return;
    }
    calls.hold(first, second, (release) => {
      void this.#join(first, second, from, into, respond).finally(release);
    });
  }

  async #join(first: Entry, second: Entry, from: From, into: CallId, respond: Respond): Promise<void> {
    const { calls } = this.#deps;
    // One of them may have turned out to be another call, or was not admitted.
    if (!calls.isKnown(first) || !calls.isKnown(second)) return respond({ error: 'call_not_found' });
    const steps = join(first.state, second.state, from, into, this.#deps.clock.now());
    const { second: left, joined } = steps;
    if (left === undefined || joined === undefined) return calls.refuse(first, steps.first, respond);
    if (calls.get(into) !== undefined) return respond({ error: 'call_exists' });
    const parts = [{ step: joined }, { entry: first, step: steps.first, respond }, { entry: second, step: left }];
    const error = await calls.together(parts);
    if (error !== undefined) respond({ error });
  }

  #toSomebody(call: Entry, from: From, request: Transfer, user: Address, respond: Respond): void {
    this.#deps.calls.hold(call, call, (release) => {
      this.#lead(call, from, request, user, respond)
        .catch((error: unknown) => {
          this.#deps.log.error('store', { call: call.state.id, input: 'transfer', error: String(error) });
          respond({ error: 'store_failed' });
        })
        .finally(release);
    });
  }

  /** Nobody leaves before it is certain that somebody is rung. */
  async #lead(call: Entry, from: From, { into }: Transfer, called: Address, respond: Respond): Promise<void> {
    const { calls, users, clock } = this.#deps;
    const refuse = (refused: ErrorCode): void => {
      const step = callMachine.step(call.state, { type: 'transfer', from, to: { refused }, into }, clock.now());
      calls.refuse(call, step, respond);
    };
    if (!calls.isKnown(call)) return respond({ error: 'call_not_found' });
    const leaves = from.person.address;
    const caller = otherOf(call.state, from);
    // Where a number leaves, it is a call of whom goes on.
    const payer = isNumber(leaves) && caller !== undefined ? caller : leaves;
    const to = await users.ledTo(called, payer, into, call.state.id, caller ?? payer).catch(codeOf);
    if (typeof to === 'string') return refuse(to);
    if (to === undefined) return refuse('user_not_found');
    const { address: user, name } = to.user;
    const person = { address: user, name };
    const trial = callMachine.step(call.state, { type: 'transfer', from, to: person, into }, clock.now());
    if (trial.state === call.state || caller === undefined) return calls.refuse(call, trial, respond);
    if (user === leaves) return refuse('self_call');
    if (users.blocks(leaves, user)) return refuse('blocked');
    if (this.#areStrangers(caller, user) || users.blocks(user, leaves)) return refuse('person_unavailable');
    if (this.#rings(caller).includes(user)) return refuse('person_unavailable');
    if (calls.get(into) !== undefined) return respond({ error: 'call_exists' });
    // Nobody else begins a call by this id from here on, however long the store takes.
    const begun = calls.add(newCall(into));
    try {
      const course = { call: into, caller, to: person, via: [] };
      const verdict = this.offer(course);
      const way =
        verdict.type === 'forward'
          ? await this.along(course, verdict)
          : { hops: [], call: into, to: person, verdict, origin: to.origin };
      if ('cause' in way.verdict) return refuse('person_unavailable');
      const { left, next } = transferTo(call.state, from, person, way, clock.now());
      const parts = next.map((step) => ({ step, entry: step.state.id === into ? begun : undefined }));
      const error = await calls.together([...parts, { entry: call, step: left, respond }]);
      if (error !== undefined) respond({ error });
    } finally {
      if (begun.state.kind === 'new') calls.remove(begun);
    }
  }

  /** The caller of a call that was placed takes it on one of their devices: from there it goes to the callee, or on from there. */
  take(call: Entry, from: From, { epoch }: RequestOf<'accept'>, respond: Respond): void {
    const { calls, clock, log } = this.#deps;
    calls.hold(call, call, (release) => {
      const { state } = call;
      const mayTake = state.kind === 'ringing' && state.placing === true && state.callee.address === from.person.address;
      if (!mayTake || !calls.isKnown(call)) {
        calls.refuse(call, callMachine.step(state, { type: 'accept', from, epoch }, clock.now()), respond);
        return release();
      }
      this.#take(call, state, from, respond)
        .catch((error: unknown) => {
          log.error('store', { call: state.id, input: 'accept', error: String(error) });
          respond({ error: 'store_failed' });
        })
        .finally(release);
    });
  }

  async #take(entry: Entry, call: Ringing, from: From, respond: Respond): Promise<void> {
    const { calls, clock, users } = this.#deps;
    const to = call.caller.person;
    const course = { call: call.id, caller: from.person.address, to, via: [] };
    const found = await users.reach(to.address, from.person.address, call.id).catch(codeOf);
    if (typeof found === 'string') return respond({ error: found });
    const verdict = this.offer(course);
    const way = verdict.type === 'forward' ? await this.along(course, verdict) : { hops: [], call: call.id, to, verdict };
    const [taken, ...next] = takePlaced(call, from, way, clock.now());
    if (taken === undefined) return respond({ error: 'internal' });
    const error = await calls.together([{ entry, step: taken, respond }, ...next.map((step) => ({ step }))]);
    if (error === undefined) return;
    users.step(to.address, { type: 'released', call: call.id });
    respond({ error });
  }

  /** Two who were in a meeting go on in a call: in the one in which they do already, where there is one. Resolves with which it is. */
  async goOn(id: CallId, sides: Sides, meeting: RungFor): Promise<{ readonly call: CallId } | { readonly error: ErrorCode }> {
    // Both may ask at the same moment.
    await this.#goingOn.get(meeting.meeting);
    const before = [...this.#deps.calls.states()].find((state) => isOf(state, sides, meeting));
    if (before !== undefined) return { call: before.id };
    const begun = this.#begin(id, sides, meeting);
    this.#goingOn.set(meeting.meeting, begun);
    const error = await begun.finally(() => this.#goingOn.delete(meeting.meeting));
    return error === undefined ? { call: id } : { error };
  }

  async #begin(id: CallId, { caller, callee }: Sides, meeting: RungFor): Promise<ErrorCode | undefined> {
    const { calls, clock, users } = this.#deps;
    const isFree = ({ person: { address } }: Sides['caller']): boolean => {
      const user = users.state(address);
      return user !== undefined && hasRoom(user);
    };
    if (this.#areStrangers(caller.person.address, callee.person.address)) return 'person_unavailable';
    if (!isFree(caller)) return 'too_many_calls';
    if (!isFree(callee)) return 'person_unavailable';
    if (calls.get(id) !== undefined) return 'call_exists';
    const joined = { type: 'joined', origin: { meeting }, caller, callee, epoch: 1 } as const;
    return calls.together([{ step: callMachine.step(newCall(id), joined, clock.now()) }]);
  }

  #areStrangers(one: Address | undefined, other: Address | undefined): boolean {
    if (one === undefined || other === undefined) return false;
    return this.#deps.users.blocks(one, other) || this.#deps.users.blocks(other, one);
  }

  /** Whoever is called by a number has a voicemail where they are, or none. */
  #voicemailOf({ address }: Person): boolean | undefined {
    return isNumber(address) ? undefined : this.#deps.voicemail?.();
  }

  /** To whom a call of this user is not forwarded any more. */
  #barred(caller: Address, via: readonly Address[], missing: ReadonlySet<Address>): Barred {
    if (via.length >= serverLimits.forwardsPerCall) return 'everybody';
    return new Set([...this.#behind(caller, via), ...missing]);
  }

  /** Where it has come from, and whom its caller is not to call. */
  #behind(caller: Address, via: readonly Address[]): ReadonlySet<Address> {
    const blocked = this.#deps.users.state(caller)?.blocked ?? nobody;
    return new Set([caller, ...via, ...blocked, ...this.#rings(caller)]);
  }

  /** Whose calls ring for a user: to call them would be to cross these. */
  #rings(user: Address): Address[] {
    const calls = this.#deps.users.state(user)?.calls.values() ?? [];
    return [...calls].flatMap(({ role, stage, peer }) => (role === 'callee' && stage === 'ringing' ? peer : []));
  }
}

const nobody: ReadonlySet<Address> = new Set();

/** Whether these two went on in it from this meeting. */
function isOf(state: CallState, { caller, callee }: Sides, { meeting }: RungFor): boolean {
  if (state.kind !== 'active' || state.origin?.meeting?.meeting !== meeting) return false;
  const two = [caller, callee].map(({ person }) => person.address);
  return [state.caller, state.callee].every(({ person }) => two.includes(person.address));
}
