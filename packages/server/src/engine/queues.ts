/** Things with a machine each, in memory with a serial queue: step, store, then tell. */
import type { Instant, Machine, Milliseconds } from '@offhook/core';
import type { Clock, Log, Outcome, Store, Write } from '../ports.ts';
import { Deadlines } from './deadlines.ts';

export type Respond = (outcome: Outcome) => void;

interface Fed<Input> {
  readonly input: Input;
  readonly respond?: Respond | undefined;
}

export interface Entry<State, Input> {
  state: State;
  /** A transition is being stored: inputs wait. */
  busy: boolean;
  readonly queue: Fed<Input>[];
  /** What could not be stored, of steps that stand. */
  owed: readonly Write[];
}

export interface Stepped<Input, Effect> {
  readonly input: Input;
  readonly effects: readonly Effect[];
}

export interface QueuesOptions<State, Input, Effect> {
  /** For the log. */
  readonly name: string;
  readonly machine: Machine<State, Input, Effect>;
  /** What says that a deadline has passed. */
  readonly tick: Input;
  /** One that nobody has made. */
  readonly unmade: (id: string) => State;
  /** Somebody has made it, and it is not over. */
  readonly isLive: (state: State) => boolean;
  /** What is stored of a step that has changed something; nothing: it is not worth a word to the disk. */
  readonly writes: (state: State, step: Stepped<Input, Effect>, now: Instant, before: State) => readonly Write[];
  /** What has happened whether it can be stored or not. It is stored with what comes next. */
  readonly stands?: ((input: Input) => boolean) | undefined;
  /** The step holds. Carries out what is for others; `respond` answers its request. */
  readonly advanced: (
    entry: Entry<State, Input>,
    before: State,
    step: Stepped<Input, Effect>,
    respond: Respond | undefined,
  ) => void;
}

export interface QueuesDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** A deadline whose transition could not be stored comes again after this time. */
const retryMs: Milliseconds = 1_000;

export class Queues<State extends { readonly id: string }, Input extends { readonly type: string }, Effect> {
  readonly #deps: QueuesDeps;
  readonly #options: QueuesOptions<State, Input, Effect>;
  readonly #entries = new Map<string, Entry<State, Input>>();
  readonly #deadlines: Deadlines<string>;
  readonly #storing = new Set<Promise<void>>();

  constructor(deps: QueuesDeps, options: QueuesOptions<State, Input, Effect>) {
    this.#deps = deps;
    this.#options = options;
    this.#deadlines = new Deadlines(deps.clock, (id) => {
      const entry = this.#entries.get(id);
      if (entry !== undefined) this.feed(entry, options.tick);
    });
  }

  /** Those that somebody has made. */
  get size(): number {
    return this.#entries.size;
  }

  get(id: string): Entry<State, Input> | undefined {
    return this.#entries.get(id);
  }

  entries(): Iterable<Entry<State, Input>> {
    return this.#entries.values();
  }

  /** Takes in one that was stored. */
  add(state: State): Entry<State, Input> {
    const entry: Entry<State, Input> = { state, busy: false, queue: [], owed: [] };
    this.#entries.set(state.id, entry);
    this.#deadlines.set(state.id, this.#options.machine.deadline(state));
    return entry;
  }

  /** To one that nobody has made, and which may be made by this. */
  feedId(id: string, input: Input, respond?: Respond): void {
    this.feed(this.#entries.get(id) ?? this.add(this.#options.unmade(id)), input, respond);
  }

  feed(entry: Entry<State, Input>, input: Input, respond?: Respond): void {
    entry.queue.push({ input, respond });
    if (!entry.busy) this.#next(entry);
  }

  /** What is being stored is stored. */
  async close(): Promise<void> {
    this.#deadlines.close();
    await Promise.all(this.#storing);
  }

  #next(entry: Entry<State, Input>): void {
    entry.busy = false;
    for (let fed = entry.queue.shift(); fed !== undefined; fed = entry.queue.shift()) {
      this.#step(entry, fed);
      if (entry.busy) return;
    }
    // Nobody has made it, or it is over: all that waited has been answered.
    const { id } = entry.state;
    if (!this.#options.isLive(entry.state) && this.#entries.get(id) === entry) this.#entries.delete(id);
  }

  #step(entry: Entry<State, Input>, fed: Fed<Input>): void {
    const before = entry.state;
    const now = this.#deps.clock.now();
    const { state, effects } = this.#options.machine.step(before, fed.input, now);
    const writes = state === before ? [] : this.#options.writes(state, { input: fed.input, effects }, now, before);
    if (writes.length === 0) return this.#advance(entry, state, effects, fed);
    entry.busy = true;
    const { owed } = entry;
    const storing = this.#deps.store.commit([...owed, ...writes]).then(
      () => {
        entry.owed = [];
        this.#advance(entry, state, effects, fed);
      },
      (error: unknown) => {
        const stands = this.#options.stands?.(fed.input) === true;
        this.#failed(entry, stands ? { input: fed.input } : fed, error);
        if (!stands) return;
        entry.owed = [...owed, ...writes];
        this.#advance(entry, state, effects, fed);
      },
    );
    this.#storing.add(storing);
    void storing.finally(() => {
      this.#storing.delete(storing);
      this.#next(entry);
    });
  }

  #advance(entry: Entry<State, Input>, state: State, effects: readonly Effect[], { input, respond }: Fed<Input>): void {
    const before = entry.state;
    entry.state = state;
    if (state !== before || input.type === 'tick') this.#deadlines.set(state.id, this.#options.machine.deadline(state));
    this.#options.advanced(entry, before, { input, effects }, respond);
  }

  /** A step that could not be stored has not happened. */
  #failed({ state }: Entry<State, Input>, { input, respond }: Fed<Input>, error: unknown): void {
    this.#deps.log.error('store', { [this.#options.name]: state.id, input: input.type, error: String(error) });
    if (input.type === 'tick') this.#deadlines.set(state.id, this.#deps.clock.now() + retryMs);
    respond?.({ error: 'store_failed' });
  }
}
