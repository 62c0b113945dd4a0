/**
 * What is used up in a day by the calls of one user, or by one trunk: minutes, and money by a table of prices (SPEC.md).
 *
 *     answered ──► a minute is paid ──► another one when that is over ──► … ──► ended
 *                     │ not enough is left, or the minutes of the day are over
 *                     ▼
 *                  exhausted: all calls are to end; the one that cannot pay its first minute ends alone
 *
 * What it takes to count does not grow with the calls that go on: each is looked at where it pays, once a minute.
 */
import type { Instant } from '../machine.ts';
import type { Caps, Rate } from '../protocol/trunks.ts';

export interface Used {
  /** For how long was called on that day, in milliseconds. */
  readonly ms: number;
  /** In the smallest unit of the currency, or parts of it. */
  readonly spent: number;
}

export type Exhaustion = 'minutes_exceeded' | 'spend_exceeded';

interface RunningCall {
  readonly paidTo: Instant;
  /** What a minute costs that has begun. */
  readonly perMinute: number;
}

const minute = 60_000;
const dayMs = 86_400_000;

/** The day of UTC, from the Unix epoch on. */
export function dayOf(now: Instant): number {
  return Math.floor(now / dayMs);
}

export class Meter {
  #day: number;
  #ms: number;
  #spent: number;
  /** What was before is in `ms`. */
  #countedTo: Instant;
  /** In the order in which they pay next. */
  readonly #running = new Map<string, RunningCall>();

  constructor(now: Instant, used: Used = { ms: 0, spent: 0 }) {
    this.#day = dayOf(now);
    this.#countedTo = now;
    this.#ms = used.ms;
    this.#spent = used.spent;
  }

  /** Of UTC, from the Unix epoch on. */
  get day(): number {
    return this.#day;
  }

  /** As it was counted last. */
  get used(): Used {
    return { ms: this.#ms, spent: this.#spent };
  }

  get calls(): number {
    return this.#running.size;
  }

  /** Whether one more call may begin. Undefined: it may. */
  lacks(caps: Caps, perMinute: number): Exhaustion | undefined {
    if (this.#isTimeOver(caps)) return 'minutes_exceeded';
    return this.#isPayable(caps, perMinute) ? undefined : 'spend_exceeded';
  }

  /** Counts what was used until now; what belongs to a day that is over is forgotten. Returned: why the calls that go on are to end. */
  advance(caps: Caps, now: Instant): Exhaustion | undefined {
    const day = dayOf(now);
    if (day > this.#day) {
      this.#count(caps, day * dayMs);
      [this.#day, this.#ms, this.#spent] = [day, 0, 0];
    }
    return this.#count(caps, now);
  }

  /** A call was answered now, and pays its first minute. Returned: why it is to end; of those that go on `advance` has said it before. */
  begin(id: string, perMinute: number, caps: Caps, now: Instant): Exhaustion | undefined {
    const exhausted = this.advance(caps, now);
    if (exhausted !== undefined) return exhausted;
    const lacking = this.lacks(caps, perMinute);
    if (lacking !== undefined) return lacking;
    this.#spent += perMinute;
    this.#running.set(id, { paidTo: this.#countedTo + minute, perMinute });
    return undefined;
  }

  /** A call is over, or all are. What it has used until now is to be counted before. */
  end(id?: string): void {
    if (id === undefined) this.#running.clear();
    else this.#running.delete(id);
  }

  /** When something may be exhausted next. */
  lookAgain({ minutesPerDay }: Caps, now: Instant): Instant | undefined {
    for (const { paidTo } of this.#running.values()) {
      const left = minutesPerDay === undefined ? Infinity : (minutesPerDay * minute - this.#ms) / this.#running.size;
      return Math.min(paidTo, now + Math.ceil(Math.max(0, left)));
    }
    return undefined;
  }

  #count(caps: Caps, now: Instant): Exhaustion | undefined {
    // A clock that is put back takes nothing away.
    const until = Math.max(now, this.#countedTo);
    this.#ms += (until - this.#countedTo) * this.#running.size;
    this.#countedTo = until;
    for (const [id, { paidTo, perMinute }] of this.#running) {
      if (paidTo > until) break;
      if (!this.#isPayable(caps, perMinute)) return this.#isTimeOver(caps) ? 'minutes_exceeded' : 'spend_exceeded';
      this.#spent += perMinute;
      // To the end of the line, where it is found again if it has more to pay.
      this.#running.delete(id);
      this.#running.set(id, { paidTo: paidTo + minute, perMinute });
    }
    return this.#running.size > 0 && this.#isTimeOver(caps) ? 'minutes_exceeded' : undefined;
  }

  #isTimeOver({ minutesPerDay }: Caps): boolean {
    return minutesPerDay !== undefined && this.#ms >= minutesPerDay * minute;
  }

  #isPayable({ spendPerDay }: Caps, perMinute: number): boolean {
    return this.#spent + perMinute <= (spendPerDay ?? Infinity);
  }
}

/** What a minute to this number costs: the longest prefix holds. Undefined: nobody has said it. */
export function priceOf(number: string, rates: readonly Rate[]): number | undefined {
  let found: Rate | undefined;
  for (const rate of rates)
    if (number.startsWith(rate.prefix) && (found === undefined || rate.prefix.length > found.prefix.length)) found = rate;
  return found?.perMinute;
}
