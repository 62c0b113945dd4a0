/** Numbers, times and lists as the language in use writes them. */
import { locale, t } from '../texts/texts.ts';

interface Formats {
  readonly number: Intl.NumberFormat;
  readonly twoDigits: Intl.NumberFormat;
  readonly percent: Intl.NumberFormat;
  readonly kilobytes: Intl.NumberFormat;
  readonly megabytes: Intl.NumberFormat;
  readonly list: Intl.ListFormat;
  readonly time: Intl.DateTimeFormat;
  readonly weekday: Intl.DateTimeFormat;
  readonly dayOfYear: Intl.DateTimeFormat;
  readonly anyDay: Intl.DateTimeFormat;
}

let made: { readonly locale: string; readonly formats: Formats } | undefined;

/** Made once for a language: making one takes longer than a hundred uses, and a long conversation has many times. */
export function formats(): Formats {
  const current = locale();
  if (made?.locale !== current) made = { locale: current, formats: makeFormats(current) };
  return made.formats;
}

/** A part of 1, as `40%`. */
export function percent(part: number): string {
  return formats().percent.format(part);
}

/** How many, as far as a badge has room for it: `7`, `99+`. */
export function countText(count: number): string {
  const { number } = formats();
  return count > 99 ? t.general.moreThan(number.format(99)) : number.format(count);
}

export function timeFormat(as: string | undefined): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(as, { hour: 'numeric', minute: '2-digit' });
}

function makeFormats(current: string): Formats {
  const size = { style: 'unit', unitDisplay: 'short' } as const;
  return {
    number: new Intl.NumberFormat(current),
    twoDigits: new Intl.NumberFormat(current, { minimumIntegerDigits: 2 }),
    percent: new Intl.NumberFormat(current, { style: 'percent' }),
    kilobytes: new Intl.NumberFormat(current, { ...size, unit: 'kilobyte', maximumFractionDigits: 0 }),
    megabytes: new Intl.NumberFormat(current, {
      ...size,
      unit: 'megabyte',
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    }),
    list: new Intl.ListFormat(current),
    time: timeFormat(ownClock(current)),
    weekday: new Intl.DateTimeFormat(current, { weekday: 'long' }),
    dayOfYear: new Intl.DateTimeFormat(current, { day: 'numeric', month: 'long' }),
    anyDay: new Intl.DateTimeFormat(current, { day: 'numeric', month: 'long', year: 'numeric' }),
  };
}

/** Whoever reads the browser's own language has its clock, of 12 or 24 hours; undefined is the browser's. */
function ownClock(current: string): string | undefined {
  const own = new Intl.DateTimeFormat().resolvedOptions().locale;
  return own.split('-')[0] === current.split('-')[0] ? undefined : current;
}

/** The days of the week from Monday, in the language in use. */
export function weekdays(): readonly string[] {
  const format = new Intl.DateTimeFormat(locale(), { weekday: 'long', timeZone: 'UTC' });
  // 1970-01-05 was a Monday.
  return Array.from({ length: 7 }, (_, at) => format.format((at + 4) * 86_400_000));
}
