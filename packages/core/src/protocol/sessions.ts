/**
 * What is said about sessions, in which several people hear and see one another by way of a media worker: requests, events, and what
 * they are made of. A participant has two peer connections: on the one it offers what it publishes, on the other it is offered what
 * it is subscribed to. No candidates are exchanged: those of the server are in its descriptions, and it learns those of a browser
 * from their checks (RFC 8445 §7.3.1.3). Browser code imports only the types.
 */
import { z } from 'zod';
import { sessionLimits } from '../limits.ts';
import { event, heard, Person, request, text } from './shared.ts';

// ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const SessionId = z
  .string()
  .regex(new RegExp(`^[\\w-]{1,${sessionLimits.sessionIdLength}}$`))
  .describe('A session; chosen by whoever makes it.');
export const ParticipantId = text(sessionLimits.sessionIdLength).describe('Somebody in a session. Given by the server.');
export const Mid = text(sessionLimits.midLength).describe('A section of a description (RFC 5888 §4).');
export const StreamKind = z.enum(['audio', 'video']);
export const SdpText = text(sessionLimits.sessionSdpLength).describe('A session description (RFC 8866).');
export const Alias = text(sessionLimits.aliasLength).describe('What a stream is, in words of the application, e.g. `screen`.');
export const Revision = z
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .describe('Of an offer to a participant: a later one makes those before void.');

export const StreamRef = z
  .object({ participant: ParticipantId, mid: Mid })
  .describe('A stream: a section of what a participant publishes.');

/** Whether a stream is muted: a value, never a toggle. */
const mute = {
  muted: z.boolean().describe('Nothing is sent on it at the moment: the microphone or camera is off.'),
  n: z.int().min(0).max(sessionLimits.numberMost).describe('Grows by one with each change; the highest wins.'),
};

export const SessionStream = z
  .object({ mid: Mid, kind: StreamKind, alias: Alias.optional(), ...mute })
  .describe('What a participant publishes, as all others see it.');

export const RecordingId = text(sessionLimits.sessionIdLength).describe('A recording. Given by the server.');

export const SessionRecording = z
  .object({
    recording: RecordingId,
    state: z.enum(['recording', 'paused']),
    startedAt: z.number().describe('Milliseconds since the Unix epoch.'),
  })
  .describe('That a session is being recorded, as all see it who are there.');

/** Why a recording is over. */
export const RecordingCause = z
  .enum(['stopped', 'empty', 'ended', 'disk_full', 'too_large', 'failed'])
  .describe(
    '`stopped`: somebody has. `empty`: everybody has left. `ended`: the session is over. `too_large`: it has become as large as one may be. `disk_full`, `failed`: it could not go on. What was recorded until then is kept.',
  );

export const StreamQuality = z
  .object({
    mos: z.number().min(1).max(5).describe('The mean opinion score of the E-model (ITU-T G.107), 1 to 4.5.'),
    loss: z.number().min(0).max(1).describe('The part of the packets that was lost, 0 to 1.'),
    jitterMs: z.number().min(0),
    roundTripMs: z.number().min(0).describe('Between the page and the server.'),
    rating: z.enum(['good', 'fair', 'bad']).describe('In a word; `bad` is worth telling the person.'),
  })
  .describe('How sound has come in of late.');

export const DropCode = z
  .enum(['bitrate_exceeded', 'source_refused'])
  .describe(
    'Why something that somebody sends is dropped. `bitrate_exceeded`: it is more than is allowed, for longer than a moment. `source_refused`: its source (SSRC) was not announced, or is not the one that was.',
  );

export const SessionParticipant = z.object({
  participant: ParticipantId,
  user: Person,
  publish: z.array(StreamKind).describe('What it may publish.'),
  record: z.boolean().optional().describe('It may record the session.'),
  away: z.boolean().describe('Its signalling is gone at the moment.'),
  streams: z.array(SessionStream),
});

export const SessionView = z
  .object({
    session: SessionId,
    participants: z.array(SessionParticipant).describe('Those who are there, whoever asks among them.'),
    speaker: ParticipantId.optional().describe('Who is heard above the others.'),
    recording: SessionRecording.optional().describe('Absent: nobody records.'),
  })
  .describe('A session as somebody sees it who joins.');

export const PublishedSection = z
  .object({ mid: Mid, kind: StreamKind, alias: Alias.optional(), muted: z.boolean().optional() })
  .describe('A section of an offer, and what is said of it. What is not named is published to nobody.');

export const SubscribedSection = z
  .object({ participant: ParticipantId, mid: Mid, section: Mid })
  .describe('A section of an offer to a participant, and the stream that comes there.');

/** Why somebody is in a session no longer. */
export const SessionCause = z
  .enum(['ended', 'empty', 'timeout', 'removed', 'replaced', 'lost'])
  .describe(
    '`ended`: for all, by whoever runs it. `timeout`: it has lasted as long as it may. `empty`: nobody was left. `removed`: you were. `replaced`: you go on in another page. `lost`: you were gone for too long.',
  );

export const Subscriptions = z
  .object({
    session: SessionId.optional(),
    participants: z
      .array(
        z.object({
          participant: ParticipantId,
          aliases: z
            .array(Alias)
            .max(sessionLimits.aliasesPerSubscription)
            .optional()
            .describe('Only these streams; empty or absent: all.'),
        }),
      )
      .max(sessionLimits.participantsMost)
      .optional(),
  })
  .describe(
    'What somebody receives. Participants, if there are any; otherwise with `session` everybody, also those who come later; with neither nobody.',
  );

// ── messages ────────────────────────────────────────────────────────────────────────────────────────────────────────

export const sessionRequests = {
  session_join: request('session_join', {
    session: SessionId,
    token: text(sessionLimits.participantTokenLength)
      .optional()
      .describe('Of a participant that was made by the REST API. Without: as yourself, where your own token allows it.'),
    data: z
      .boolean()
      .optional()
      .describe(
        'With data channels (`session.sendBytes` of the SDK): on the way out if your first offer on a connection has a section for them, and in what you are offered.',
      ),
  }).describe(
    'Takes part. A session that nobody has made is made by it, if it is joined without a token. Joining again from the same connection begins anew: nothing is published then.',
  ),
  session_publish: request('session_publish', {
    session: SessionId,
    offer: SdpText,
    streams: z.array(PublishedSection).max(sessionLimits.streamsPerParticipant),
  }).describe('All that you publish from now on. An offer that restarts ICE is answered from another address.'),
  session_answer: request('session_answer', { session: SessionId, revision: Revision, answer: SdpText }).describe(
    'The answer to a `session_offer`.',
  ),
  session_restart: request('session_restart', { session: SessionId }).describe(
    'The way by which you receive has changed: an offer with another address follows.',
  ),
  session_update: request('session_update', { session: SessionId, mid: Mid, ...mute }).describe(
    'Mutes a stream of your own, or no longer.',
  ),
  session_record: request('session_record', {
    session: SessionId,
    to: z.enum(['recording', 'paused', 'stopped']).describe('What is to be, whatever is.'),
  }).describe('Records the session, pauses, goes on or stops. Everybody in it is told. Answered once it is so.'),
  session_leave: request('session_leave', { session: SessionId }).describe('Repeating it is harmless.'),
} as const;

export const SessionRequest = z.discriminatedUnion('type', [
  sessionRequests.session_join,
  sessionRequests.session_publish,
  sessionRequests.session_answer,
  sessionRequests.session_restart,
  sessionRequests.session_update,
  sessionRequests.session_record,
  sessionRequests.session_leave,
]);

export const sessionReplies = {
  session_join: z.object({ participant: ParticipantId.describe('You.'), view: SessionView }),
  session_publish: z.object({ answer: SdpText }),
} as const;

export const sessionEphemerals = {
  session_look: z
    .object({
      type: z.literal('session_look'),
      ...heard,
      session: SessionId,
      stream: StreamRef,
      width: z.int().min(0).max(sessionLimits.widthMost).describe('In CSS pixels; 0: it is not seen at all.'),
    })
    .describe('How large a stream is seen, so that no more of it is sent than that needs.'),
  session_data: z
    .object({
      type: z.literal('session_data'),
      ...heard,
      session: SessionId,
      to: ParticipantId.optional().describe('Absent: all others.'),
      data: z.unknown(),
    })
    .describe('Something of the application, passed on as it is.'),
} as const;

export const SessionEphemeral = z.discriminatedUnion('type', [sessionEphemerals.session_look, sessionEphemerals.session_data]);

// ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const sessionEvents = {
  session_participant: event('session_participant', {
    session: SessionId,
    change: z.enum(['joined', 'left', 'changed']),
    participant: SessionParticipant,
  }).describe('Somebody else has joined, has left, or is otherwise now. One who joins again has not left before.'),
  session_streams: event('session_streams', {
    session: SessionId,
    participant: ParticipantId,
    streams: z.array(SessionStream),
  }).describe('All that somebody else publishes now.'),
  session_offer: event('session_offer', {
    session: SessionId,
    revision: Revision,
    offer: SdpText,
    streams: z.array(SubscribedSection),
  }).describe('What you receive from now on; to be answered by `session_answer`. An earlier offer is void.'),
  session_speaker: event('session_speaker', { session: SessionId, participant: ParticipantId.optional() }).describe(
    'Who is heard above the others; absent: nobody.',
  ),
  session_recording: event('session_recording', {
    session: SessionId,
    recording: SessionRecording.optional(),
    cause: RecordingCause.optional(),
  }).describe('The session is being recorded from now on, or otherwise than before. Absent: no longer, with the cause.'),
  session_quality: event('session_quality', {
    session: SessionId,
    sends: StreamQuality.optional().describe('How you come in at the server; absent: you send no sound.'),
    receives: StreamQuality.optional().describe('How the others come in with you; absent: you receive no sound.'),
  }).describe('How it sounds, every time that it is better or worse in a word.'),
  session_dropped: event('session_dropped', {
    session: SessionId,
    code: DropCode,
    mid: Mid.optional().describe('The stream that it is of; absent: of all that you send, or of none.'),
  }).describe('Something that you send is dropped. Told once while that goes on.'),
  session_watched: event('session_watched', {
    session: SessionId,
    mid: Mid.describe('A picture that you publish.'),
    encodings: z.int().min(0).describe('So many of its encodings are watched by anybody, from the smallest; 0: none.'),
  }).describe(
    'How much of a picture is watched, by others or a recording: send no more, or all of it. It holds for the section of the ' +
      'connection, whatever is published there; a new connection begins with all encodings. More is told at once, less after some seconds.',
  ),
  session_data: event('session_data', { session: SessionId, from: ParticipantId, data: z.unknown() }).describe(
    'From an application, as it was sent.',
  ),
  session_muted: event('session_muted', {
    session: SessionId,
    streams: z.array(z.object({ mid: Mid, n: mute.n })),
  }).describe('Your microphones were turned off by whoever runs the session; a higher number turns them on again.'),
  session_republish: event('session_republish', { session: SessionId }).describe(
    'The media of the session are gone, and with them everything that was published and received. Publish anew; revisions begin again.',
  ),
  session_ended: event('session_ended', { session: SessionId, cause: SessionCause }).describe('You are in it no longer.'),
} as const;

export const SessionEvent = z.discriminatedUnion('type', [
  sessionEvents.session_participant,
  sessionEvents.session_streams,
  sessionEvents.session_offer,
  sessionEvents.session_speaker,
  sessionEvents.session_recording,
  sessionEvents.session_quality,
  sessionEvents.session_dropped,
  sessionEvents.session_watched,
  sessionEvents.session_data,
  sessionEvents.session_muted,
  sessionEvents.session_republish,
  sessionEvents.session_ended,
]);

// ── types ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A session, by its id. */
export type SessionId = z.infer<typeof SessionId>;
/** A participant, by its id. */
export type ParticipantId = z.infer<typeof ParticipantId>;
/** What a stream carries. */
export type StreamKind = z.infer<typeof StreamKind>;
/** A section of what a participant publishes. */
export type StreamRef = z.infer<typeof StreamRef>;
/** What a participant publishes. */
export type SessionStream = z.infer<typeof SessionStream>;
/** Somebody in a session. */
export type SessionParticipant = z.infer<typeof SessionParticipant>;
/** How sound has come in of late. */
export type StreamQuality = z.infer<typeof StreamQuality>;
/** Why something that somebody sends is dropped. */
export type DropCode = z.infer<typeof DropCode>;
/** A recording, by its id. */
export type RecordingId = z.infer<typeof RecordingId>;
/** That a session is being recorded. */
export type SessionRecording = z.infer<typeof SessionRecording>;
/** Why a recording is over. */
export type RecordingCause = z.infer<typeof RecordingCause>;
export type SessionView = z.infer<typeof SessionView>;
export type PublishedSection = z.infer<typeof PublishedSection>;
export type SubscribedSection = z.infer<typeof SubscribedSection>;
/** Why somebody is in a session no longer. */
export type SessionCause = z.infer<typeof SessionCause>;
/** What somebody receives in a session. */
export type Subscriptions = z.infer<typeof Subscriptions>;
export type SessionRequest = z.infer<typeof SessionRequest>;
export type SessionEphemeral = z.infer<typeof SessionEphemeral>;
export type SessionEvent = z.infer<typeof SessionEvent>;
