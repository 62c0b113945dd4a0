import type { Cause } from '../call/causes.ts';
import type { MeetingAttendee, MeetingInfo } from '../protocol/meetings.ts';
import type { Address } from '../protocol/signaling.ts';
import type { Instant } from '../machine.ts';
import type { Attendee, Standing } from './types.ts';

/** Somebody in a meeting, as the others see them. */
export function attendeeView(
  { hosts, standIn }: Pick<Standing, 'hosts' | 'standIn'>,
  { id, person, guest, phone, place, hand }: Attendee,
  cause?: Cause,
): MeetingAttendee {
  return {
    participant: id,
    user: person,
    guest,
    ...(phone && { phone }),
    host: hosts.includes(person.address),
    place,
    ...(standIn === person.address && place === 'in' && { standsIn: true as const }),
    ...(hand !== undefined && { hand }),
    ...(cause !== undefined && { cause }),
  };
}

/** Those whom this user may see: who is in it or is called, and for those who lead it, who waits; undefined stands for a program. */
export function attendeesFor(state: Standing, user: Address | undefined): MeetingAttendee[] {
  const seesAll = user === undefined || state.hosts.includes(user) || state.standIn === user;
  return Object.values(state.attendees)
    .filter(({ place }) => place !== 'waiting' || seesAll)
    .map((attendee) => attendeeView(state, attendee));
}

/** A meeting as this user may see it; undefined stands for a program, which sees everything. Where it is to be found is said by others. */
export function meetingView(state: Standing, user: Address | undefined): Omit<MeetingInfo, 'link' | 'calendarUrl' | 'dialIn'> {
  const { passcode, ...plan } = state.plan;
  const isHost = user !== undefined && state.hosts.includes(user);
  const seesAll = user === undefined || isHost;
  return {
    meeting: state.id,
    ...plan,
    ...(state.by !== undefined && { by: state.by }),
    hasPasscode: passcode !== undefined,
    locked: state.locked,
    people: Object.values(state.attendees).filter(({ here }) => here).length,
    isHost,
    ...(user !== undefined && state.standIn === user && { standsIn: true as const }),
    ...(user === undefined && state.session !== undefined && { session: state.session }),
    ...(seesAll && {
      ...(passcode !== undefined && { passcode }),
      emails: [...state.emails],
      users: [...state.users],
    }),
  };
}

/** When it takes place; those without a time are for now. */
export function meetingStart({ plan, madeAt }: Standing): Instant {
  return plan.startsAt ?? madeAt;
}
