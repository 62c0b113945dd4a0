/**
 * Where a call to a number leads at a moment: by the first rule whose time it is where the number is at home, otherwise as always. The wall
 * shows the time, so that days on which clocks are changed have an hour less or more (see `../user/quiet.ts`).
 */
import type { Instant } from '../machine.ts';
import type { NumberLead, NumberSetting, NumberTimes } from '../protocol/numbers.ts';
import { daysSinceEpoch, wallTime } from '../user/quiet.ts';
import type { WallTime } from '../user/quiet.ts';

export function leadAt({ lead, rules = [], zone = 'UTC' }: NumberSetting, now: Instant): NumberLead {
  const today = wallTime(zone, now);
  const yesterday = dayBefore(today);
  return rules.find(({ when }) => holds(when, today, yesterday))?.lead ?? lead;
}

/** Of the calendar. */
type Day = Pick<WallTime, 'day' | 'date'>;

function holds(when: NumberTimes, today: WallTime, yesterday: Day): boolean {
  const from = minuteOf(when.from) ?? 0;
  const to = minuteOf(when.to) ?? dayMinutes;
  const { minute } = today;
  // What ends not later than it begins goes on after midnight, of the day on which it has begun.
  if (from < to) return isDay(when, today) && minute >= from && minute < to;
  return (isDay(when, today) && minute >= from) || (isDay(when, yesterday) && minute < to);
}

function isDay({ weekdays, dates }: NumberTimes, { day, date }: Day): boolean {
  if (weekdays !== undefined && !weekdays.includes(day + 1)) return false;
  return dates === undefined || dates.some(({ from, to = from }) => date >= dateOf(from) && date <= dateOf(to));
}

function dayBefore({ day, date }: Day): Day {
  return { day: (day + 6) % 7, date: date - 1 };
}

function minuteOf(clock: string | undefined): number | undefined {
  if (clock === undefined) return undefined;
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

/** `2026-11-30` */
function dateOf(day: string): number {
  const [year = 0, month = 0, ofMonth = 0] = day.split('-').map(Number);
  return daysSinceEpoch(year, month, ofMonth);
}

const dayMinutes = 1440;
