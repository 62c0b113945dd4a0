/** Times as people read them. */
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The clock of a call: `0:07`, `12:31`, `1:02:07`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / second));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** How long a call was: `45 s`, `4 min`, `1 h 2 min`. */
export function duration(ms: number): string {
  if (ms < minute) return `${Math.max(1, Math.round(ms / second))} s`;
  const minutes = Math.round(ms / minute);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** The time of day as the reader's own language writes it. */
export function timeOfDay(at: number, locale?: string): string {
  return (locale === undefined ? ownTime : timeFormat(locale)).format(at);
}

function timeFormat(locale: string | undefined): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
}

// Made once: making one takes longer than a hundred uses, and a long conversation has many times.
const ownTime = timeFormat(undefined);
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });
const anyDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** The day as a heading: `Today`, `Yesterday`, `Monday` within a week, `3 June`, `3 June 2024`. */
export function day(at: number, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / (24 * hour));
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days < 7) return weekday.format(at);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? dayOfYear : anyDay).format(at);
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
