/** A meeting as those see it who may, with where it is to be found. */
import { attendeesFor, meetingView } from '@offhook/core';
import type {
  Address,
  Attendee,
  Instant,
  MeetingId,
  MeetingInfo,
  MeetingLook,
  MeetingNews,
  ParticipantId,
  StandingMeeting,
} from '@offhook/core';
import type { OutboxEntry } from '../ports/events.ts';
import { numberName } from '../ports/number-name.ts';
import type { Hash } from '../ports.ts';

export interface MeetingViewsDeps {
  readonly hash: Hash;
  /** Where browsers reach this server; known once it listens. */
  readonly publicUrl: () => string;
  /** The numbers by which telephones reach this meeting. */
  readonly numbers: (meeting: MeetingId) => readonly string[];
}

export class MeetingViews {
  readonly #deps: MeetingViewsDeps;

  constructor(deps: MeetingViewsDeps) {
    this.#deps = deps;
  }

  /** Behind the # nothing of it comes into the logs of proxies. */
  link({ id }: StandingMeeting): string {
    return `${this.#deps.publicUrl()}/#meeting=${id}`;
  }

  /** As this user sees it; undefined stands for a program. */
  info(meeting: StandingMeeting, user: Address | undefined): MeetingInfo {
    const where = { link: this.link(meeting), calendarUrl: this.#calendarUrl(meeting) };
    return { ...meetingView(meeting, user), ...where, ...this.#dialIn(meeting) };
  }

  look(meeting: StandingMeeting): MeetingLook {
    const { title, startsAt, durationMs, zone, passcode, lobby } = meeting.plan;
    return {
      meeting: meeting.id,
      ...(title !== undefined && { title }),
      ...(startsAt !== undefined && { startsAt }),
      ...(durationMs !== undefined && { durationMs }),
      ...(zone !== undefined && { zone }),
      ...(meeting.by !== undefined && { hostName: meeting.by.name }),
      hasPasscode: passcode !== undefined,
      lobby,
      ...this.#dialIn(meeting),
      calendarUrl: this.#calendarUrl(meeting),
    };
  }

  /** Whoever has the link has this, too: neither lets anybody in who has to say a passcode or to wait. */
  #dialIn({ id, pin }: StandingMeeting): Pick<MeetingInfo, 'dialIn'> {
    const numbers = this.#deps.numbers(id);
    return pin === undefined || numbers.length === 0
      ? {}
      : { dialIn: { pin, numbers: numbers.map((number) => ({ number, name: numberName(number) })) } };
  }

  /** What this attendee has to know. */
  inside(meeting: StandingMeeting, { id, person, place }: Attendee): Inside {
    const seen = { meeting: this.info(meeting, person.address), participant: id };
    if (place === 'waiting') return { ...seen, attendees: [] };
    return {
      ...seen,
      attendees: attendeesFor(meeting, person.address),
      ...(meeting.session !== undefined && { session: meeting.session }),
      token: this.token(id),
      conversation: this.conversation(meeting),
    };
  }

  /** Only this server can make it; the store keeps its digest. */
  token(participant: ParticipantId): string {
    return this.#deps.hash.sign(JSON.stringify(['token of attendee', participant]));
  }

  /** Not to be guessed either: nobody makes it before the meeting does. */
  conversation({ id }: Pick<StandingMeeting, 'id'>): string {
    return this.#deps.hash.sign(JSON.stringify(['conversation of meeting', id])).slice(0, 32);
  }

  #calendarUrl({ id }: StandingMeeting): string {
    return `${this.#deps.publicUrl()}/v1/meetings/${id}/invitation.ics`;
  }
}

interface Inside {
  readonly meeting: MeetingInfo;
  readonly participant: ParticipantId;
  readonly attendees: ReturnType<typeof attendeesFor>;
  readonly session?: string;
  readonly token?: string;
  readonly conversation?: string;
}

/** The webhook for it. In order per meeting. Passcodes and addresses of e-mail stay here; who is invited comes where that may be new. */
export function meetingAnnouncement(
  event: MeetingNews,
  info: MeetingInfo,
  attendee: Attendee | undefined,
  at: Instant,
): OutboxEntry {
  const { passcode: _passcode, dialIn: _dialIn, isHost: _isHost, emails: _emails, users, ...meeting } = info;
  const isPlanned = event === 'meeting.created' || event === 'meeting.changed';
  const who = attendee && { participant: attendee.id, user: attendee.person, guest: attendee.guest };
  return {
    event,
    about: meeting.meeting,
    at,
    body: JSON.stringify({
      type: event,
      timestamp: new Date(at).toISOString(),
      data: { ...meeting, ...(isPlanned && { users }), ...who },
    }),
  };
}
