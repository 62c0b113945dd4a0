/**
 * What is said about meetings: a link, and perhaps a time, that open a session. Who enters one waits in its lobby or is let in, and then
 * joins the session of the meeting with the token that comes along. Browser code imports only the types.
 */
import { z } from 'zod';
import { causes } from '../call/causes.ts';
import type { Cause } from '../call/causes.ts';
import { meetingLimits } from '../meeting-limits.ts';
import { ConversationId } from './conversations.ts';
import { ParticipantId, SessionId } from './sessions.ts';
import { Address, CallId, event, Person, request, text } from './shared.ts';

// ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const MeetingId = z
  .string()
  .regex(/^[\w-]{16,64}$/)
  .describe('A meeting, by what stands in its link: given by the server, not to be guessed.');
const Title = text(meetingLimits.titleLength * 2).describe('One line of at most `titleLength` characters.');
const At = z.number().describe('Milliseconds since the Unix epoch.');
const StartsAt = z.int().min(0).max(meetingLimits.startsAtMost).describe('Milliseconds since the Unix epoch.');
const DurationMs = z.int().min(meetingLimits.durationMsLeast).max(meetingLimits.durationMsMost);
const Zone = text(meetingLimits.zoneLength).describe('A time zone by its name (IANA), in which its time is shown.');
const Passcode = z
  .string()
  .min(meetingLimits.passcodeLeast)
  .max(meetingLimits.passcodeMost)
  .regex(/^[!-~]+$/)
  .describe('What has to be said by those who have only the link. Letters, digits and signs of ASCII.');
export const Lobby = z
  .enum(['off', 'guests', 'all'])
  .describe('Who waits until a host lets them in: nobody, those without an account here, or all who were not invited.');
const RemindMs = z
  .int()
  .min(0)
  .max(meetingLimits.remindMsMost)
  .describe('How long before its time those who were invited are reminded of it; 0: not at all.');
/** As HTML says which addresses are valid (WHATWG HTML §4.10.5.1.5): nothing in it can end a line, or mean something in a header. */
export const Email = z
  .string()
  .max(meetingLimits.emailLength)
  .regex(/^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\da-z]([\da-z-]{0,61}[\da-z])?(\.[\da-z]([\da-z-]{0,61}[\da-z])?)*$/i)
  .describe('An e-mail address.');
const Emails = z.array(Email).max(meetingLimits.invitedMost).describe('Who is invited by e-mail.');
const Users = z.array(Address).max(meetingLimits.invitedMost).describe('Which users are invited.');

export const DialIn = z
  .object({
    pin: z.string().describe('Digits, to be keyed once the call is answered, with # behind them.'),
    numbers: z
      .array(z.object({ number: z.string().describe('As E.164 writes it.'), name: z.string().describe('As people write it.') }))
      .min(1),
  })
  .describe('How it is reached by telephone; absent where no number leads there.');

const planned = {
  title: Title.optional(),
  startsAt: StartsAt.optional(),
  durationMs: DurationMs.optional(),
  zone: Zone.optional(),
  lobby: Lobby,
  remindMs: RemindMs,
  conversation: ConversationId.optional().describe('Its members come in without waiting, and see an entry of it.'),
};

export const MeetingPlan = z
  .strictObject({
    ...planned,
    lobby: Lobby.optional(),
    remindMs: RemindMs.optional(),
    passcode: Passcode.optional(),
    emails: Emails.optional(),
    users: Users.optional(),
  })
  .describe('What is said of a meeting that is to be made. Without a time it is for now.');

export const MeetingChange = z
  .strictObject({
    title: Title.nullable().optional(),
    startsAt: StartsAt.nullable().optional(),
    durationMs: DurationMs.nullable().optional(),
    zone: Zone.nullable().optional(),
    passcode: Passcode.nullable().optional(),
    lobby: Lobby.optional(),
    remindMs: RemindMs.optional(),
  })
  .describe('What is otherwise from now on; `null`: it has none any more.');

export const Meeting = z
  .object({
    meeting: MeetingId,
    link: z.string().describe('Whoever has it may come; for those who were invited.'),
    calendarUrl: z.string().describe('The meeting as a calendar entry (RFC 5545).'),
    ...planned,
    by: Person.optional().describe('Who has made it; nobody, where a program has.'),
    hasPasscode: z.boolean(),
    locked: z.boolean().describe('Nobody comes in who is not there.'),
    dialIn: DialIn.optional(),
    people: z.int().min(0).describe('How many are in it at the moment.'),
    isHost: z.boolean().describe('You are.'),
    standsIn: z
      .literal(true)
      .optional()
      .describe('No host is in it, and you lead it meanwhile: `meeting_act`, but for `host` and `end`.'),
    session: SessionId.optional().describe('For programs: in which those meet who are in it, if anybody is.'),
    passcode: z.string().optional().describe('For hosts.'),
    emails: z.array(z.string()).optional().describe('For hosts: who was invited by e-mail.'),
    users: z.array(Person).optional().describe('For hosts: which users were invited.'),
  })
  .describe('A meeting as somebody sees it who may.');

export const MeetingAttendee = z
  .object({
    participant: ParticipantId.describe('The same as in the session.'),
    user: Person,
    guest: z.boolean().describe('Without an account here.'),
    phone: z.literal(true).optional().describe('By telephone: with a number, and without a page.'),
    host: z.boolean(),
    standsIn: z.literal(true).optional().describe('Leads it while no host is in it.'),
    place: z
      .enum(['ringing', 'waiting', 'in'])
      .describe('`ringing`: a telephone that the meeting calls. `waiting`: in the lobby, of whom only those hear who lead it.'),
    hand: At.optional().describe('Since when their hand is raised.'),
    cause: z
      .enum(Object.keys(causes) as [Cause, ...Cause[]])
      .optional()
      .describe('Of a telephone that has not come, as it has left: why.'),
  })
  .describe('Somebody in a meeting, or in its lobby.');

/** What whoever is in a meeting has to know of it. */
const inside = {
  meeting: Meeting,
  participant: ParticipantId.describe('You.'),
  attendees: z
    .array(MeetingAttendee)
    .describe('Who is in it, and for those who lead it, who waits. Nobody while you wait yourself.'),
  session: SessionId.optional().describe('Once you are let in: to be joined with the token.'),
  token: z.string().optional(),
  conversation: ConversationId.optional().describe('What is said in the meeting, to be read while you are in.'),
};

export const MeetingCause = z
  .enum(['left', 'refused', 'removed', 'ended', 'cancelled', 'lost', 'replaced'])
  .describe(
    'Why you are in a meeting, or its lobby, no longer. `ended`: for all. `lost`: you were gone for too long. `replaced`: you go on in another page.',
  );

const one = { participant: ParticipantId };
export const MeetingAct = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('admit'), ...one }),
    z.object({ type: z.literal('refuse'), ...one }),
    z.object({ type: z.literal('mute'), ...one }),
    z.object({ type: z.literal('remove'), ...one }),
    z.object({ type: z.literal('host'), ...one }),
    z.object({ type: z.literal('lower'), ...one }),
    z.object({ type: z.literal('lock'), locked: z.boolean() }),
    z.object({ type: z.literal('hand'), raised: z.boolean() }),
    z.object({ type: z.literal('end') }),
  ])
  .describe(
    'Of hosts: lets somebody in who waits, or sends them away; turns a microphone off, which its owner may turn on again; takes somebody out, who does not come back; makes somebody a host; lowers a hand; locks it; ends it for all. Of whoever stands in for them: the same, but for `host` and `end`. Of everybody: `hand`, their own.',
  );

// ── messages ────────────────────────────────────────────────────────────────────────────────────────────────────────

const meeting = { meeting: MeetingId };

export const meetingRequests = {
  meeting_create: request('meeting_create', { plan: MeetingPlan }),
  meeting_change: request('meeting_change', { ...meeting, change: MeetingChange }).describe(
    'For hosts. Those who were invited by e-mail are told where it concerns their calendar.',
  ),
  meeting_cancel: request('meeting_cancel', meeting).describe('For hosts: there is no such meeting any more.'),
  meeting_invite: request('meeting_invite', {
    ...meeting,
    emails: Emails.optional(),
    users: Users.optional(),
    ring: z
      .array(Address)
      .max(meetingLimits.rungAtOnce)
      .optional()
      .describe('Whom to ring now: users, and for hosts telephone numbers as E.164 writes them.'),
  }).describe(
    'For hosts and for those who are in it; by e-mail for hosts with an account. Those who are invited as users, or rung, come in without waiting.',
  ),
  meetings: request('meetings', {}).describe('Those that you have made or were invited to, the soonest first.'),
  meeting_enter: request('meeting_enter', {
    ...meeting,
    passcode: z.string().max(meetingLimits.passcodeMost).optional(),
  }).describe('Knocks, or comes in. Said again from the same device it goes on where that was.'),
  meeting_leave: request('meeting_leave', meeting).describe('Repeating it is harmless.'),
  meeting_act: request('meeting_act', { ...meeting, act: MeetingAct }),
  meeting_call: request('meeting_call', { ...meeting, call: CallId }).describe(
    'For two who are alone in it, and have accounts: they go on in a call, by this id unless they do already, which both hear of by `incoming` as one that is active. Nothing rings. The event comes before the answer; each leaves the meeting once it hears the other there.',
  ),
} as const;

export const MeetingRequest = z.discriminatedUnion('type', [
  meetingRequests.meeting_create,
  meetingRequests.meeting_change,
  meetingRequests.meeting_cancel,
  meetingRequests.meeting_invite,
  meetingRequests.meetings,
  meetingRequests.meeting_enter,
  meetingRequests.meeting_leave,
  meetingRequests.meeting_act,
  meetingRequests.meeting_call,
]);

const shown = z.object({ meeting: Meeting });

export const meetingReplies = {
  meeting_create: shown,
  meeting_change: shown,
  meeting_invite: z.object({
    meeting: Meeting,
    rung: z
      .array(Address)
      .describe(
        'Whom it rings. Users who are not among them cannot be rung by you. What becomes of a number is told by `meeting_attendee`.',
      ),
  }),
  meetings: z.object({
    meetings: z.array(Meeting),
    byEmail: z
      .boolean()
      .optional()
      .describe('Those whom you host may be invited by e-mail: this server sends it, and you have an account.'),
  }),
  meeting_call: z.object({ call: CallId.describe('In which they go on.') }),
  meeting_enter: z.object({ state: z.enum(['waiting', 'in']), ...inside }),
} as const;

// ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const meetingEvents = {
  meeting_changed: event('meeting_changed', shown.shape).describe('To those who are in it, and those who wait.'),
  meeting_attendee: event('meeting_attendee', {
    ...meeting,
    change: z.enum(['joined', 'left', 'changed']),
    attendee: MeetingAttendee,
  }).describe('Somebody is in it, or waits, or no longer, or is otherwise; yourself among them.'),
  meeting_admitted: event('meeting_admitted', inside).describe('A host has let you in.'),
  meeting_over: event('meeting_over', { ...meeting, cause: MeetingCause }),
} as const;

export const MeetingEvent = z.discriminatedUnion('type', [
  meetingEvents.meeting_changed,
  meetingEvents.meeting_attendee,
  meetingEvents.meeting_admitted,
  meetingEvents.meeting_over,
]);

// ── over HTTP ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const MeetingLook = z
  .object({
    meeting: MeetingId,
    title: z.string().optional(),
    startsAt: At.optional(),
    durationMs: z.number().optional(),
    zone: z.string().optional(),
    hostName: z.string().optional(),
    hasPasscode: z.boolean(),
    lobby: Lobby,
    dialIn: DialIn.optional(),
    calendarUrl: z.string(),
  })
  .describe('What whoever has the link sees of a meeting before they come in.');

// ── types ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A meeting, by its id. */
export type MeetingId = z.infer<typeof MeetingId>;
/** Who waits until a host lets them in: nobody, those without an account, or all who were not invited. */
export type Lobby = z.infer<typeof Lobby>;
/** What is said of a meeting that is to be made. */
export type MeetingPlan = z.infer<typeof MeetingPlan>;
/** What is otherwise from now on. */
export type MeetingChange = z.infer<typeof MeetingChange>;
/** A meeting as somebody sees it who may. */
export type MeetingInfo = z.infer<typeof Meeting>;
/** Somebody in a meeting, or in its lobby. */
export type MeetingAttendee = z.infer<typeof MeetingAttendee>;
/** Why somebody is in a meeting no longer. */
export type MeetingCause = z.infer<typeof MeetingCause>;
export type MeetingAct = z.infer<typeof MeetingAct>;
/** What whoever has the link sees of a meeting before they come in. */
export type MeetingLook = z.infer<typeof MeetingLook>;
export type MeetingRequest = z.infer<typeof MeetingRequest>;
export type MeetingEvent = z.infer<typeof MeetingEvent>;
