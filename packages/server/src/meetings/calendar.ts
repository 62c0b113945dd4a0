/**
 * A meeting as a calendar entry: iCalendar (RFC 5545), as it goes along with invitations (iTIP, RFC 5546). Times are UTC; calendars show
 * them in the zone of whoever looks. One meeting is one entry: its UID stays, and its SEQUENCE grows with each change.
 */
import { meetingLimits } from '@offhook/core';
import type { Instant, StandingMeeting } from '@offhook/core';
import type { MeetingPlace } from '../ports/meetings.ts';
import { byTelephone } from './dial-in.ts';

export interface CalendarOptions extends MeetingPlace {
  readonly method: 'REQUEST' | 'CANCEL' | 'PUBLISH';
  /** Addresses of e-mail. */
  readonly attendees: readonly string[];
  /** Whose it is, as a URI (§3.3.3): every method has to say so (RFC 5546 §3.2). */
  readonly organizer: string;
}

/** Octets of a line, without its end (§3.1). */
const lineOctets = 75;

export function calendarEntry(
  meeting: StandingMeeting,
  { link, dialIn, method, attendees, organizer }: CalendarOptions,
): string {
  const { id, plan, by, sequence, changedAt, madeAt } = meeting;
  const startsAt = plan.startsAt ?? madeAt;
  const title = plan.title ?? 'Meeting';
  const host = by?.name ?? 'Offhook';
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Offhook//Meetings//EN',
    `METHOD:${method}`,
    'BEGIN:VEVENT',
    `UID:${id}@offhook`,
    `SEQUENCE:${sequence}`,
    `DTSTAMP:${utc(changedAt)}`,
    `DTSTART:${utc(startsAt)}`,
    `DTEND:${utc(startsAt + (plan.durationMs ?? meetingLimits.durationMsUsual))}`,
    `SUMMARY:${escaped(title)}`,
    `DESCRIPTION:${escaped([`${host} invites you to this meeting: ${link}`, ...byTelephone(dialIn)].join('\n'))}`,
    `LOCATION:${escaped(link)}`,
    // A URI is no text, and nothing in it is escaped (§3.3.13).
    `URL:${uri(link)}`,
    `STATUS:${method === 'CANCEL' ? 'CANCELLED' : 'CONFIRMED'}`,
    `ORGANIZER;CN=${quoted(host)}:${uri(organizer)}`,
    ...attendees.map((email) => `ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:${mailto(email)}`),
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** RFC 6068 §2: what would end the address, or begin something else, is escaped; what addresses often hold is not. */
export function mailto(email: string): string {
  const [local = '', domain = ''] = email.split('@');
  return `mailto:${encodeURIComponent(local).replace(/%2B/g, '+')}@${domain}`;
}

/** §3.3.5, form 2. */
function utc(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** §3.3.11: a text on one line. Controls are taken out, whatever was let in. */
function escaped(text: string): string {
  return text
    .replace(/[\\;,]/g, String.raw`\$&`)
    .replace(/\r\n|\r|\n/g, String.raw`\n`)
    .replace(/\p{Cc}/gu, '');
}

/** §3.2: a parameter in quotation marks, in which there can be none. */
function quoted(text: string): string {
  return `"${text.replace(/["\p{Cc}]/gu, "'")}"`;
}

function uri(link: string): string {
  return new URL(link).href;
}

/** §3.1: continued lines begin with a space. No character is torn apart. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let octets = 0;
  let text = '';
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > lineOctets) {
      text += '\r\n ';
      octets = 1;
    }
    text += character;
    octets += size;
  }
  return text;
}
