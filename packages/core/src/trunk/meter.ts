/**
 * What is used up in a day by the calls of one user, or by one trunk: minutes, and money by a table of prices (SPEC.md).
 *
 *     answered ──► a minute is paid ──► another one when that is over ──► … ──► ended
 *                     │ not enough is left, or the minutes of the day are over
 *                     ▼
 *                  exhausted: all calls are to end
 */
import type { Instant } from '../machine.ts';
import type { Caps, Rate } from '../protocol/trunks.ts';

export interface Meter {
  /** Of UTC, from the Unix epoch on. */
  readonly day: number;
  /** For how long was called on that day, in milliseconds. */
  readonly ms: number;
  /** In the smallest unit of the currency, or parts of it. */
  readonly spent: number;
  readonly running: readonly RunningCall[];
}

export interface RunningCall {
  readonly id: string;
  /** What was before is in `ms`. */
  readonly countedTo: Instant;
  readonly paidTo: Instant;
  /** What a minute costs that has begun. */
  readonly perMinute: number;
}

export type Exhaustion = 'minutes_exceeded' | 'spend_exceeded';

const minute = 60_000;
const dayMs = 86_400_000;

/** The day of UTC, from the Unix epoch on. */
export function dayOf(now: Instant): number {
  return Math.floor(now / dayMs);
}

export function newMeter(now: Instant, used: Pick<Meter, 'ms' | 'spent'> = { ms: 0, spent: 0 }): Meter {
  return { day: dayOf(now), ...used, running: [] };
}

/** Whether one more call may begin. Undefined: it may. */
export function exhaustion({ ms, spent }: Meter, caps: Caps, perMinute: number): Exhaustion | undefined {
  if (caps.minutesPerDay !== undefined && ms >= caps.minutesPerDay * minute) return 'minutes_exceeded';
  if (caps.spendPerDay !== undefined && spent + perMinute > caps.spendPerDay) return 'spend_exceeded';
  return undefined;
}

export interface Advanced {
  readonly meter: Meter;
  /** Why calls that go on are to end. */
  readonly exhausted?: Exhaustion | undefined;
}

/** What was used until now. What belongs to a day that is over is forgotten. */
export function advance(meter: Meter, caps: Caps, now: Instant): Advanced {
  const day = dayOf(now);
  if (day === meter.day) return within(meter, caps, now);
  const { running } = within(meter, caps, day * dayMs).meter;
  return within({ day, ms: 0, spent: 0, running }, caps, now);
}

function within({ day, ms, spent, running }: Meter, caps: Caps, now: Instant): Advanced {
  let [allMs, allSpent] = [ms, spent];
  const counted = running.map((call): RunningCall => {
    allMs += Math.max(0, now - call.countedTo);
    let { paidTo } = call;
    for (; paidTo <= now && allSpent + call.perMinute <= (caps.spendPerDay ?? Infinity); paidTo += minute)
      allSpent += call.perMinute;
    return { ...call, countedTo: Math.max(now, call.countedTo), paidTo };
  });
  const isUnpaid = counted.some(({ paidTo }) => paidTo <= now);
  const isOver = counted.length > 0 && caps.minutesPerDay !== undefined && allMs >= caps.minutesPerDay * minute;
  const meter = { day, ms: allMs, spent: allSpent, running: counted };
  const exhausted = isOver ? 'minutes_exceeded' : isUnpaid ? 'spend_exceeded' : undefined;
  return exhausted === undefined ? { meter } : { meter, exhausted };
}

/** A call was answered now; its first minute is paid with the next `advance`. */
export function withCall(meter: Meter, id: string, perMinute: number, now: Instant): Meter {
  return { ...meter, running: [...meter.running, { id, countedTo: now, paidTo: now, perMinute }] };
}

/** A call is over; what it has used until now is to be counted before. */
export function withoutCall(meter: Meter, id: string): Meter {
  return { ...meter, running: meter.running.filter((call) => call.id !== id) };
}

/** When something may be exhausted next. */
export function lookAgain({ ms, running }: Meter, { minutesPerDay }: Caps, now: Instant): Instant | undefined {
  if (running.length === 0) return undefined;
  const paid = Math.min(...running.map(({ paidTo }) => paidTo));
  const left = minutesPerDay === undefined ? Infinity : (minutesPerDay * minute - ms) / running.length;
  return Math.min(paid, now + Math.ceil(Math.max(0, left)));
}

/** What a minute to this number costs: the longest prefix holds. Undefined: nobody has said it. */
export function priceOf(number: string, rates: readonly Rate[]): number | undefined {
  let found: Rate | undefined;
  for (const rate of rates)
    if (number.startsWith(rate.prefix) && (found === undefined || rate.prefix.length > found.prefix.length)) found = rate;
  return found?.perMinute;
}
