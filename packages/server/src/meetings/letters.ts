/** What those read who were invited by e-mail. */
import { meetingLimits } from '@offhook/core';
import type { Instant, StandingMeeting } from '@offhook/core';
import type { StoredMail } from '../ports/meetings.ts';
import { calendarEntry } from './calendar.ts';

export type Occasion = 'request' | 'cancel' | 'reminder';

export interface LetterOptions {
  readonly id: string;
  readonly to: string;
  readonly link: string;
  /** The address that the letter comes from. */
  readonly organizer: string;
  readonly now: Instant;
}

export function letter(what: Occasion, meeting: StandingMeeting, options: LetterOptions): StoredMail {
  const { id, to, now } = options;
  const { plan, sequence } = meeting;
  const title = plan.title ?? 'Meeting';
  const calendar = calendarOf(what, meeting, options);
  return {
    id,
    to,
    subject: `${opening(what, sequence)}: ${title}`,
    text: text(what, meeting, options.link),
    ...(calendar && { calendar }),
    madeAt: now,
  };
}

function opening(what: Occasion, sequence: number): string {
  switch (what) {
    case 'request':
      return sequence === 0 ? 'Invitation' : 'Changed';
    case 'cancel':
      return 'Cancelled';
    case 'reminder':
      return 'Reminder';
  }
}

/** One without a time stands in no calendar; one that has lost its time no longer. */
function calendarOf(
  what: Occasion,
  meeting: StandingMeeting,
  { to, link, organizer, now }: LetterOptions,
): StoredMail['calendar'] {
  const { plan, sequence } = meeting;
  if (what === 'reminder' || (plan.startsAt === undefined && sequence === 0)) return undefined;
  const method = what === 'cancel' || plan.startsAt === undefined ? 'CANCEL' : 'REQUEST';
  // Calling it off is a change, too (RFC 5546 §3.2.5).
  const said = what === 'cancel' ? { ...meeting, sequence: sequence + 1, changedAt: now } : meeting;
  return { method, content: calendarEntry(said, { link, method, attendees: [to], organizer }) };
}

function text(what: Occasion, { plan, by }: StandingMeeting, link: string): string {
  const title = plan.title ?? 'a meeting';
  const host = by?.name;
  const whose = host === undefined ? 'You are invited to' : `${host} invites you to`;
  const first =
    what === 'cancel' ? `This does not take place: ${title}` : what === 'reminder' ? `Soon: ${title}` : `${whose} ${title}`;
  const lines = [first, '', ...when(plan)];
  if (what !== 'cancel') {
    lines.push(`Join: ${link}`);
    if (plan.passcode !== undefined) lines.push(`Passcode: ${plan.passcode}`);
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
