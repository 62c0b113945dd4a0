/**
 * Calls as programs control them: nothing that a device of the two could not do, and by the same way. What is asked is said to the call in
 * the name of a side of it.
 */
import { isNumber, newCall } from '@offhook/core';
import type { Address, CallId, CallState, ErrorCode, From, Person } from '@offhook/core';
import type { CallAdministration, CallOrder, CallPlacement, KnownCall, LiveCall, PressedKey } from '../ports/calls.ts';
import type { CallRequest, Log, Outcome, Store } from '../ports.ts';
import type { Calls, Respond } from './calls.ts';
import { carrierOf } from './carried.ts';
import { codeOf, ledInto } from './inputs.ts';
import type { Residents } from './residents.ts';

export interface CallDeskDeps {
  readonly store: Store;
  readonly log: Log;
  readonly calls: Calls;
  readonly users: Residents;
  /** As from a device. */
  readonly request: (from: From, request: CallRequest, respond: Respond) => void;
}

type Live = Extract<KnownCall, { live: unknown }>['live'];

export class CallDesk implements CallAdministration {
  readonly #deps: CallDeskDeps;

  constructor(deps: CallDeskDeps) {
    this.#deps = deps;
  }

  live(user?: Address): readonly LiveCall[] {
    const live = [...this.#deps.calls.states()].flatMap((state) => (isLive(state) ? state : []));
    return live.filter((call) => user === undefined || peopleOf(call).includes(user)).map((call) => ({ live: call }));
  }

  async call(id: CallId): Promise<KnownCall | undefined> {
    const state = this.#deps.calls.get(id)?.state;
    if (state !== undefined && isLive(state)) return { live: state };
    const over = await this.#deps.store.record(id);
    return over && { over };
  }

  async onward(id: CallId): Promise<KnownCall | undefined> {
    let found = await this.call(id);
    for (let at = found; at !== undefined; found = at, at = await this.#next(at));
    return found;
  }

  async #next(call: KnownCall): Promise<KnownCall | undefined> {
    const into = 'over' in call ? ledInto(call.over) : undefined;
    return into === undefined ? undefined : this.call(into);
  }

  async place(id: CallId, { caller, callee, media, payer = caller.address }: CallPlacement): Promise<ErrorCode | undefined> {
    const { calls, users } = this.#deps;
    if (caller.address === callee.address) return 'self_call';
    // Nobody would pay for it.
    if (isNumber(payer)) return 'user_not_found';
    const [isThere, found] = await Promise.all([
      users.reach(caller.address, payer, id).catch(codeOf),
      users.called(callee.address, payer, id).catch(codeOf),
    ]);
    if (isThere === false || found === undefined) return 'user_not_found';
    if (typeof isThere === 'string') return isThere;
    if (typeof found === 'string') return found;
    const { origin } = found;
    const to = found.to === callee.address ? callee : personOf(users.stored(found.to) ?? callee);
    if (caller.address === to.address) return 'self_call';
    if (users.blocks(caller.address, to.address)) return 'blocked';
    const known = calls.get(id);
    // Asked for a second time while it is being stored, it is there in a moment.
    if (known !== undefined)
      return new Promise((resolve) =>
        calls.hold(known, known, (release) => {
          resolve('call_exists');
          release();
        }),
      );
    const entry = calls.add(newCall(id));
    // Whoever is to call takes it themselves: nobody else does for them.
    const effects = users.step(caller.address, { type: 'offered', call: id, from: caller.address, barred: 'everybody' });
    const verdict = effects.find((effect) => effect.type === 'admit' || effect.type === 'turn_away') ?? {
      cause: 'unreachable' as const,
    };
    return asked((respond) => calls.admit(entry, { type: 'placed', caller, to, media, origin, verdict }, respond));
  }

  async order(id: CallId, order: CallOrder): Promise<ErrorCode | undefined> {
    const known = await this.onward(id);
    if (known === undefined) return 'call_not_found';
    if ('over' in known) return order.type === 'hangup' ? undefined : 'call_ended';
    const call = known.live;
    const request = (from: From, what: CallRequest): Promise<ErrorCode | undefined> =>
      asked((respond) => this.#deps.request(from, what, respond));
    const of = { id: '', call: call.id };
    switch (order.type) {
      case 'hangup':
        return request(call.caller, { ...of, type: 'hangup' });
      case 'reject':
        if (call.kind !== 'ringing') return 'wrong_state';
        return request(inNameOf(call.callee), { ...of, type: 'reject', reason: 'declined' });
      case 'transfer': {
        if (call.kind !== 'active') return 'wrong_state';
        const leaves = [call.caller, call.callee].find(({ person }) => person.address === order.leaves);
        if (leaves === undefined) return 'bad_message';
        return request(leaves, { ...of, type: 'transfer', to: { user: order.to }, into: order.into });
      }
      case 'move': {
        if (call.kind !== 'active') return 'wrong_state';
        const { meeting } = order;
        const ask = { ...of, type: 'move', meeting, heard: false } as const;
        return (await request(call.caller, ask)) ?? (await request(call.callee, ask));
      }
    }
  }

  pressed(id: CallId, { user, digit, isPassedOn }: PressedKey): void {
    const { calls } = this.#deps;
    const entry = calls.get(id);
    if (entry === undefined || !isLive(entry.state)) return;
    const { callee } = entry.state;
    if (isPassedOn && 'connection' in callee && carrierOf(callee.connection) === 'call') return;
    calls.feed(entry, { type: 'digit', user, digit });
  }
}

function isLive(state: CallState): state is Live {
  return state.kind !== 'new' && state.kind !== 'ended';
}

function peopleOf({ caller, callee }: Live): Address[] {
  return [caller.person, 'person' in callee ? callee.person : callee].map(({ address }) => address);
}

function personOf({ address, name }: Person): Person {
  return { address, name };
}

/** Of no device. */
function inNameOf(person: Person): From {
  return { person, device: '', deviceName: '', connection: '' };
}

function asked(ask: (respond: Respond) => void): Promise<ErrorCode | undefined> {
  return new Promise((resolve) => ask((outcome: Outcome) => resolve('error' in outcome ? outcome.error : undefined)));
}
