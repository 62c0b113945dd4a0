/**
 * What calls use of trunks and of what their users may: channels at the moment, calls per second, minutes and money of the day. What is
 * used in a day outlives the process.
 *
 *     outgoing ──► room? ──► Permit ──► by a trunk ──► answered ──► counted, once and again ──► ended
 *                   │ no        │                                     │ exhausted: told to whoever holds it
 *                   └───────────┴──► told once in a while             ▼
 */
import { dayOf, Meter, trunkLimits } from '@offhook/core';
import type { Caps, Exhaustion, Instant } from '@offhook/core';
import { Bucket } from '../../ports/bucket.ts';
import type { Clock, Log, Store, Write } from '../../ports.ts';
import type { TrunkState } from '../../ports/trunk-store.ts';
import type { Permit } from '../../ports/trunks.ts';
import { CallPermit } from './permit.ts';

export type CapCode = Exhaustion | 'channels_exceeded' | 'call_rate_exceeded';

/** Of a minute, by trunk. */
export type Prices = ReadonlyMap<string, number>;

/** Of a trunk or of a user. */
export type Subject = `trunk ${string}` | `user ${string}`;

export interface UsageDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** As they are now. */
  readonly caps: (subject: Subject) => Caps;
  /** A cap was reached; not told again for a while. */
  readonly reached: (subject: Subject, code: CapCode) => void;
}

interface Account {
  calls: number;
  /** Of calls per second. */
  bucket: Bucket | undefined;
  readonly meter: Meter;
  /** Those whose calls are counted, by their ids. */
  readonly running: Map<string, (code: Exhaustion) => void>;
}

export class Usage {
  readonly #deps: UsageDeps;
  readonly #accounts = new Map<Subject, Account>();
  /** Those with calls that are counted, and when something of them may be over. */
  readonly #running = new Map<Subject, Instant>();
  readonly #unstored = new Set<Subject>();
  /** When what was told may be told again. */
  readonly #told = new Map<string, Instant>();
  #day: number;
  #timer: { readonly at: Instant; readonly cancel: () => void } | undefined;
  /** When all that goes on is counted again, so that not too much of it is forgotten by a crash. */
  #allAt: Instant;
  #storing: Promise<void> | undefined;
  #ids = 0;

  constructor(deps: UsageDeps) {
    this.#deps = deps;
    this.#day = dayOf(deps.clock.now());
    this.#allAt = deps.clock.now() + trunkLimits.storeMs;
  }

  async start(): Promise<void> {
    const { clock, store } = this.#deps;
    const now = clock.now();
    for (const { subject, ms, spent } of await store.trunkUsage(dateOf(dayOf(now))))
      this.#accounts.set(subject as Subject, { ...this.#account(subject as Subject), meter: new Meter(now, { ms, spent }) });
  }

  /** Stores what is not yet. */
  async close(): Promise<void> {
    this.#look(true);
    this.#timer?.cancel();
    await this.#storing;
  }

  /** Calls at the moment, and what those of today that went out have used. */
  state(subject: Subject): Pick<TrunkState, 'calls' | 'today'> {
    const account = this.#accounts.get(subject);
    if (account === undefined) return { calls: 0, today: { minutes: 0, spent: 0 } };
    this.#count(subject, account);
    const { ms, spent } = account.meter.used;
    return { calls: account.calls, today: { minutes: ms / 60_000, spent } };
  }

  /** Why one more call cannot begin; that it cannot is told. `perMinute`: of a call that goes out. */
  lacks(subject: Subject, perMinute?: number): CapCode | undefined {
    const { clock, caps: capsOf } = this.#deps;
    const [account, caps, now] = [this.#account(subject), capsOf(subject), clock.now()];
    this.#count(subject, account);
    const code = this.#lack(account, caps, perMinute, now);
    if (code !== undefined) this.#tell(subject, code, now);
    return code;
  }

  /** A call begins: of this trunk if it comes in, else of this user and of the trunk that it is tried by, for what that takes. */
  take(subject: Subject, prices?: Prices): Permit {
    return new CallPermit(this, String(++this.#ids), subject, prices);
  }

  hold(subject: Subject): void {
    const account = this.#account(subject);
    const { callsPerSecond } = this.#deps.caps(subject);
    account.calls++;
    if (callsPerSecond !== undefined) account.bucket?.take(rateOf(callsPerSecond), this.#deps.clock.now());
  }

  letGo(subject: Subject): void {
    const account = this.#accounts.get(subject);
    if (account !== undefined) account.calls--;
  }

  run(subject: Subject, id: string, perMinute: number, exhausted: (code: Exhaustion) => void): void {
    const [account, caps, now] = [this.#account(subject), this.#deps.caps(subject), this.#deps.clock.now()];
    const code = this.#count(subject, account) ?? account.meter.begin(id, perMinute, caps, now);
    if (code !== undefined) {
      this.#tell(subject, code, now);
      this.#store();
      return exhausted(code);
    }
    account.running.set(id, exhausted);
    this.#running.set(subject, now);
    this.#unstored.add(subject);
    this.#store();
    this.#lookAt(this.#next(subject, account));
  }

  rest(subject: Subject, id: string): void {
    const account = this.#accounts.get(subject);
    if (account?.running.has(id) !== true) return;
    this.#count(subject, account);
    account.meter.end(id);
    account.running.delete(id);
    if (account.running.size === 0) this.#running.delete(subject);
    this.#store();
  }

  #lack(account: Account, caps: Caps, perMinute: number | undefined, now: Instant): CapCode | undefined {
    if (caps.channels !== undefined && account.calls >= caps.channels) return 'channels_exceeded';
    if (caps.callsPerSecond !== undefined) {
      const rate = rateOf(caps.callsPerSecond);
      account.bucket ??= new Bucket(rate, now);
      if (account.bucket.take(rate, now, 0) < 1) return 'call_rate_exceeded';
    }
    if (perMinute === undefined) return undefined;
    return account.meter.lacks(caps, perMinute);
  }

  #account(subject: Subject): Account {
    const known = this.#accounts.get(subject);
    if (known !== undefined) return known;
    const meter = new Meter(this.#deps.clock.now());
    const account: Account = { calls: 0, bucket: undefined, meter, running: new Map() };
    this.#accounts.set(subject, account);
    return account;
  }

  /** Brings an account up to date. What cannot be paid any more ends: for what is returned. */
  #count(subject: Subject, account: Account): Exhaustion | undefined {
    const exhausted = account.meter.advance(this.#deps.caps(subject), this.#deps.clock.now());
    if (account.running.size > 0) this.#unstored.add(subject);
    if (exhausted === undefined) return undefined;
    const ended = [...account.running.values()];
    account.meter.end();
    account.running.clear();
    this.#running.delete(subject);
    this.#tell(subject, exhausted, this.#deps.clock.now());
    for (const end of ended) end(exhausted);
    return exhausted;
  }

  /** Counts what may be over, and now and then all that goes on, and looks again. */
  #look(isAll = false): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const now = this.#deps.clock.now();
    const isDue = isAll || now >= this.#allAt;
    if (isDue) this.#allAt = now + trunkLimits.storeMs;
    let first = Infinity;
    for (const [subject, next] of this.#running) {
      if (next > now && !isDue) {
        first = Math.min(first, next);
        continue;
      }
      const account = this.#account(subject);
      this.#count(subject, account);
      first = Math.min(first, this.#next(subject, account));
    }
    this.#store();
    this.#lookAt(first);
  }

  /** When something of it may be over, which is kept; never, where nothing goes on. */
  #next(subject: Subject, account: Account): Instant {
    const next = account.meter.lookAgain(this.#deps.caps(subject), this.#deps.clock.now());
    if (next !== undefined) this.#running.set(subject, next);
    return next ?? Infinity;
  }

  #lookAt(next: Instant): void {
    if (this.#running.size === 0) return;
    const { clock } = this.#deps;
    const at = Math.min(next, Math.max(this.#allAt, clock.now()));
    if (this.#timer !== undefined && this.#timer.at <= at) return;
    this.#timer?.cancel();
    this.#timer = { at, cancel: clock.schedule(Math.max(1, at - clock.now()), () => this.#look()) };
  }

  #tell(subject: Subject, code: CapCode, now: Instant): void {
    const key = `${code} ${subject}`;
    if ((this.#told.get(key) ?? 0) > now) return;
    const isOfDay = code === 'minutes_exceeded' || code === 'spend_exceeded';
    this.#told.set(key, isOfDay ? (dayOf(now) + 1) * dayMs : now + trunkLimits.againMs);
    this.#deps.reached(subject, code);
  }

  #store(): void {
    this.#storing ??= this.#storeAll().finally(() => (this.#storing = undefined));
  }

  /** What cannot be stored now is with the next time. */
  async #storeAll(): Promise<void> {
    const { clock, log, store } = this.#deps;
    for (;;) {
      const subjects = [...this.#unstored];
      if (subjects.length === 0) return;
      this.#unstored.clear();
      const writes: Write[] = subjects.map((subject) => {
        const { day, used } = this.#account(subject).meter;
        return { type: 'trunk_usage', usage: { subject, day: dateOf(day), ...used } };
      });
      const day = dayOf(clock.now());
      if (day !== this.#day) writes.push({ type: 'trunk_usage_gone', before: dateOf(day) });
      try {
        await store.commit(writes);
      } catch (error) {
        log.warn('trunk.usage', { error: String(error) });
        for (const subject of subjects) this.#unstored.add(subject);
        return;
      }
      if (day !== this.#day) this.#forget(day);
    }
  }

  /** A new day: what nobody uses any more is not needed. */
  #forget(day: number): void {
    this.#day = day;
    for (const [subject, { calls, running }] of this.#accounts)
      if (calls === 0 && running.size === 0 && !this.#unstored.has(subject)) this.#accounts.delete(subject);
    const now = this.#deps.clock.now();
    for (const [key, until] of this.#told) if (until <= now) this.#told.delete(key);
  }
}

const dayMs = 86_400_000;

/** As 2026-11-30. */
function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** A whole second's worth at once, and one call in any case. */
function rateOf(perSecond: number): { readonly perSecond: number; readonly burst: number } {
  return { perSecond, burst: Math.max(1, perSecond) };
}
