/** Sessions of several people: what is kept of them, and what signalling and the REST API ask of them. */
import type {
  ErrorCode,
  From,
  Instant,
  OpenSession,
  ParticipantId,
  Person,
  Recorded,
  RecordingId,
  SessionEphemeral,
  SessionId,
  SessionInput,
  SessionNews,
  SessionRequest,
  SessionState,
  SessionStream,
  StreamKind,
} from '@offhook/core';
import type { Outcome } from '../ports.ts';
import type { MeasuredStream } from './media.ts';

/** Somebody for whom an application has made a token, in a session or not yet. */
export interface StoredParticipant {
  readonly id: ParticipantId;
  readonly tokenDigest: string;
  readonly publish: readonly StreamKind[];
  readonly record: boolean;
  /** What the application has noted. */
  readonly tag?: string | undefined;
  readonly madeAt: Instant;
}

export type SessionWrite =
  /** The present state; one that is over is forgotten. */
  | { readonly type: 'session'; readonly state: SessionState }
  | { readonly type: 'participant'; readonly participant: StoredParticipant }
  /** The present state of a recording. */
  | { readonly type: 'recording'; readonly recording: Recorded }
  /** Nothing is written to its files any more. Changes nothing where it is gone. */
  | { readonly type: 'recording_complete'; readonly recording: RecordingId }
  | { readonly type: 'recording_gone'; readonly recording: RecordingId }
  | { readonly type: 'participant_gone'; readonly participant: ParticipantId }
  /** All that were made before this. */
  | { readonly type: 'participants_gone'; readonly before: Instant };

/** The part of the store that knows them. */
export interface SessionStore {
  /** Those that were not over when the last owner stopped. */
  liveSessions(): Promise<readonly SessionState[]>;
  participant(id: ParticipantId): Promise<StoredParticipant | undefined>;
  participantOf(tokenDigest: string): Promise<StoredParticipant | undefined>;
  recording(id: RecordingId): Promise<Recorded | undefined>;
  /** At most `limit` of all, newest first: those behind this one, or from the newest on. */
  recordings(before: Pick<Recorded, 'startedAt' | 'id'> | undefined, limit: number): Promise<readonly Recorded[]>;
  /** Those of a session, also of one that is over, from the first. */
  recordingsOf(session: SessionId): Promise<readonly Recorded[]>;
  /** Those that have ended, and of which nobody has said that they are complete. */
  incompleteRecordings(): Promise<readonly Recorded[]>;
}

/** What whoever runs sessions may do. */
export type SessionOrder = Extract<
  SessionInput,
  { type: 'create' | 'add' | 'subscribe' | 'remove' | 'lock' | 'mute' | 'record' | 'end' }
>;

/** What has become of a session, or of somebody in it. */
export interface SessionNewsOf {
  readonly event: SessionNews;
  readonly session: SessionId;
  readonly participant?: ParticipantId | undefined;
}

/** What somebody publishes, and how it comes in, where that was measured. */
export interface StreamInSession {
  readonly participant: ParticipantId;
  readonly user: Person;
  readonly stream: SessionStream;
  readonly measured: MeasuredStream | undefined;
}

export interface Sessions {
  /** A durable request; `respond` is called exactly once, before any event that follows from it is published. */
  request(from: From, request: SessionRequest, respond: (outcome: Outcome) => void): void;
  ephemeral(from: From, message: SessionEphemeral): void;
  /** The socket of one connection was lost, its page has left by itself, it is back; or it can be resumed no more. */
  connection(connection: string, state: 'away' | 'left' | 'back' | 'gone'): void;
}

/** The same, as whoever runs sessions sees it. */
export interface SessionAdministration {
  session(id: SessionId): OpenSession | undefined;
  /** All that are open. */
  list(): readonly OpenSession[];
  /** What is published in it; undefined where there is none. */
  streams(id: SessionId): Promise<readonly StreamInSession[] | undefined>;
  /** In which session a participant is that was added to one. */
  sessionOf(participant: ParticipantId): OpenSession | undefined;
  /** Tells from now on what becomes of all sessions. */
  onNews(listener: (news: SessionNewsOf) => void): void;
  /** Resolves once nothing writes to the files of a recording that has ended; at once where nothing does. */
  written(recording: RecordingId): Promise<void>;
  /** Resolves once it is stored; with why it was not done, if so. */
  order(session: SessionId, order: SessionOrder): Promise<ErrorCode | undefined>;
}
