/** The pieces that every decision of a meeting is made of. */
import type { From } from '../call/types.ts';
import type { ErrorCode } from '../errors.ts';
import { meetingLimits } from '../meeting-limits.ts';
import type { Step } from '../machine.ts';
import type { MeetingCause, MeetingId } from '../protocol/meetings.ts';
import type { Address } from '../protocol/signaling.ts';
import type { Attendee, MeetingEffect, MeetingNews, MeetingState, PageOf, SessionAsk, Standing } from './types.ts';
import { attendeeView } from './view.ts';

export type Outcome = Step<MeetingState, MeetingEffect>;

export interface Changed {
  readonly state: Standing;
  readonly effects: readonly MeetingEffect[];
}

/** An input that changes nothing and that nobody waits for. */
export function ignored(state: MeetingState): Outcome {
  return { state, effects: [] };
}

export function refused(state: MeetingState, code: ErrorCode): Outcome {
  return { state, effects: [{ type: 'refuse', code }] };
}

/** What was asked for is the case. */
export function answered<State extends MeetingState>(
  state: State,
  ...effects: readonly MeetingEffect[]
): Step<State, MeetingEffect> {
  return { state, effects: [{ type: 'reply', ok: 'nothing' }, ...effects] };
}

export function announce(event: MeetingNews, attendee?: Attendee): MeetingEffect {
  return attendee === undefined ? { type: 'announce', event } : { type: 'announce', event, attendee };
}

export function all(state: Standing): Attendee[] {
  return Object.values(state.attendees);
}

/** Those who were let in. */
export function inside(state: Standing): Attendee[] {
  return all(state).filter(({ place }) => place === 'in');
}

export function waiting(state: Standing): Attendee[] {
  return all(state).filter(({ place }) => place === 'waiting');
}

export function isHost({ hosts }: Standing, user: Address): boolean {
  return hosts.includes(user);
}

/** Programs may do everything. */
export function mayHost(state: Standing, by: From | undefined): boolean {
  return by === undefined || isHost(state, by.person.address);
}

/** Hosts, and whoever stands in for them: leads those who are in it. */
export function leads(state: Standing, user: Address): boolean {
  return isHost(state, user) || state.standIn === user;
}

/** Whether somebody is in it who may let others in. */
export function isLed(state: Standing): boolean {
  return inside(state).some(({ person }) => leads(state, person.address));
}

export function pageOf({ person, connection }: Attendee): PageOf {
  return { user: person.address, connection };
}

export function withAttendee(state: Standing, attendee: Attendee): Standing {
  return { ...state, attendees: { ...state.attendees, [attendee.id]: attendee } };
}

/** Among so many that are remembered the oldest are forgotten. */
export function remembered(known: readonly Address[], ...more: readonly Address[]): readonly Address[] {
  const added = more.filter((user) => !known.includes(user));
  return added.length === 0 ? known : [...known, ...new Set(added)].slice(-meetingLimits.rememberedMost);
}

/** By which a session is known to be one of a meeting. */
export function tagOf(meeting: MeetingId): string {
  return `meeting ${meeting}`;
}

export function ask(state: Standing, what: SessionAsk): MeetingEffect[] {
  return state.session === undefined ? [] : [{ type: 'session', session: state.session, ask: what }];
}

type AttendeeChange = 'joined' | 'left' | 'changed';

/** Tells of somebody: all who are in it; of those who wait, those who lead it. */
export function tell(state: Standing, attendee: Attendee, change: AttendeeChange): MeetingEffect[] {
  return inside(state)
    .filter((one) => attendee.place !== 'waiting' || leads(state, one.person.address))
    .map((one) => told(state, one, attendee, change));
}

/** Tells one of somebody. */
export function told(state: Standing, to: Attendee, attendee: Attendee, change: AttendeeChange): MeetingEffect {
  const event = { type: 'meeting_attendee', meeting: state.id, change, attendee: attendeeView(state, attendee) } as const;
  return { type: 'send', to: pageOf(to), event };
}

/** Tells everybody in it, and in its lobby, what it is like now. */
export function show(state: Standing): MeetingEffect[] {
  return all(state).map((one) => ({ type: 'show', to: pageOf(one) }));
}

export function over(attendee: Attendee, { id }: MeetingState, cause: MeetingCause): MeetingEffect {
  return { type: 'send', to: pageOf(attendee), event: { type: 'meeting_over', meeting: id, cause } };
}

/** What is the same, asked of the session and of what is said, when somebody goes, whyever. */
export function released(state: Standing, { id, place, person, phone }: Attendee): MeetingEffect[] {
  if (place !== 'in') return [];
  const isElsewhere = inside(state).some((other) => other.person.address === person.address);
  return [
    ...ask(state, { type: 'remove', participant: id }),
    { type: 'token', participant: id, is: false },
    ...(isElsewhere || phone ? [] : [{ type: 'chat', joined: [], left: [person] } as const]),
  ];
}

/** The conversation that it belongs to shows it. */
export function entry(state: Standing, over: boolean): MeetingEffect[] {
  const { conversation } = state.plan;
  return conversation === undefined || state.by === undefined ? [] : [{ type: 'entry', conversation, from: state.by, over }];
}
