/**
 * When somebody is not to be disturbed: because they said so, until they said; and in their quiet hours, which are times of day where
 * they live. Offsets of a time zone are asked of `Intl` (ECMA-402), so that summer time and its changes are those of the tz database.
 *
 *      2026-03-29 Europe/Berlin          01:59 ─► 03:00   a time of day that is not there begins with the one after it
 *      2026-10-25 Europe/Berlin  02:59 ─► 02:00 ─► 02:59  one that is there twice counts twice
 */
import type { Instant } from '../machine.ts';
import type { QuietHours, Settings } from '../protocol/people.ts';

const minuteMs = 60_000;
const dayMinutes = 1440;
const dayMs = dayMinutes * minuteMs;
/** Further ahead nobody looks: quiet hours come again within a week. */
const lookAheadMs = 8 * dayMs;

/** What decides it. */
export type QuietSettings = Pick<Settings, 'doNotDisturb' | 'doNotDisturbUntil' | 'quietHours'>;

/** Whether calls are refused instead of ringing at this moment. */
export function isQuiet(settings: QuietSettings, now: Instant): boolean {
  const hours = settings.quietHours ?? undefined;
  return (
    (settings.doNotDisturb && now < (settings.doNotDisturbUntil ?? Infinity)) || (hours !== undefined && isWithin(hours, now))
  );
}

/** When that may be different; undefined when it stays as it is, whatever time it is. */
export function nextQuietChange(settings: QuietSettings, now: Instant): Instant | undefined {
  const hours = settings.quietHours ?? undefined;
  const end = settings.doNotDisturb ? (settings.doNotDisturbUntil ?? Infinity) : Infinity;
  const boundary = (hours && nextBoundary(hours, now)) ?? Infinity;
  const next = Math.min(end > now ? end : Infinity, boundary);
  return next === Infinity ? undefined : next;
}

/** When somebody may be disturbed again; undefined where there is no end, or nothing to end. */
export function quietUntil(settings: QuietSettings, now: Instant): Instant | undefined {
  if (!isQuiet(settings, now)) return undefined;
  const said = settings.doNotDisturb ? (settings.doNotDisturbUntil ?? Infinity) : now;
  if (said === Infinity) return undefined;
  const end = Math.max(said, now);
  const hours = settings.quietHours ?? undefined;
  // What ends within the quiet hours goes on until they do.
  return hours !== undefined && isWithin(hours, end) ? nextBoundary(hours, end) : end;
}

/** Whether the tz database knows it. */
export function isTimeZone(zone: string): boolean {
  try {
    return clockOf(zone) !== undefined;
  } catch {
    return false;
  }
}

/** A moment, as the clock on the wall there shows it. */
export interface WallTime {
  /** 0 is Monday. */
  readonly day: number;
  /** Of the day. */
  readonly minute: number;
  /** Which of all days, since that of the Unix epoch. */
  readonly date: number;
}

function isWithin(hours: QuietHours, now: Instant): boolean {
  const { day, minute } = wallTime(hours.timeZone, now);
  const today = hours.days[day] ?? undefined;
  const before = hours.days[(day + 6) % 7] ?? undefined;
  const isToday = today !== undefined && minute >= today.from && (today.from >= today.to || minute < today.to);
  // Those that end at an hour not later than they begin go on after midnight.
  return isToday || (before !== undefined && before.from >= before.to && minute < before.to);
}

/**
 * The next moment at which a time begins or ends. Offsets change by whole minutes and seldom, so the wall is looked at where the offset
 * of now would put each time, and again where it turns out to be another one.
 */
function nextBoundary(hours: QuietHours, now: Instant): Instant | undefined {
  const is = isWithin(hours, now);
  const start = Math.floor(now / minuteMs) * minuteMs;
  let first: Instant | undefined;
  for (const at of candidates(hours, start)) {
    if (at <= now || at > now + lookAheadMs || (first !== undefined && at >= first)) continue;
    if (isWithin(hours, at) !== is) first = at;
  }
  return first;
}

/** Wherever the wall may show a time of these hours, and where its offset changes. */
function* candidates({ timeZone, days }: QuietHours, start: Instant): Iterable<Instant> {
  const minutes = [...new Set(days.flatMap((times) => (times === null ? [] : [times.from, times.to])))];
  for (let day = -1; day <= 8; day += 1) {
    const noon = start + day * dayMs;
    const offsets = new Set([offsetAt(timeZone, noon - dayMs / 2), offsetAt(timeZone, noon + dayMs / 2)]);
    const [one = 0, other = one] = offsets;
    if (one !== other) yield changeBetween(timeZone, noon - dayMs / 2, noon + dayMs / 2);
    for (const offset of offsets) {
      const midnight = Math.floor((noon + offset) / dayMs) * dayMs - offset;
      for (const minute of minutes) yield midnight + minute * minuteMs;
    }
  }
}

/** The first minute with the offset that holds at `after`. */
function changeBetween(timeZone: string, before: Instant, after: Instant): Instant {
  const offset = offsetAt(timeZone, before);
  let [low, high] = [Math.floor(before / minuteMs), Math.ceil(after / minuteMs)];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (offsetAt(timeZone, middle * minuteMs) === offset) low = middle;
    else high = middle;
  }
  return high * minuteMs;
}

export function wallTime(timeZone: string, at: Instant): WallTime {
  const local = at + offsetAt(timeZone, at);
  // The Unix epoch began on a Thursday.
  const date = Math.floor(local / dayMs);
  return { day: (date + 3) % 7, minute: Math.floor((local % dayMs) / minuteMs), date };
}

/** How far the wall is ahead of UTC. */
function offsetAt(timeZone: string, at: Instant): number {
  const whole = Math.floor(at / minuteMs) * minuteMs;
  const last = lastOffsets.get(timeZone);
  if (last?.minute === whole) return last.offset;
  const offset = offsetIn(timeZone, whole);
  lastOffsets.set(timeZone, { minute: whole, offset });
  return offset;
}

/** Of the minute that was asked for last: every call asks for the present one, and `Intl` takes as long as reading an INVITE. */
const lastOffsets = new Map<string, { readonly minute: Instant; readonly offset: number }>();

function offsetIn(timeZone: string, whole: Instant): number {
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((one) => one.type === type)?.value);
  const parts = clockOf(timeZone).formatToParts(whole);
  const days = daysSinceEpoch(part('year'), part('month'), part('day'));
  return days * dayMs + (part('hour') * 60 + part('minute')) * minuteMs - whole;
}

/** Of the Gregorian calendar. Years are counted from March, so that the day which comes every four years is their last. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const inMarchYears = month > 2 ? year : year - 1;
  const leapDays = Math.floor(inMarchYears / 4) - Math.floor(inMarchYears / 100) + Math.floor(inMarchYears / 400);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return inMarchYears * 365 + leapDays + dayOfYear - daysBeforeEpoch;
}

/** From the first of March of the year 0 to the Unix epoch. */
const daysBeforeEpoch = 719_468;

/** Making one takes a thousand times as long as asking it. There are no more than the tz database has zones. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    clocks.set(timeZone, clock);
  }
  return clock;
}
