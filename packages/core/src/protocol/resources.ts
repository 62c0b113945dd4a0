/** What the REST API speaks of: sessions and those who take part, and meetings. */
import { z } from 'zod';
import { sessionLimits } from '../limits.ts';
import { MeetingChange, MeetingPlan } from './meetings.ts';
import { ParticipantId, SessionId, StreamKind, Subscriptions } from './sessions.ts';
import { Address, Person, text } from './shared.ts';

const Tag = text(sessionLimits.tagLength).describe('Whatever the application wants to note.');
const When = z.number().describe('Milliseconds since the Unix epoch.');
const Access = z
  .enum(['added', 'open'])
  .describe('`added`: only participants who were added join. `open`: also whoever may join sessions as themselves.');
const Publish = z.array(StreamKind).max(2).describe('What it may publish.');

/** What an API key allows. */
export const ApiScope = z
  .enum(['sessions', 'sessions.read', 'meetings', 'meetings.read'])
  .describe(
    '`sessions`: everything about sessions and participants; `sessions.read`: only to look. `meetings` and `meetings.read`: the same of meetings.',
  );

export const Session = z
  .object({
    session: SessionId,
    tag: Tag.optional(),
    access: Access,
    locked: z.boolean().describe('Nobody comes in who is not there.'),
    maxParticipants: z.int(),
    createdAt: When,
    endsAt: When.describe('When it ends at the latest, in milliseconds since the Unix epoch.'),
  })
  .describe('A session, as its application sees it.');
export const SessionCreation = z
  .strictObject({
    tag: Tag.optional(),
    access: Access.optional(),
    maxParticipants: z.int().min(1).max(sessionLimits.participantsMost).optional(),
  })
  .describe('Defaults: `added`, and as many participants as `participants` in the limits.');
export const SessionChange = z.strictObject({ locked: z.boolean() }).describe('Locks a session, or no longer.');

export const Participant = z
  .object({
    participant: ParticipantId,
    tag: Tag.optional(),
    publish: Publish,
    session: SessionId.optional().describe('In which session it is, if it was added to one or came by itself.'),
    subscriptions: Subscriptions.optional().describe('What it receives there.'),
    user: Person.optional().describe('Who has joined as this participant, while they are there.'),
    createdAt: When.optional().describe('Absent for those who came by themselves. Milliseconds since the Unix epoch.'),
  })
  .describe('Somebody who takes part, as their application sees them.');
export const ParticipantCreation = z
  .strictObject({ tag: Tag.optional(), publish: Publish.optional() })
  .describe('Default: it may publish everything.');
export const CreatedParticipant = z.object({
  participant: Participant,
  token: z
    .string()
    .describe('For the page of this participant, and nobody else: with it one joins as it. It is not shown again.'),
});

export const MeetingCreation = MeetingPlan.extend({
  hosts: z.array(Address).max(20).optional().describe('Users who are its hosts from the beginning.'),
}).describe('What is said of a meeting that is to be made.');
export const MeetingUpdate = MeetingChange.extend({
  locked: z.boolean().optional().describe('Nobody comes in who is not there.'),
}).describe('What is otherwise from now on; `null`: it has none any more.');
export const MeetingInvitation = MeetingPlan.pick({ emails: true, users: true }).describe('Who else is invited.');

export type ApiScope = z.infer<typeof ApiScope>;
/** A session, as its application sees it. */
export type Session = z.infer<typeof Session>;
/** What is said of a session that is to be made. */
export type SessionCreation = z.infer<typeof SessionCreation>;
export type SessionChange = z.infer<typeof SessionChange>;
/** Somebody who takes part, as their application sees them. */
export type Participant = z.infer<typeof Participant>;
/** What is said of a participant that is to be made. */
export type ParticipantCreation = z.infer<typeof ParticipantCreation>;
/** A participant, and the token with which its page joins. */
export type CreatedParticipant = z.infer<typeof CreatedParticipant>;
/** What is said of a meeting that is to be made. */
export type MeetingCreation = z.infer<typeof MeetingCreation>;
/** What is otherwise from now on. */
export type MeetingUpdate = z.infer<typeof MeetingUpdate>;
/** Who else is invited. */
export type MeetingInvitation = z.infer<typeof MeetingInvitation>;
