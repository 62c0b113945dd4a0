/** Sentences about meetings. */
import { m } from '../texts/meetings.ts';
import { t } from '../texts/texts.ts';
import { briefly, inSentence } from './names.ts';
import { formats } from './formats.ts';
import type { MeetingRow, MeetingState } from './meeting.ts';
import { daysBetween, duration, timeOfDay } from './time.ts';

/** What a meeting is called: by its own title, or by who has made it. */
export function meetingTitle({ title, hostName }: Pick<MeetingState, 'title' | 'hostName'>): string {
  if (title !== '') return title;
  return hostName === undefined ? m.untitled : m.meetingOf(inSentence(hostName));
}

/** With whom one is in it: two names at most. */
export function withWhom({ people }: Pick<MeetingState, 'people'>): string {
  const others = people.filter(({ isMe }) => !isMe);
  if (others.length === 0) return m.inAlone;
  const named = others.length > 3 ? others.slice(0, 2) : others;
  const names = named.map(({ name }) => briefly(name));
  return m.inWith(formats().list.format(others.length > 3 ? [...names, m.moreHere(others.length - 2)] : names));
}

/** When it is, and how long it is meant to last; undefined: at any time. */
export function whenOf({ startsAt, durationMs }: Pick<MeetingRow, 'startsAt' | 'durationMs'>, now: number): string | undefined {
  if (startsAt === undefined) return undefined;
  return `${dayAhead(startsAt, now)}, ${timesOf({ startsAt, durationMs })}`;
}

/** From when to when, or from when. */
export function timesOf({ startsAt = 0, durationMs }: Pick<MeetingRow, 'startsAt' | 'durationMs'>): string {
  const from = timeOfDay(startsAt);
  return durationMs === undefined ? from : m.fromTo(from, timeOfDay(startsAt + durationMs));
}

/** A day that is to come as a heading: `Today`, `Tomorrow`, `Monday` within a week, `3 June`. */
export function dayAhead(at: number, now: number): string {
  const days = daysBetween(now, at);
  if (days === 0) return t.general.today;
  if (days === 1) return m.tomorrow;
  const { weekday, dayOfYear, anyDay } = formats();
  if (days > 0 && days < 7) return weekday.format(at);
  return (new Date(at).getFullYear() === new Date(now).getFullYear() ? dayOfYear : anyDay).format(at);
}

export function lastedText(ms: number): string {
  return m.lasted(duration(ms));
}

/** What stands below the name of a meeting in the list. */
export function aboutRow({ isGoing, people, by, startsAt, durationMs }: MeetingRow): string {
  const first = isGoing ? m.goingWith(people) : startsAt === undefined ? m.anyTime : timesOf({ startsAt, durationMs });
  return by === undefined ? first : `${first} · ${m.by(inSentence(by))}`;
}

/** Those who were written to; many are only counted. */
export function addressesText(emails: readonly string[]): string {
  return emails.length > 3 ? m.addresses(emails.length) : formats().list.format(emails);
}

/** How long a meeting is meant to last: `45 min`, `1 hour`, `1.5 hours`. */
export function lastsText(ms: number): string {
  const minutes = ms / 60_000;
  return minutes < 60 || minutes % 30 !== 0 ? m.minutes(minutes) : m.hours(minutes / 60);
}
