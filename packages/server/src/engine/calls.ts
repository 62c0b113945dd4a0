import { callMachine, forwardRinging, newCall } from '@offhook/core';
import type { CallEffect, CallId, CallInput, CallState, Cause, ErrorCode, Ringing, Step, Way } from '@offhook/core';
import { StoreError } from '../ports.ts';
import type { Clock, Log, Outcome, Store, Write } from '../ports.ts';
import { announcement, logTransition } from './announce.ts';
import { Deadlines } from './deadlines.ts';
import { ledInto, ledOn } from './inputs.ts';

export type Respond = (outcome: Outcome) => void;
type CallStep = Step<CallState, CallEffect>;

type MediaInput = Extract<CallInput, { type: 'media' }>;

interface Fed {
  readonly input: CallInput;
  readonly respond?: Respond | undefined;
}

/** An input, or what is done with several calls at once when the turn has come in each of their queues. */
type Queued = Fed | { readonly held: () => void };

/** One call's part of a transition of several. Without an entry, or with a new one, it begins. */
export interface Part {
  readonly entry?: Entry | undefined;
  readonly step: CallStep;
  readonly respond?: Respond | undefined;
}

export interface Entry {
  state: CallState;
  /** A transition is being stored, the invite is being admitted, or the call is held for a transition of several: inputs wait. */
  busy: boolean;
  readonly queue: Queued[];
}

export interface CallsDeps {
  readonly store: Store;
  /** Stores a transition. */
  readonly commit: (writes: readonly Write[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether transitions are written to the outbox for webhooks. */
  readonly outbox: boolean;
  /** Carries out what is for others: events and user machines. */
  readonly perform: (entry: Entry, effect: CallEffect) => void;
  /** Where a call goes on that nobody takes; undefined, at once or in the end: nowhere. Does not reject. */
  readonly wayOn: (call: Ringing, cause: Cause) => Promise<Way | undefined> | undefined;
}

/** How long an ended call answers late requests from memory; after that its record does. */
export const rememberMs = 120_000;
/** How far behind the gathered state is written. */
const writeBehindMs = 500;
/** Inputs that only gather: nobody is promised that they are stored. */
const gathering = new Set<CallInput['type']>(['ringing', 'candidates', 'media', 'quality', 'attach', 'detach', 'away', 'back']);
/** A deadline whose transition could not be stored comes again after this time. */
const retryMs = 1_000;

/** What may be said of a call under the id of the invite that crossed it; epochs and values are counted anew. */
export function isForAlias(type: CallInput['type']): boolean {
  return type === 'hangup';
}

/** The calls in memory, each with its serial queue: step, store, then tell. */
export class Calls {
  readonly #deps: CallsDeps;
  readonly #entries = new Map<CallId, Entry>();
  readonly #deadlines: Deadlines<CallId>;
  /** Calls that have gathered something since they were last written. */
  readonly #behind = new Set<Entry>();
  /** What a side has said of its media, where that could not be stored: nobody waits for it, and nobody says it again. */
  readonly #again = new Map<Entry, MediaInput[]>();
  #cancelFlush: (() => void) | undefined;
  #isClosed = false;

  constructor(deps: CallsDeps) {
    this.#deps = deps;
    this.#deadlines = new Deadlines(deps.clock, (call) => this.#due(call));
  }

  get(call: CallId): Entry | undefined {
    return this.#entries.get(call);
  }

  /** Takes in a call that was stored, or a new one that is being admitted (and busy until then). Its id must not be taken. */
  add(state: CallState): Entry {
    if (this.#entries.has(state.id)) throw new Error(`there is a call ${state.id} already`);
    const entry: Entry = { state, busy: state.kind === 'new', queue: [] };
    this.#entries.set(state.id, entry);
    this.#deadlines.set(state.id, callMachine.deadline(state));
    return entry;
  }

  /** The call was not admitted; what waited for it is refused. */
  remove(entry: Entry): void {
    if (this.isKnown(entry)) this.#entries.delete(entry.state.id);
    // Whoever still wants to hold it must not wait.
    entry.busy = false;
    for (const queued of entry.queue.splice(0)) {
      if ('held' in queued) queued.held();
      else queued.respond?.({ error: 'call_not_found' });
    }
  }

  /** For a while the call answers to another id, too. */
  alias(call: CallId, entry: Entry): void {
    this.#entries.set(call, entry);
    this.#deadlines.set(call, this.#deps.clock.now() + rememberMs);
  }

  /** What was begun under one id is another call: what waited for it is fed there, as far as it makes sense there. */
  merge(entry: Entry, other: Entry): void {
    this.alias(entry.state.id, other);
    entry.busy = false;
    for (const queued of entry.queue.splice(0)) {
      if ('held' in queued) {
        queued.held();
        continue;
      }
      const { input, respond } = queued;
      if (isForAlias(input.type)) this.feed(other, input, respond);
      else respond?.({ error: 'wrong_state' });
    }
  }

  /** Of all in memory, each once. */
  *states(): Iterable<CallState> {
    for (const [call, { state }] of this.#entries) if (state.id === call) yield state;
  }

  get live(): number {
    let live = 0;
    for (const { kind } of this.states()) if (kind !== 'ended') live += 1;
    return live;
  }

  feed(entry: Entry, input: CallInput, respond?: Respond): void {
    if (entry.busy) entry.queue.push({ input, respond });
    else this.#step(entry, { input, respond });
  }

  /** The first input of a call that was admitted; then what has come in meanwhile. */
  admit(entry: Entry, input: CallInput, respond: Respond): void {
    entry.queue.unshift({ input, respond });
    this.#next(entry);
  }

  /** Carries out what a held call says of an input, where nothing of it is to be stored. */
  refuse(entry: Entry, step: CallStep, respond: Respond): void {
    this.#advance(entry, step, respond);
  }

  /**
   * What several calls become, in one transaction: all of it or nothing. Those that are there have to be held or busy; those that begin
   * are told first. Resolves with why it could not be stored.
   */
  async together(parts: readonly Part[]): Promise<ErrorCode | undefined> {
    const all = parts.map((part) => ({ ...part, entry: part.entry ?? this.add(newCall(part.step.state.id)) }));
    const begun = all.filter(({ entry }) => entry.state.kind === 'new');
    try {
      await this.#deps.commit(all.flatMap(({ entry, step }) => this.#writes(entry.state, step)));
    } catch (error) {
      const isKnown = error instanceof StoreError && error.code === 'call_exists';
      if (!isKnown) this.#deps.log.error('store', { call: all[0]?.entry.state.id, error: String(error) });
      for (const { entry, step } of begun) this.#unbegin(entry, step.state);
      return isKnown ? 'call_exists' : 'store_failed';
    }
    for (const { entry } of all) this.#behind.delete(entry);
    for (const { entry, step, respond } of all) this.#advance(entry, step, respond);
    for (const { entry } of begun) this.#next(entry);
    return undefined;
  }

  /** Runs once the turn has come in the queues of both, which wait until it is released. Always in the order of ids, so that nobody waits in a circle. */
  hold(one: Entry, other: Entry, run: (release: () => void) => void): void {
    const entries = one === other ? [one] : one.state.id < other.state.id ? [one, other] : [other, one];
    const take = ([next, ...rest]: readonly Entry[]): void => {
      if (next === undefined) {
        run(() => {
          for (const entry of entries) this.#next(entry);
        });
        return;
      }
      const held = (): void => {
        next.busy = true;
        take(rest);
      };
      if (next.busy) next.queue.push({ held });
      else held();
    };
    take(entries);
  }

  /** Whether it is still the call that answers to its id: it was not refused, and has not turned out to be another one. */
  isKnown(entry: Entry): boolean {
    return this.#entries.get(entry.state.id) === entry;
  }

  /** Writes what was gathered, once: if it cannot be written, clients say it again. What is being stored is stored. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#deadlines.close();
    this.#cancelFlush?.();
    await this.#flush();
  }

  #step(entry: Entry, { input, respond }: Fed): void {
    const before = entry.state;
    const next = this.#ledOn(before, input);
    if (next !== undefined) {
      this.feed(next, input, respond);
      return;
    }
    if (input.type === 'media') this.#forget(entry, input);
    const { state, effects } = callMachine.step(before, input, this.#deps.clock.now());
    const way = before.kind === 'ringing' && state.kind === 'ended' ? this.#deps.wayOn(before, state.cause) : undefined;
    if (way === undefined || before.kind !== 'ringing') this.#store(entry, { state, effects }, { input, respond });
    else void this.#goOn(entry, before, way, { state, effects }, { input, respond });
  }

  #store(entry: Entry, step: CallStep, { input, respond }: Fed): void {
    const before = entry.state;
    const writes = isGathered(before, input, step) ? [] : this.#writes(before, step);
    if (writes.length === 0) {
      this.#advance(entry, step, respond);
      if (step.state !== before) this.#writeBehind(entry);
      return;
    }
    entry.busy = true;
    this.#deps.commit(writes).then(
      () => {
        this.#behind.delete(entry);
        this.#advance(entry, step, respond);
        this.#next(entry);
      },
      (error: unknown) => {
        const isKnown = error instanceof StoreError && error.code === 'call_exists';
        if (!isKnown) this.#deps.log.error('store', { call: before.id, input: input.type, error: String(error) });
        this.#undo(entry, input);
        respond?.({ error: isKnown ? 'call_exists' : 'store_failed' });
        this.#next(entry);
      },
    );
  }

  /** Nobody has taken it. It goes on at somebody else if there is one in the end, and is over otherwise. */
  async #goOn(entry: Entry, call: Ringing, found: Promise<Way | undefined>, over: CallStep, fed: Fed): Promise<void> {
    entry.busy = true;
    const way = await found;
    const [own, ...next] = way === undefined ? [] : forwardRinging(call, way, this.#deps.clock.now());
    if (own === undefined) return this.#store(entry, over, fed);
    const parts = [...next.map((step) => ({ step })), { entry, step: own, respond: fed.respond }];
    const error = await this.together(parts);
    if (error !== undefined) {
      this.#undo(entry, fed.input);
      fed.respond?.({ error });
    }
    this.#next(entry);
  }

  #next(entry: Entry): void {
    entry.busy = false;
    for (let queued = entry.queue.shift(); queued !== undefined; queued = entry.queue.shift()) {
      if ('held' in queued) queued.held();
      else this.#step(entry, queued);
      if (entry.busy) return;
    }
  }

  /** Whoever hangs up, is gone or is back while being led on is so in the call that goes on. */
  #ledOn(state: CallState, input: CallInput): Entry | undefined {
    if (state.kind !== 'ended') return undefined;
    const isSocket = input.type === 'away' || input.type === 'back';
    const into = isSocket ? ledInto(state) : input.type === 'hangup' ? ledOn(state, input.from.person.address) : undefined;
    return into === undefined ? undefined : this.#entries.get(into);
  }

  /** What must be on disk before anybody hears of this step. */
  #writes(before: CallState, { state, effects }: CallStep): Write[] {
    const writes: Write[] = [{ type: before.kind === 'new' ? 'new_call' : 'call', state }];
    for (const effect of effects) {
      if (effect.type === 'record') writes.push({ type: 'record', record: effect.record });
      if (effect.type === 'push' && effect.notice.over !== undefined) {
        const { user, device, notice } = effect;
        // What rings without a page is to stop also when this server is gone before it has said so.
        writes.push({ type: 'push_owed', owed: { user, device, notice } });
      }
      if (effect.type === 'announce' && this.#deps.outbox) {
        writes.push({ type: 'outbox', entry: announcement(effect, before, state, effects, this.#deps.clock.now()) });
      }
    }
    return writes;
  }

  /** The step holds: from here on it is what everybody sees. */
  #advance(entry: Entry, { state, effects }: CallStep, respond: Respond | undefined): void {
    const before = entry.state;
    if (before !== state) {
      entry.state = state;
      this.#deadlines.set(state.id, state.kind === 'ended' ? this.#deps.clock.now() + rememberMs : callMachine.deadline(state));
    }
    const announced = effects.find((effect) => effect.type === 'announce');
    // The one change of state that is not announced is the answer after the claim.
    if (announced !== undefined || state.kind !== before.kind) {
      logTransition(this.#deps.log, announced?.event ?? 'call.answered', before, state, effects);
    }
    let answered = false;
    for (const effect of effects) {
      if (effect.type === 'reply' || effect.type === 'refuse') {
        respond?.(effect.type === 'reply' ? { ok: effect.ok } : { error: effect.code });
        answered = true;
        continue;
      }
      this.#deps.perform(entry, effect);
    }
    if (!answered) respond?.({ error: 'wrong_state' });
  }

  /** A step that could not be stored has not happened. */
  #undo(entry: Entry, input: CallInput): void {
    if (input.type === 'tick') this.#deadlines.set(entry.state.id, this.#deps.clock.now() + retryMs);
    if (input.type === 'media') this.#takeAgain(entry, input);
    if (entry.state.kind !== 'new' || (input.type !== 'invite' && input.type !== 'refused' && input.type !== 'placed')) return;
    const caller = input.type === 'placed' ? input.caller : input.from.person;
    for (const user of [caller.address, input.to.address]) this.#deps.perform(entry, { type: 'released', user });
    this.remove(entry);
  }

  /** Nor has a call begun that was to be another part of it: whom it rings is let go. */
  #unbegin(entry: Entry, state: CallState): void {
    if (state.kind === 'ringing') this.#deps.perform(entry, { type: 'released', user: state.callee.address });
    this.remove(entry);
  }

  #takeAgain(entry: Entry, input: MediaInput): void {
    this.#again.set(entry, [...(this.#again.get(entry) ?? []), input]);
    this.#flushLater();
  }

  /** What this side said before is overtaken. */
  #forget(entry: Entry, { from }: MediaInput): void {
    const rest = this.#again.get(entry)?.filter((other) => other.from.connection !== from.connection);
    if (rest?.length === 0) this.#again.delete(entry);
    else if (rest !== undefined) this.#again.set(entry, rest);
  }

  #due(call: CallId): void {
    const entry = this.#entries.get(call);
    if (entry === undefined) return;
    if (entry.state.id !== call || entry.state.kind === 'ended') this.#entries.delete(call);
    else this.feed(entry, { type: 'tick' });
  }

  #writeBehind(entry: Entry): void {
    this.#behind.add(entry);
    this.#flushLater();
  }

  #flushLater(): void {
    if (this.#isClosed) return;
    this.#cancelFlush ??= this.#deps.clock.schedule(writeBehindMs, () => {
      this.#cancelFlush = undefined;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const again = [...this.#again];
    this.#again.clear();
    for (const [entry, inputs] of again) for (const input of inputs) this.feed(entry, input);
    const live = [...this.#behind].filter(({ state }) => state.kind !== 'ended');
    this.#behind.clear();
    // What a busy one has gathered is stored with its transition, or after it should that fail.
    for (const entry of live) if (entry.busy) this.#writeBehind(entry);
    const entries = live.filter(({ busy }) => !busy);
    if (entries.length === 0) return;
    try {
      await this.#deps.store.commit(entries.map((entry) => ({ type: 'call', state: entry.state })));
    } catch (error) {
      this.#deps.log.warn('store', { behind: entries.length, error: String(error) });
      for (const entry of entries) this.#writeBehind(entry);
    }
  }
}

/** Whether a step changes nothing, or only gathers. */
function isGathered(before: CallState, input: CallInput, { state, effects }: CallStep): boolean {
  const isSilent = !effects.some((effect) => effect.type === 'announce');
  return isSilent && (state === before || gathering.has(input.type));
}
