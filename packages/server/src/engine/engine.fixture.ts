import { defaultSettings } from '@offhook/core';
import type { From, Offer, RequestOf } from '@offhook/core';
import { LocalBus } from '../bus/local.ts';
import type { CallRequest, Clock, Delivery, Log, Outcome, StoredUser } from '../ports.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory.ts';
import { Blocks } from '../people/blocks.ts';
import type { Outside } from '../ports/outside.ts';
import type { Waker } from '../ports/push.ts';
import { Pushes } from '../push/book.ts';
import { Engine } from './engine.ts';

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #now = 1_000_000;
  #tasks: { at: number; task: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  schedule(delay: number, task: () => void): () => void {
    const entry = { at: this.#now + delay, task };
    this.#tasks.push(entry);
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== entry);
    };
  }

  /** Tasks that wait. */
  get waiting(): number {
    return this.#tasks.length;
  }

  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#tasks.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#tasks = this.#tasks.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.task();
      await settled();
    }
    this.#now = until;
    await settled();
  }

  /** As of a machine that slept: what has become due meanwhile is done now, each once. */
  async jump(ms: number): Promise<void> {
    this.#now += ms;
    for (const due of this.#tasks.filter(({ at }) => at <= this.#now).toSorted((a, b) => a.at - b.at)) {
      if (!this.#tasks.includes(due)) continue;
      this.#tasks = this.#tasks.filter((other) => other !== due);
      due.task();
      await settled();
    }
    await settled();
  }
}

/** All promises that can resolve have done so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const offer: Offer = { type: 'offer', sdp: 'v=0 offer' };
export const answer = { type: 'answer' as const, sdp: 'v=0 answer' };

export function user(address: string): StoredUser {
  return { address, name: address, settings: defaultSettings, createdAt: 0 };
}

export function from(address: string, device: string = `${address}-1`, connection: string = `${device}-tab`): From {
  return { person: { address, name: address }, device, deviceName: `${device} name`, connection };
}

/** An engine on a store whose commits wait for the test when it says so. */
export class World {
  readonly clock = new ManualClock();
  readonly disk: MemoryDisk;
  readonly bus: LocalBus = new LocalBus(quiet);
  readonly store: MemoryStore;
  /** What was told to whom and what was answered, in order. */
  readonly heard: string[] = [];
  readonly deliveries: Delivery[] = [];
  /** The lines of the log that are for information. */
  readonly logged: Readonly<Record<string, unknown>>[] = [];
  failing = false;
  engine: Engine;
  readonly pushes: Pushes;
  /** There is a voicemail, which takes calls of those who have not said whether they want it, or does not; undefined: there is none. */
  voicemail: boolean | undefined;
  /** Nobody can be looked up. */
  isBlind = false;
  #held: (() => void)[] | undefined;
  #holds: 'commit' | 'read' = 'commit';
  #ids = 0;
  #led = 0;

  /** `waker`: wakes devices that have no page. `outside`: reaches telephone numbers. */
  constructor(disk: MemoryDisk = new MemoryDisk(), waker?: Waker, outside?: Outside) {
    this.disk = disk;
    const { bus } = this;
    const store = new MemoryStore({
      disk,
      fails: () => this.failing,
      schedule: (work, done) => {
        if (work === this.#holds && this.#held !== undefined) this.#held.push(done);
        else queueMicrotask(done);
      },
    });
    this.store = store;
    this.pushes = new Pushes(store);
    const found = store.user.bind(store);
    store.user = (address) => (this.isBlind ? Promise.reject(new Error('disk I/O error')) : found(address));
    const log: Log = { ...quiet, info: (event, fields) => this.logged.push({ event, ...fields }) };
    this.engine = new Engine({
      store,
      blocks: new Blocks(store),
      push: waker && { book: this.pushes, waker },
      outside,
      voicemail: () => this.voicemail,
      bus,
      clock: this.clock,
      log,
      newCallId: () => `call-led-on-${String((this.#led += 1)).padStart(4, '0')}`,
      outbox: true,
    });
    for (const name of ['alice', 'bob', 'carol', 'dave']) {
      disk.apply([{ type: 'new_user', user: user(name) }]);
      bus.subscribe(name, (delivery) => {
        this.deliveries.push(delivery);
        this.heard.push(`${name}: ${delivery.event.type}`);
      });
    }
  }

  /** The store takes its time with what it is told, or with what it is asked. */
  hold(what: 'commit' | 'read' = 'commit'): void {
    this.#holds = what;
    this.#held = [];
  }

  async release(): Promise<void> {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const done of held) done();
    await settled();
  }

  async signIn(...names: string[]): Promise<void> {
    for (const name of names) {
      this.engine.enter(user(name), new Set());
      this.engine.device(name, `${name}-1`, 'here');
    }
  }

  /** Asks and waits until all that follows has happened. */
  async ask(who: From, request: WithoutId<CallRequest>): Promise<Outcome | undefined> {
    const outcome = this.begin(who, request);
    await settled();
    return outcome.value;
  }

  begin(who: From, request: WithoutId<CallRequest>): { value?: Outcome } {
    const outcome: { value?: Outcome } = {};
    this.#ids += 1;
    this.engine.request(who, { ...request, id: String(this.#ids) }, (value) => {
      if (outcome.value !== undefined) throw new Error('answered twice');
      outcome.value = value;
      this.heard.push(`${request.type}: ${'ok' in value ? 'ok' : value.error}`);
    });
    return outcome;
  }
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

export function invite(call: string, to: string): WithoutId<RequestOf<'invite'>> {
  return { type: 'invite', call, to, media: { audio: true, video: false }, offer };
}
