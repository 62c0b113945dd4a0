/** What those read who were invited by e-mail. */
import { meetingLimits } from '@offhook/core';
import type { Instant, MeetingEffect, StandingMeeting } from '@offhook/core';
import type { MeetingPlace, StoredMail } from '../ports/meetings.ts';
import { calendarEntry, mailto } from './calendar.ts';
import { byTelephone } from './dial-in.ts';

/** What they are written about. */
export type Occasion = Extract<MeetingEffect, { type: 'mail' }>;

export interface LetterOptions extends MeetingPlace {
  readonly id: string;
  readonly to: string;
  /** The address that the letter comes from. */
  readonly organizer: string;
  readonly now: Instant;
}

const openings: Readonly<Record<Occasion['what'], string>> = {
  invitation: 'Invitation',
  changed: 'Changed',
  cancelled: 'Cancelled',
  reminder: 'Reminder',
};

export function letter(occasion: Occasion, meeting: StandingMeeting, options: LetterOptions): StoredMail {
  const { id, to, now } = options;
  const calendar = calendarOf(occasion, meeting, options);
  return {
    id,
    to,
    subject: `${openings[occasion.what]}: ${meeting.plan.title ?? 'Meeting'}`,
    text: text(occasion.what, meeting, options),
    ...(calendar && { calendar }),
    madeAt: now,
  };
}

function calendarOf(
  { what, calendar: method }: Occasion,
  meeting: StandingMeeting,
  { to, link, dialIn, organizer, now }: LetterOptions,
): StoredMail['calendar'] {
  if (method === undefined) return undefined;
  // Calling it off is a change, too (RFC 5546 §3.2.5).
  const said = what === 'cancelled' ? { ...meeting, sequence: meeting.sequence + 1, changedAt: now } : meeting;
  return { method, content: calendarEntry(said, { link, dialIn, method, attendees: [to], organizer: mailto(organizer) }) };
}

function text(what: Occasion['what'], { plan, by }: StandingMeeting, { link, dialIn }: MeetingPlace): string {
  const title = plan.title ?? 'a meeting';
  const first = {
    invitation: by === undefined ? `You are invited to ${title}` : `${by.name} invites you to ${title}`,
    changed: `This has changed: ${title}`,
    cancelled: `This does not take place: ${title}`,
    reminder: `Soon: ${title}`,
  }[what];
  const lines = [first, '', ...when(plan)];
  if (what !== 'cancelled') {
    lines.push(`Join: ${link}`);
    if (plan.passcode !== undefined) lines.push(`Passcode: ${plan.passcode}`);
    lines.push(...byTelephone(dialIn));
  }
  return `${lines.join('\n')}\n`;
}

function when({ startsAt, durationMs = meetingLimits.durationMsUsual, zone = 'UTC' }: StandingMeeting['plan']): string[] {
  if (startsAt === undefined) return [];
  const clock = new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  });
  return [`When: ${clock.formatRange(startsAt, startsAt + durationMs)} (${zone})`];
}
