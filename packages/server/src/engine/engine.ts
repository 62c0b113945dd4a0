/**
 * The engine drives the machines of calls and users on the server.
 *
 *      request, message, deadline ──► queue of the call ──► step ──► store (state, record, outbox: one transaction)
 *                                          ▲                              │ stored
 *                                          └── next input ◄── effects: reply, events, users ◄──┘
 *
 * - Each call has one serial queue: while a transition is being stored, further inputs of this call wait, those of others do not.
 * - An invite passes the caller's user machine, then the callee's, then the call: always in this order.
 * - Nothing is told to anybody before it is stored. Inputs that only gather (ringing, candidates, media, presence of sockets)
 *   are the exception: their state is written behind, and clients repeat them to a restarted server.
 * - All times of calls come from one heap of deadlines, those of users from another.
 */
import { callMachine, isNumber, newCall, takenUp, viewOf, wasTaken } from '@offhook/core';
import type {
  Address,
  Admitted,
  CallEffect,
  CallId,
  CallInput,
  CallState,
  CallView,
  DeviceChange,
  DeviceId,
  EndedCall,
  Event,
  From,
  PresenceState,
  Settings,
  SettingsChange,
  TurnedAway,
  UserEffect,
} from '@offhook/core';
import type { CallAdministration } from '../ports/calls.ts';
import type { BlockBook } from '../ports/people.ts';
import type { PushBook, Waker } from '../ports/push.ts';
import type { Bus, CallEphemeral, CallRequest, Clock, Log, Outcome, Store, StoredUser, Switchboard, Write } from '../ports.ts';
import type { Invite, Leave } from '../ports/invite.ts';
import { Calls, isForAlias } from './calls.ts';
import type { Entry, Respond } from './calls.ts';
import { CallDesk } from './call-desk.ts';
import { codeOf, ephemeralInput, occupied, over, wasOf } from './inputs.ts';
import { answerLate } from './late.ts';
import { Leading } from './leading.ts';
import type { GoOn } from './meeting-requests.ts';
import { Residents } from './residents.ts';
import type { ResidentsDeps } from './residents.ts';
import { SettingsChanges } from './settings.ts';

export interface EngineDeps extends Pick<ResidentsDeps, 'outside'> {
  readonly store: Store;
  readonly blocks: BlockBook;
  /** Which devices ring without a page, and who rings them; absent: none. */
  readonly push?: { readonly book: PushBook; readonly waker: Waker } | undefined;
  /** How transitions of calls are stored, if something else is to be stored with them. */
  readonly commit?: ((writes: readonly Write[]) => Promise<void>) | undefined;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly voicemail?: (() => boolean | undefined) | undefined;
  /** Unguessable, for calls that are led on. */
  readonly newCallId: () => CallId;
  /** Whether transitions are written to the outbox for webhooks. */
  readonly outbox: boolean;
}

export class Engine implements Switchboard {
  /** For programs. */
  readonly administration: CallAdministration;
  readonly #deps: EngineDeps;
  readonly #calls: Calls;
  readonly #users: Residents;
  readonly #leading: Leading;
  /** Invites whose callee is being looked up, and who made them. */
  readonly #lookedUp = new Map<Entry, From>();
  readonly #presenceListeners: ((user: Address, presence: PresenceState) => void)[] = [];
  readonly #changes: SettingsChanges;
  /** The last call that was told to a device, as it was then. */
  #rung: { readonly state: CallState; readonly event: Event | undefined } | undefined;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    const commit = deps.commit ?? ((writes) => deps.store.commit(writes));
    this.#users = new Residents(deps, (user, effect) => this.#performForUser(user, effect));
    this.#changes = new SettingsChanges(deps.store, this.#users);
    this.#calls = new Calls({
      ...deps,
      commit,
      perform: (entry, effect) => this.#perform(entry, effect),
      wayOn: (call, cause) => this.#leading.wayOn(call, cause),
    });
    this.#leading = new Leading({ ...deps, users: this.#users, calls: this.#calls });
    this.administration = new CallDesk({
      ...deps,
      calls: this.#calls,
      users: this.#users,
      request: (from, request, respond) => this.request(from, request, respond),
    });
    deps.push?.book.onChange((user, devices) => this.#users.step(user, { type: 'pushable', devices }));
  }

  /** Takes up the calls that were alive when the last owner of the store stopped. Their devices have yet to come back. */
  async start(): Promise<void> {
    const states = await this.#deps.store.liveCalls();
    const now = this.#deps.clock.now();
    const users = new Set(states.flatMap((state) => callMachine.recover(state, now)).flatMap(occupied));
    for (const user of users) await this.#users.load(user);
    // Without a pause from here on: a deadline that is long over must find its call and all its users.
    for (const state of states) this.#takeUp(takenUp(state, now));
  }

  #takeUp(state: CallState): void {
    const entry = this.#calls.add(state);
    if ('crossed' in state && state.crossed !== undefined) this.#calls.alias(state.crossed, entry);
    for (const effect of callMachine.recover(state, this.#deps.clock.now())) this.#perform(entry, effect);
    if (state.kind === 'ringing')
      for (const device of Object.keys(state.legs)) {
        const asleep = state.push?.awake.includes(device) === true;
        this.#calls.feed(entry, { type: 'detach', device, asleep });
      }
    if (state.kind !== 'new' && state.kind !== 'ended')
      this.#calls.feed(entry, { type: 'away', connection: state.caller.connection });
    if (state.kind === 'answering' || state.kind === 'active')
      this.#calls.feed(entry, { type: 'away', connection: state.callee.connection });
  }

  /** Live calls at the moment, for metrics and the drain. */
  get liveCalls(): number {
    return this.#calls.live;
  }

  /** Writes what was gathered and stops the timers; calls stay in the store for the next owner. */
  close(): Promise<void> {
    this.#users.close();
    return this.#calls.close();
  }

  request(from: From, request: CallRequest | Invite | Leave, respond: Respond): void {
    if (request.type === 'invite') {
      this.#invite(from, request, respond);
      return;
    }
    const entry = this.#calls.get(request.call);
    if (entry === undefined) {
      answerLate({ store: this.#deps.store, calls: this.#calls }, request, from, respond);
      return;
    }
    if (request.type === 'transfer') {
      this.#leading.transfer(entry, from, request, respond);
      return;
    }
    if (request.type === 'accept' && entry.state.kind === 'ringing' && entry.state.placing === true) {
      this.#leading.take(entry, from, request, respond);
      return;
    }
    const { id: _id, call, ...rest } = request;
    if (entry.state.id === call || isForAlias(request.type)) this.#calls.feed(entry, { ...rest, from }, respond);
    else respond({ error: 'wrong_state' });
  }

  ephemeral(from: From, message: CallEphemeral): void {
    const entry = this.#calls.get(message.call);
    if (entry?.state.id !== message.call) return;
    this.#calls.feed(entry, ephemeralInput(from, message));
  }

  goOn(...[call, sides, meeting]: Parameters<GoOn>): ReturnType<GoOn> {
    return this.#leading.goOn(call, sides, meeting);
  }

  enter(user: StoredUser, blocked: ReadonlySet<Address>): void {
    this.#users.enter(user, blocked);
  }

  blocks(user: Address, users: ReadonlySet<Address>): void {
    this.#users.step(user, { type: 'blocked', users });
  }

  device(user: Address, device: DeviceId, state: DeviceChange): void {
    this.#users.step(user, { type: 'device', device, state });
  }

  unpushed(call: CallId, device: DeviceId): void {
    const entry = this.#calls.get(call);
    if (entry !== undefined) this.#calls.feed(entry, { type: 'unpushed', device });
  }

  connection(user: Address, connection: string, state: 'away' | 'left' | 'back'): void {
    const left = state === 'left';
    const input: CallInput = state === 'back' ? { type: state, connection } : { type: 'away', connection, left };
    for (const entry of this.#callsOf(user)) this.#calls.feed(entry, input);
    for (const [entry, from] of this.#lookedUp) if (from.connection === connection) this.#calls.feed(entry, input);
  }

  views(user: Address, connection: string): CallView[] {
    const now = this.#deps.clock.now();
    return [...this.#callsOf(user)].flatMap((entry) => viewOf(entry.state, user, connection, now) ?? []);
  }

  async ended(user: Address, calls: readonly CallId[]): Promise<EndedCall[]> {
    const found = await Promise.all(
      calls.map(async (call): Promise<EndedCall[]> => {
        const state = this.#calls.get(call)?.state;
        const record = state === undefined ? await this.#deps.store.record(call) : undefined;
        // Where it rang no longer, as another device has taken it.
        if (state !== undefined && wasTaken(state, user)) return [{ call, cause: 'answered_elsewhere' }];
        const ended = state?.kind === 'ended' ? state : record && over(record);
        return ended && wasOf(user, ended) ? [{ call, cause: ended.cause }] : [];
      }),
    );
    return found.flat();
  }

  settings(user: Address): Settings {
    const state = this.#users.state(user);
    if (state === undefined) throw new Error('settings of a user who has not entered');
    return state.settings;
  }

  change(user: StoredUser, change: SettingsChange, respond: (outcome: Outcome<{ settings: Settings }>) => void): void {
    this.#changes.change(user, change, respond);
  }

  presence(user: Address): PresenceState {
    return this.#users.presence(user);
  }

  onPresence(listener: (user: Address, presence: PresenceState) => void): void {
    this.#presenceListeners.push(listener);
  }

  #invite(from: From, request: Invite, respond: Respond): void {
    const { call, to, media } = request;
    const known = this.#calls.get(call);
    if (known !== undefined) {
      // Repeated: the call answers as it did the first time, whatever the input says about the callee.
      if (known.state.id === call)
        this.#calls.feed(known, { type: 'refused', from, to: from.person, media, cause: 'unreachable' }, respond);
      else this.#calls.feed(known, { type: 'accept', from, epoch: 1, merge: call }, respond);
      return;
    }
    // What the caller says about the call while its callee is looked up waits in its queue.
    const entry = this.#calls.add(newCall(call));
    if (this.#users.state(to) !== undefined && !isNumber(to)) {
      this.#admit(entry, from, request, respond);
      return;
    }
    this.#lookedUp.set(entry, from);
    this.#users.called(to, from.person.address, call).then(
      (found) => {
        this.#lookedUp.delete(entry);
        if (found !== undefined) this.#admit(entry, from, { ...request, ...found }, respond);
        else this.#refuse(entry, { error: 'user_not_found' }, respond);
      },
      (error: unknown) => {
        this.#lookedUp.delete(entry);
        this.#refuse(entry, { error: codeOf(error) }, respond);
      },
    );
  }

  /** A call with this id has come and gone. To whoever called then, the invite is repeated; how it ended is told once more. */
  #been(from: From, call: CallId, respond: Respond): void {
    const { person, connection } = from;
    this.#deps.store.record(call).then(
      (record) => {
        if (record?.caller.address !== person.address) return respond({ error: 'call_exists' });
        respond({ ok: { call } });
        this.#deps.bus.publish(person.address, { event: { type: 'ended', call, cause: record.cause }, connection });
      },
      () => respond({ error: 'store_failed' }),
    );
  }

  #refuse(entry: Entry, outcome: Outcome, respond: Respond): void {
    respond(outcome);
    this.#calls.remove(entry);
  }

  /** The caller's user machine, then the callee's, then the call. `hasCrossed`: it crossed a call that was over by then. */
  #admit(entry: Entry, from: From, request: Invite, respond: Respond, hasCrossed = false): void {
    const { call, to, media, offer, origin, oneOfSeveral } = request;
    const caller = from.person.address;
    const callee = this.#users.stored(to);
    if (callee === undefined) return this.#refuse(entry, { error: 'user_not_found' }, respond);
    // One who has signed off meanwhile is not in memory and places nothing.
    let isPlaced = false;
    for (const effect of this.#users.step(caller, { type: 'place', call, to })) {
      if (effect.type === 'refuse') return this.#refuse(entry, { error: effect.code }, respond);
      // Once more would be a call that is over and yet not let go of: to ask on and on would help nobody.
      if (effect.type === 'cross' && hasCrossed) return this.#refuse(entry, { error: 'internal' }, respond);
      if (effect.type === 'cross') return this.#cross(entry, effect.call, from, request, respond);
      isPlaced ||= effect.type === 'placed';
    }
    if (!isPlaced) return this.#refuse(entry, { error: 'forbidden' }, respond);
    const person = { address: callee.address, name: callee.name };
    const admitted = (outcome: Outcome): void => {
      if ('error' in outcome && outcome.error === 'call_exists') this.#been(from, call, respond);
      else respond(outcome);
    };
    const admit = (verdict: Admitted | TurnedAway): void => {
      const invite = { from, to: person, media };
      const input: CallInput =
        'cause' in verdict
          ? { ...verdict, ...invite, type: 'refused' }
          : { ...verdict, ...invite, type: 'invite', offer, origin, oneOfSeveral };
      this.#calls.admit(entry, input, admitted);
    };
    const course = { call, caller, to: person, via: [], oneOfSeveral };
    const verdict = this.#leading.offer(course);
    if (verdict.type !== 'forward') return admit(verdict);
    void this.#leading.invite(entry, { from, to: person, media, offer, origin }, course, verdict, { admit, respond: admitted });
  }

  /** Both called at once: this invite takes the other one's call, and its own id becomes another name of that call. */
  #cross(entry: Entry, call: CallId, from: From, request: Invite, respond: Respond): void {
    const crossing = this.#calls.get(call);
    // Whoever asks somebody to a meeting has nothing to talk with.
    if (crossing !== undefined && 'origin' in crossing.state && crossing.state.origin?.meeting !== undefined)
      return this.#refuse(entry, { error: 'person_unavailable' }, respond);
    if (crossing === undefined) return this.#refuse(entry, { error: 'internal' }, respond);
    this.#calls.feed(crossing, { type: 'accept', from, epoch: 1, merge: request.call }, (outcome) => {
      // Theirs was over before it could be taken: then this one is a call of its own.
      if ('error' in outcome && outcome.error === 'call_ended') return this.#admit(entry, from, request, respond, true);
      // Theirs is on its way here by a transfer, and has no offer yet that could be answered.
      if ('error' in outcome && outcome.error === 'wrong_state')
        return this.#refuse(entry, { error: 'person_unavailable' }, respond);
      if ('error' in outcome) return this.#refuse(entry, outcome, respond);
      respond(outcome);
      this.#calls.merge(entry, crossing);
    });
  }

  *#callsOf(user: Address): Iterable<Entry> {
    for (const call of this.#users.state(user)?.calls.keys() ?? []) {
      const entry = this.#calls.get(call);
      if (entry !== undefined) yield entry;
    }
  }

  /** All devices that one step rings are told the same event, so that it is made and put into text once. */
  #incoming(state: CallState, user: Address): Event | undefined {
    if (this.#rung?.state !== state) {
      const view = viewOf(state, user, '', this.#deps.clock.now());
      this.#rung = { state, event: view && { type: 'incoming', view } };
    }
    return this.#rung.event;
  }

  #perform(entry: Entry, effect: CallEffect): void {
    switch (effect.type) {
      case 'send': {
        const { user, ...target } = effect.to;
        this.#deps.bus.publish(user, { event: effect.event, ...target });
        return;
      }
      case 'ring': {
        const event = this.#incoming(entry.state, effect.user);
        if (event !== undefined) this.#deps.bus.publish(effect.user, { event, device: effect.device });
        return;
      }
      case 'push':
        this.#deps.push?.waker.wake(effect.user, effect.device, effect.notice);
        return;
      case 'occupies':
        this.#users.step(effect.user, { type: 'occupied', call: entry.state.id, as: effect.as });
        return;
      case 'released':
        this.#users.step(effect.user, { type: 'released', call: entry.state.id });
        return;
      case 'announce':
      case 'record':
      case 'reply':
      case 'refuse':
        return;
    }
  }

  #performForUser(user: Address, effect: UserEffect): void {
    switch (effect.type) {
      case 'presence':
        for (const listener of this.#presenceListeners) listener(user, effect.presence);
        return;
      case 'attach':
      case 'detach': {
        const entry = this.#calls.get(effect.call);
        const { call: _call, ...input } = effect;
        if (entry !== undefined) this.#calls.feed(entry, input);
        return;
      }
      case 'placed':
      case 'cross':
      case 'refuse':
      case 'admit':
      case 'turn_away':
      case 'forward':
        return;
    }
  }
}
