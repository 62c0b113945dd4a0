/** The sessions in memory, each with its serial queue: step, store, then tell. */
import { newSession, sessionMachine } from '@offhook/core';
import type { Milliseconds, SessionEffect, SessionId, SessionInput, SessionState } from '@offhook/core';
import type { Clock, Log, Outcome, Store, Write } from '../ports.ts';
import { sessionAnnouncement } from './announce-session.ts';
import { Deadlines } from './deadlines.ts';

export type Respond = (outcome: Outcome) => void;

interface Fed {
  readonly input: SessionInput;
  readonly respond?: Respond | undefined;
}

export interface SessionEntry {
  state: SessionState;
  /** A transition is being stored: inputs wait. */
  busy: boolean;
  readonly queue: Fed[];
  /** Announcements that could not be stored. */
  owed: readonly Write[];
}

export interface SessionQueuesDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether what is announced is written to the outbox. */
  readonly outbox: boolean;
  /** The step holds. Carries out what is for others; `respond` answers its request. */
  readonly advanced: (entry: SessionEntry, before: SessionState, step: Stepped, respond: Respond | undefined) => void;
}

export interface Stepped {
  readonly input: SessionInput;
  readonly effects: readonly SessionEffect[];
}

/** Who is in a session, and what they may: all else is gone with the media when the server is, and is stored only with what announces it. */
const lasting = new Set<SessionInput['type']>([
  'create',
  'add',
  'subscribe',
  'remove',
  'lock',
  'end',
  'join',
  'leave',
  'gone',
  'tick',
]);
/** A deadline whose transition could not be stored comes again after this time. */
const retryMs: Milliseconds = 1_000;

export class SessionQueues {
  readonly #deps: SessionQueuesDeps;
  readonly #entries = new Map<SessionId, SessionEntry>();
  readonly #deadlines: Deadlines<SessionId>;
  readonly #storing = new Set<Promise<void>>();

  constructor(deps: SessionQueuesDeps) {
    this.#deps = deps;
    this.#deadlines = new Deadlines(deps.clock, (id) => {
      const entry = this.#entries.get(id);
      if (entry !== undefined) this.feed(entry, { type: 'tick' });
    });
  }

  /** Those that somebody has made. */
  get size(): number {
    return this.#entries.size;
  }

  get(id: SessionId): SessionEntry | undefined {
    return this.#entries.get(id);
  }

  /** Takes in one that was stored. */
  add(state: SessionState): SessionEntry {
    const entry: SessionEntry = { state, busy: false, queue: [], owed: [] };
    this.#entries.set(state.id, entry);
    this.#deadlines.set(state.id, sessionMachine.deadline(state));
    return entry;
  }

  /** To one that nobody has made, and which may be made by this. */
  feedId(id: SessionId, input: SessionInput, respond?: Respond): void {
    this.feed(this.#entries.get(id) ?? this.add(newSession(id)), input, respond);
  }

  feed(entry: SessionEntry, input: SessionInput, respond?: Respond): void {
    entry.queue.push({ input, respond });
    if (!entry.busy) this.#next(entry);
  }

  /** What is being stored is stored. */
  async close(): Promise<void> {
    this.#deadlines.close();
    await Promise.all(this.#storing);
  }

  #next(entry: SessionEntry): void {
    entry.busy = false;
    for (let fed = entry.queue.shift(); fed !== undefined; fed = entry.queue.shift()) {
      this.#step(entry, fed);
      if (entry.busy) return;
    }
    // Nobody has made it, or it is over: all that waited has been answered.
    if (entry.state.kind !== 'open' && this.#entries.get(entry.state.id) === entry) this.#entries.delete(entry.state.id);
  }

  #step(entry: SessionEntry, fed: Fed): void {
    const before = entry.state;
    const { state, effects } = sessionMachine.step(before, fed.input, this.#deps.clock.now());
    const isLasting = state !== before && lasting.has(fed.input.type);
    const announced = this.#deps.outbox ? this.#announced(effects, before, state) : [];
    if (!isLasting && announced.length === 0) return this.#advance(entry, state, effects, fed);
    entry.busy = true;
    const writes: Write[] = [{ type: 'session', state }, ...entry.owed, ...announced];
    const storing = this.#deps.store.commit(writes).then(
      () => {
        entry.owed = [];
        this.#advance(entry, state, effects, fed);
      },
      (error: unknown) => {
        if (isLasting) return this.#failed(entry, fed, error);
        // What the worker has done is done. It is announced with what comes next.
        this.#deps.log.error('store', { session: state.id, input: fed.input.type, error: String(error) });
        entry.owed = [...entry.owed, ...announced];
        this.#advance(entry, state, effects, fed);
      },
    );
    this.#storing.add(storing);
    void storing.finally(() => {
      this.#storing.delete(storing);
      this.#next(entry);
    });
  }

  #announced(effects: readonly SessionEffect[], before: SessionState, after: SessionState): Write[] {
    const now = this.#deps.clock.now();
    return effects.flatMap((effect): Write[] => {
      const entry = effect.type === 'announce' ? sessionAnnouncement(effect, before, after, now) : undefined;
      return entry === undefined ? [] : [{ type: 'outbox', entry }];
    });
  }

  #advance(entry: SessionEntry, state: SessionState, effects: readonly SessionEffect[], { input, respond }: Fed): void {
    const before = entry.state;
    entry.state = state;
    if (state !== before || input.type === 'tick') this.#deadlines.set(state.id, sessionMachine.deadline(state));
    this.#deps.advanced(entry, before, { input, effects }, respond);
  }

  /** A step that could not be stored has not happened. */
  #failed({ state }: SessionEntry, { input, respond }: Fed, error: unknown): void {
    this.#deps.log.error('store', { session: state.id, input: input.type, error: String(error) });
    if (input.type === 'tick') this.#deadlines.set(state.id, this.#deps.clock.now() + retryMs);
    respond?.({ error: 'store_failed' });
  }
}
