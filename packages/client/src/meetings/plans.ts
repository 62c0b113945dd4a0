/** Meetings before one is in them: made, changed, called off; and who is invited. */
import type { Address, MeetingChange, MeetingId, MeetingInfo, MeetingPlan } from '@offhook/core';
import { openPhone } from '../phone.ts';
import type { Phone } from '../phone.ts';

/** Whom to invite. */
export interface Invitations {
  /** They get a letter with an entry for their calendar. */
  readonly emails?: readonly string[] | undefined;
  /** They find it among their meetings, and come in without waiting. */
  readonly users?: readonly Address[] | undefined;
  /** It rings at them now. */
  readonly ring?: readonly Address[] | undefined;
}

/**
 * Makes a meeting, for now or for a time. Rejects e.g. with `title_invalid`, `zone_invalid`, `time_invalid`, `mail_unavailable`,
 * `conversation_not_found`, `too_many_meetings`.
 */
export async function createMeeting(phone: Phone, plan: MeetingPlan = {}): Promise<MeetingInfo> {
  return (await openPhone(phone).connection.request('meeting_create', { plan })).meeting;
}

/** Those that one has made or was invited to and that are not over, the soonest first. */
export async function listMeetings(phone: Phone): Promise<readonly MeetingInfo[]> {
  return (await openPhone(phone).connection.request('meetings', {})).meetings;
}

/** Whether hosts who ask may invite by e-mail: the server sends it, and they have an account there. */
export async function mayInviteByEmail(phone: Phone): Promise<boolean> {
  return (await openPhone(phone).connection.request('meetings', {})).byEmail === true;
}

/** Changes what is named; `null` takes it away. For hosts. Those invited by e-mail are told where it concerns their calendar. */
export async function changeMeeting(phone: Phone, meeting: MeetingId, change: MeetingChange): Promise<MeetingInfo> {
  return (await openPhone(phone).connection.request('meeting_change', { meeting, change })).meeting;
}

/** Calls it off, also for those who are in it. For hosts. */
export async function cancelMeeting(phone: Phone, meeting: MeetingId): Promise<void> {
  await openPhone(phone).connection.request('meeting_cancel', { meeting });
}

/**
 * For hosts and for whoever is in it; by e-mail for hosts with an account alone. Resolves with whom it rings: not with those whom one may not
 * ring, or who are not to be rung. Rejects e.g. with `forbidden`, `user_not_found`, `mail_unavailable` and `bad_message` where an address is
 * none, `too_many_invited`, `rate_limited`; then nobody is invited.
 */
export async function inviteToMeeting(
  phone: Phone,
  meeting: MeetingId,
  { emails, users, ring }: Invitations,
): Promise<{ readonly meeting: MeetingInfo; readonly rung: readonly Address[] }> {
  return openPhone(phone).connection.request('meeting_invite', {
    meeting,
    ...(emails && { emails: [...emails] }),
    ...(users && { users: [...users] }),
    ...(ring && { ring: [...ring] }),
  });
}
