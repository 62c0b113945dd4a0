/** Times as people read them. */
import { t } from '../texts/texts.ts';
import { formats, timeFormat } from './formats.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The clock of a call: `0:07`, `12:31`, `1:02:07`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / second));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const { number, twoDigits } = formats();
  const first = h > 0 ? [number.format(h), twoDigits.format(m)] : [number.format(m)];
  return [...first, twoDigits.format(s)].join(':');
}

/** How long a call was: `45 s`, `4 min`, `1 h 2 min`. */
export function duration(ms: number): string {
  if (ms < minute) return t.general.seconds(Math.max(1, Math.round(ms / second)));
  const minutes = Math.round(ms / minute);
  if (minutes < 60) return t.general.minutes(minutes);
  const rest = minutes % 60;
  const hours = t.general.hours(Math.floor(minutes / 60));
  return rest === 0 ? hours : `${hours} ${t.general.minutes(rest)}`;
}

/** The time of day as the reader's own language writes it. */
export function timeOfDay(at: number, as?: string): string {
  return (as === undefined ? formats().time : timeFormat(as)).format(at);
}

/** When something will be: the time of day, with the day of the week where that could be mistaken for an earlier one. */
export function comingTime(at: number, now: number): string {
  const time = timeOfDay(at);
  return at - now < 20 * hour ? time : `${formats().weekday.format(at)}, ${time}`;
}

/** The day as a heading: `Today`, `Yesterday`, `Monday` within a week, `3 June`, `3 June 2024`. */
export function day(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days <= 0) return t.general.today;
  if (days === 1) return t.general.yesterday;
  if (days < 7) return formats().weekday.format(at);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? formats().dayOfYear : formats().anyDay).format(at);
}

/** How many midnights lie between. */
export function daysBetween(at: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(at)) / (24 * hour));
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
