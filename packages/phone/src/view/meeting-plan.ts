/** What the form of a meeting is filled with, and what it says. */

const hour = 3_600_000;

/** The beginning of the next hour. */
export function nextHour(now: number): number {
  return Math.floor(now / hour) * hour + hour;
}

/** For a date field, in the reader's own time zone. */
export function dateOf(at: number): string {
  const date = new Date(at);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** For a time field. */
export function timeFieldOf(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** In milliseconds since the Unix epoch; a time that the clocks leave out is the one after it. */
export function instantOf(date: string, time: string): number {
  return new Date(`${date}T${time}`).getTime();
}

/** E-mail addresses as people write them one after the other. */
export function addressesIn(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((address) => address !== ''))];
}
