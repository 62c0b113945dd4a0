/** What the person who is signed in says of themselves and of others, and the choices there are. */
import { isNumber, isQuiet, quietUntil } from '@offhook/core';
import type {
  Address,
  Contact,
  Person,
  PersonPresence,
  PresenceState,
  Profile,
  QuietHours,
  Settings,
  Status,
} from '@offhook/core';
import { t } from '../texts/texts.ts';
import { inSentence } from './names.ts';
import { comingTime, day, daysBetween, timeOfDay } from './time.ts';

export interface OwnState {
  readonly profile: Profile;
  readonly contacts: readonly Contact[];
  readonly blocked: readonly Person[];
  /** Who says back what one says; undefined: nobody here does. */
  readonly echo?: Person | undefined;
}

const hourMs = 3_600_000;

/** For how long: what is offered, in minutes. */
export const spans = [30, 60, 240] as const;

/** One's own presence, as others see it while one is at the device. */
export function ownPresence(settings: Settings, isOnCall: boolean, now: number): PresenceState {
  if (isQuiet(settings, now)) return 'do_not_disturb';
  return isOnCall ? 'on_call' : 'online';
}

/** That nobody is to disturb one, and until when; undefined where there is no end, or nothing to end. */
export function quietUntilText(settings: Settings, now: number): string | undefined {
  const end = quietUntil(settings, now);
  return end === undefined ? undefined : t.people.quietUntil(comingTime(end, now));
}

/** From now to the next morning at eight, where one is. */
export function untilMorning(now: number): number {
  const morning = new Date(now);
  if (morning.getHours() >= 8) morning.setDate(morning.getDate() + 1);
  morning.setHours(8, 0, 0, 0);
  return Math.max(hourMs, morning.getTime() - now);
}

/** What is offered that lasts until then: `Until tomorrow, 8:00`. */
export function untilMorningText(now: number): string {
  const end = now + untilMorning(now);
  return (daysBetween(now, end) > 0 ? t.people.untilTomorrow : t.people.untilTime)(timeOfDay(end));
}

/** A status in one line; empty where there is none, or it is over. */
export function statusLine(status: Status | undefined, now: number): string {
  if (status === undefined || (status.until !== undefined && status.until <= now)) return '';
  return [status.emoji, status.text].filter((part) => part !== undefined && part !== '').join(' ');
}

/** What somebody does, and until when nobody is to disturb them; of who is not here, when they were last. */
export function doesText({ address, presence, quietUntil: end, seenAt }: PersonPresence, now: number): string {
  if (isNumber(address)) return t.general.telephone;
  if (presence === 'do_not_disturb' && end !== undefined && end > now) return t.people.quietUntil(comingTime(end, now));
  return presence === 'offline' && seenAt !== undefined ? seenText(seenAt, now) : t.general.presence[presence];
}

/** What stands under somebody's name: what they do, and what they say. */
export function underName(person: PersonPresence, now: number): string {
  const said = statusLine(person.status, now);
  return said === '' ? doesText(person, now) : `${doesText(person, now)} · ${inSentence(said)}`;
}

/** When somebody was last here: today to the minute, before that the day. */
function seenText(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days <= 0) return t.people.seen(timeOfDay(at));
  return days === 1 ? t.settings.lastHereYesterday : t.settings.lastHere(day(at, now));
}

export function starredOf({ contacts }: Pick<OwnState, 'contacts'>): ReadonlySet<Address> {
  return new Set(contacts.flatMap(({ address, starred }) => (starred ? address : [])));
}

/** Working days and nights of somebody who has said nothing yet. */
export function usualQuietHours(timeZone: string): QuietHours {
  return { timeZone, days: Array.from({ length: 7 }, () => ({ from: 22 * 60, to: 7 * 60 })) };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `07:05`, as fields of times have it. */
export function fieldTime(minutes: number): string {
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Minutes after midnight; undefined where the field is empty. */
export function minutesOf(field: string): number | undefined {
  const [hours, minutes] = field.split(':').map(Number);
  return hours === undefined || minutes === undefined || Number.isNaN(hours + minutes) ? undefined : hours * 60 + minutes;
}
