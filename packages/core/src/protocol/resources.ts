/** What the REST API speaks of: sessions and those who take part, and meetings. */
import { z } from 'zod';
import { sessionLimits } from '../limits.ts';
import { PageSize, Place } from './events.ts';
import { Meeting, MeetingAttendee, MeetingChange, MeetingPlan } from './meetings.ts';
import {
  Alias,
  Mid,
  ParticipantId,
  RecordingCause,
  RecordingId,
  SessionId,
  StreamKind,
  StreamQuality,
  Subscriptions,
} from './sessions.ts';
import { Address, note, Person, text } from './shared.ts';

const Tag = note(sessionLimits.tagLength).describe('Whatever the application wants to note.');
const When = z.number().describe('Milliseconds since the Unix epoch.');
const Access = z
  .enum(['added', 'open'])
  .describe('`added`: only participants who were added join. `open`: also whoever may join sessions as themselves.');
const Publish = z.array(StreamKind).max(2).describe('What it may publish.');

/** What an API key allows. */
export const ApiScope = z
  .enum([
    'sessions',
    'sessions.read',
    'meetings',
    'meetings.read',
    'calls',
    'calls.read',
    'users',
    'users.read',
    'messages',
    'messages.read',
    'trunks',
    'trunks.read',
    'tokens',
    'webhooks',
    'webhooks.read',
    'events',
  ])
  .describe('What a key may be used for. Whatever ends in `.read`: only to look; without that, everything about it.');

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
    record: z.boolean().describe('It may record the session.'),
    session: SessionId.optional().describe('In which session it is, if it was added to one or came by itself.'),
    subscriptions: Subscriptions.optional().describe('What it receives there.'),
    user: Person.optional().describe('Who has joined as this participant, while they are there.'),
    quality: z
      .object({ sends: StreamQuality.optional(), receives: StreamQuality.optional() })
      .optional()
      .describe('How it sounds what it sends and what it receives, as it was measured last.'),
    createdAt: When.optional().describe('Absent for those who came by themselves. Milliseconds since the Unix epoch.'),
  })
  .describe('Somebody who takes part, as their application sees them.');
export const ParticipantCreation = z
  .strictObject({ tag: Tag.optional(), publish: Publish.optional(), record: z.boolean().optional() })
  .describe('Default: it may publish everything, and not record.');
export const CreatedParticipant = z.object({
  participant: Participant,
  token: z
    .string()
    .describe('For the page of this participant, and nobody else: with it one joins as it. It is not shown again.'),
});

export const SessionQuery = z.strictObject({ after: Place.optional(), limit: PageSize.optional() });
export const OneSession = z.object({ session: Session });
export const SessionList = z.object({
  sessions: z.array(Session),
  next: z.string().optional().describe('For `after`; absent: these are all.'),
});

const StreamMeasures = z
  .object({
    bitrate: z.int().min(0).describe('Bits per second, without headers.'),
    loss: z.number().min(0).max(1).describe('The part of the packets that was lost for good, 0 to 1.'),
    jitterMs: z.number().min(0),
    roundTripMs: z
      .number()
      .min(0)
      .optional()
      .describe('Between the page and the server; absent where it receives nothing, by which that is measured.'),
    mos: StreamQuality.shape.mos.optional(),
    rating: StreamQuality.shape.rating.optional(),
  })
  .describe('How it has come in during the last seconds. `mos` and `rating` are of sound alone.');
export const ApiStream = z
  .object({
    participant: ParticipantId,
    user: Person,
    mid: Mid,
    kind: StreamKind,
    alias: Alias.optional(),
    muted: z.boolean().describe('Nothing is sent on it at the moment: the microphone or camera is off.'),
    measured: StreamMeasures.optional().describe('Absent where too little came of late to tell.'),
  })
  .describe('What somebody publishes, and how it comes in.');
export const StreamQuery = z.strictObject({
  after: z
    .string()
    .regex(/^[^.]{1,64}\..{1,64}$/su)
    .optional()
    .describe('The `next` of the page before.'),
  limit: PageSize.optional(),
});
export const StreamList = z.object({
  streams: z.array(ApiStream),
  next: z.string().optional().describe('For `after`; absent: these are all.'),
});
export const OneParticipant = z.object({ participant: Participant });
export const ParticipantQuery = z.strictObject({
  after: text(sessionLimits.sessionIdLength).optional().describe('The `next` of the page before.'),
  limit: PageSize.optional(),
});
export const ParticipantList = z.object({
  participants: z.array(Participant),
  next: z.string().optional().describe('For `after`; absent: these are all.'),
});
export const MeetingCreation = MeetingPlan.extend({
  hosts: z.array(Address).max(20).optional().describe('Users who are its hosts from the beginning.'),
}).describe('What is said of a meeting that is to be made.');
export const MeetingUpdate = MeetingChange.extend({
  locked: z.boolean().optional().describe('Nobody comes in who is not there.'),
}).describe('What is otherwise from now on; `null`: it has none any more.');
export const MeetingInvitation = MeetingPlan.pick({ emails: true, users: true }).describe('Who else is invited.');
export const MeetingQuery = z.strictObject({ after: Place.optional(), limit: PageSize.optional() });
export const OneMeeting = z.object({ meeting: Meeting });
export const MeetingList = z.object({
  meetings: z.array(Meeting),
  next: z.string().optional().describe('For `after`; absent: these are all.'),
});
export const AttendeeQuery = z.strictObject({ after: Place.optional(), limit: PageSize.optional() });
export const AttendeeList = z.object({
  attendees: z.array(MeetingAttendee),
  next: z.string().optional().describe('For `after`; absent: these are all.'),
});

const Mix = z
  .enum(['together', 'sides', 'none'])
  .describe(
    'What everybody says in one file: `together`, or `sides`: whoever is heard first on the left, the second one on the right, and others in the middle.',
  );

export const RecordingFile = z
  .object({
    name: z.string().describe('Of the file, unique in its recording.'),
    type: z.string().describe('As in `Content-Type`, with codecs (RFC 6381).'),
    part: z.int().describe('Counts how often the recording was taken up anew after a failure; each part has files of its own.'),
    at: z
      .number()
      .describe('Milliseconds of its part before it begins, without pauses: what begins at the same time fits together.'),
    participant: ParticipantId.optional().describe('Whose stream it is; absent: what everybody says.'),
    mid: Mid.optional(),
    alias: Alias.optional(),
    bytes: z.int().describe('So far.'),
  })
  .describe('A file of a recording.');
export const Recording = z
  .object({
    recording: RecordingId,
    session: SessionId,
    state: z.enum(['recording', 'paused', 'ended']),
    mix: Mix,
    streams: z.boolean().describe('Each stream has a file of its own.'),
    startedAt: When,
    endedAt: When.optional(),
    cause: RecordingCause.optional().describe('Why it is over.'),
    files: z.array(RecordingFile),
  })
  .describe('What was recorded of a session. It is there after the session, until somebody deletes it.');
export const RecordingCreation = z
  .strictObject({ mix: Mix.optional(), streams: z.boolean().optional() })
  .refine(({ mix, streams }) => mix !== 'none' || streams !== false, 'with neither a mix nor streams nothing is recorded')
  .describe('Default: what everybody says together, and each stream by itself.');
export const RecordingChange = z.strictObject({ state: z.enum(['recording', 'paused', 'ended']) }).describe('What is to be.');
export const OneRecording = z.object({ recording: Recording });
export const RecordingQuery = z.strictObject({ after: Place.optional(), limit: PageSize.optional() });
export const AllRecordingsQuery = z.strictObject({ before: Place.optional(), limit: PageSize.optional() });
export const AllRecordings = z.object({
  recordings: z.array(Recording),
  next: z.string().optional().describe('For `before`; absent: these are all.'),
});
export const RecordingList = z.object({
  recordings: z.array(Recording),
  next: z.string().optional().describe('For `after`; absent: these are all.'),
});

export type ApiScope = z.infer<typeof ApiScope>;
/** A session, as its application sees it. */
export type Session = z.infer<typeof Session>;
/** Sessions, the oldest first; `next`: there are more. */
export type SessionList = z.infer<typeof SessionList>;
/** What somebody publishes, and how it comes in. */
export type ApiStream = z.infer<typeof ApiStream>;
/** What is published in a session, in the order of the ids of those who publish; `next`: there are more. */
export type StreamList = z.infer<typeof StreamList>;
/** What is said of a session that is to be made. */
export type SessionCreation = z.infer<typeof SessionCreation>;
export type SessionChange = z.infer<typeof SessionChange>;
/** Somebody who takes part, as their application sees them. */
export type Participant = z.infer<typeof Participant>;
/** Who takes part, in the order of their ids; `next`: there are more. */
export type ParticipantList = z.infer<typeof ParticipantList>;
/** What is said of a participant that is to be made. */
export type ParticipantCreation = z.infer<typeof ParticipantCreation>;
/** A participant, and the token with which its page joins. */
export type CreatedParticipant = z.infer<typeof CreatedParticipant>;
/** What is said of a meeting that is to be made. */
export type MeetingCreation = z.infer<typeof MeetingCreation>;
/** Meetings, the soonest first; `next`: there are more. */
export type MeetingList = z.infer<typeof MeetingList>;
/** Who is in a meeting and who waits, in the order in which they knocked or came in; `next`: there are more. */
export type AttendeeList = z.infer<typeof AttendeeList>;
/** What is otherwise from now on. */
export type MeetingUpdate = z.infer<typeof MeetingUpdate>;
/** Who else is invited. */
export type MeetingInvitation = z.infer<typeof MeetingInvitation>;
/** What was recorded of a session. */
export type Recording = z.infer<typeof Recording>;
/** Recordings of all sessions, newest first; `next`: there are more. */
export type AllRecordings = z.infer<typeof AllRecordings>;
/** Recordings, the oldest first; `next`: there are more. */
export type RecordingList = z.infer<typeof RecordingList>;
/** A file of a recording. */
export type RecordingFile = z.infer<typeof RecordingFile>;
/** What is said of a recording that is to begin. */
export type RecordingCreation = z.infer<typeof RecordingCreation>;
/** What is to become of a recording. */
export type RecordingChange = z.infer<typeof RecordingChange>;
