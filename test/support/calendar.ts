/** Letters with an entry for the calendar, read as a calendar reads them (RFC 5545, RFC 5546). */
import ICAL from 'ical.js';
import type { Received } from './mail.ts';

export interface Entry {
  readonly method: string;
  readonly uid: string;
  readonly sequence: number;
  /** In milliseconds since the Unix epoch. */
  readonly starts: number;
  readonly ends: number;
  readonly summary: string;
  readonly status: string;
  readonly organizer: string;
  readonly attendees: readonly string[];
}

/** What a calendar makes of a letter. */
export function calendar({ mail: { attachments } }: Received): Entry {
  const found = attachments.find(({ mimeType }) => mimeType === 'text/calendar' || mimeType === 'application/ics');
  const content = found?.content;
  if (content === undefined) throw new Error('there is no calendar entry');
  return readCalendar(typeof content === 'string' ? content : new TextDecoder().decode(content));
}

export function readCalendar(text: string): Entry {
  const all = new ICAL.Component(ICAL.parse(text) as unknown[]);
  const [component, ...more] = all.getAllSubcomponents('vevent');
  if (component === undefined || more.length > 0) throw new Error('there is not one event');
  const event = new ICAL.Event(component);
  return {
    method: String(all.getFirstPropertyValue('method')),
    uid: event.uid,
    sequence: event.sequence,
    starts: event.startDate.toJSDate().getTime(),
    ends: event.endDate.toJSDate().getTime(),
    summary: event.summary,
    status: String(component.getFirstPropertyValue('status')),
    organizer: String(component.getFirstPropertyValue('organizer')),
    attendees: component.getAllProperties('attendee').map((one) => String(one.getFirstValue())),
  };
}
