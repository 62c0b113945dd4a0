import type { From } from '../call/types.ts';
import type { ErrorCode } from '../errors.ts';
import type { Instant, Milliseconds, Tick } from '../machine.ts';
import type {
  DropCode,
  ParticipantId,
  PublishedSection,
  RecordingCause,
  RecordingId,
  SessionCause,
  SessionId,
  SessionStream,
  SessionView,
  StreamQuality,
  StreamKind,
  StreamRef,
  SubscribedSection,
  Subscriptions,
} from '../protocol/sessions.ts';
import type { Address, Event } from '../protocol/signaling.ts';

/** Nobody has made it yet. */
export interface Unmade {
  readonly kind: 'unmade';
  readonly id: SessionId;
}

/** The media of a participant, as the worker sees them: `lost` after they were there. */
export type Way = 'connected' | 'lost';

/** The page in which somebody takes part. */
export interface Presence {
  readonly from: From;
  /** Its signalling is gone. `left`: its page has left by itself. */
  readonly awaySince?: Instant | undefined;
  readonly left?: boolean | undefined;
  readonly ways: { readonly publish?: Way | undefined; readonly subscribe?: Way | undefined };
  /** When these have changed last. */
  readonly waysSince: Instant;
  readonly streams: readonly SessionStream[];
  /** It has data channels. */
  readonly data?: true | undefined;
  /** How it sounds, as the worker has measured it last. */
  readonly quality?: PresenceQuality | undefined;
  /** Sections that whoever runs the session has muted: nobody receives them until they are unmuted here. */
  readonly silenced?: readonly string[] | undefined;
}

/** How it sounds what somebody sends, and what they receive. */
export interface PresenceQuality {
  readonly sends?: StreamQuality | undefined;
  readonly receives?: StreamQuality | undefined;
}

export interface Participant {
  readonly id: ParticipantId;
  /** What the application has noted. */
  readonly tag?: string | undefined;
  /** It may publish these. */
  readonly publish: readonly StreamKind[];
  readonly subscriptions: Subscriptions;
  /** It may record the session. */
  readonly record?: boolean | undefined;
  /** Nobody has added it: it came by itself, and is gone once it leaves. */
  readonly guest?: true | undefined;
  /** How often it has joined, or had to begin anew: what comes of an earlier time is void. */
  readonly joins: number;
  /** Absent until it has joined. */
  readonly here?: Presence | undefined;
}

/** A file of a recording. `at`: milliseconds of its part before it begins, without pauses. */
export interface RecordedFile {
  readonly name: string;
  readonly type: string;
  readonly part: number;
  readonly at: Milliseconds;
  /** Whose stream it is; absent: what everybody says. */
  readonly participant?: ParticipantId | undefined;
  readonly mid?: string | undefined;
  readonly alias?: string | undefined;
}

/** What is recorded, and how. */
export interface RecordingWishes {
  /** Everything that is said in one file: mixed, or one side in each channel. */
  readonly mix: 'together' | 'sides' | 'none';
  /** Each stream in a file of its own. */
  readonly streams: boolean;
}

/** A recording of a session, which outlives it. */
export interface Recorded extends RecordingWishes {
  readonly id: RecordingId;
  readonly session: SessionId;
  readonly state: 'recording' | 'paused' | 'ended';
  readonly startedAt: Instant;
  readonly endedAt?: Instant | undefined;
  readonly cause?: RecordingCause | undefined;
  /** How often it was taken up anew, after its worker was lost. */
  readonly part: number;
  readonly files: readonly RecordedFile[];
  /** Of one that has ended: whether nothing is written to its files any more. */
  readonly isComplete?: boolean | undefined;
}

export interface Open {
  readonly kind: 'open';
  readonly id: SessionId;
  readonly tag?: string | undefined;
  /** Who may join: also those whom nobody has added, or only these. */
  readonly access: 'open' | 'added';
  /** Nobody who is not there already comes in. */
  readonly locked: boolean;
  readonly most: number;
  readonly madeAt: Instant;
  readonly endsAt: Instant;
  /** Since when everybody has left. */
  readonly emptySince?: Instant | undefined;
  readonly participants: Readonly<Record<ParticipantId, Participant>>;
  /** Users who were removed, and come in no more unless they are added. */
  readonly barred: readonly Address[];
  readonly speaker?: ParticipantId | undefined;
  /** Absent: nobody records. */
  readonly recording?: Recorded | undefined;
}

export interface Over {
  readonly kind: 'over';
  readonly id: SessionId;
  readonly cause: SessionCause;
}

export type SessionState = Unmade | Open | Over;

/** What a media worker says to an offer. */
export type Published =
  | { readonly answer: string; readonly streams: readonly { readonly mid: string; readonly kind: StreamKind }[] }
  | { readonly error: ErrorCode };

/** Of whoever runs sessions: the REST API. */
type Administered =
  | {
      readonly type: 'create';
      readonly tag?: string | undefined;
      readonly access: 'open' | 'added';
      readonly most: number;
    }
  /** Adds a participant; one that is there already receives something else from now on. */
  | {
      readonly type: 'add';
      readonly participant: Pick<Participant, 'id' | 'tag' | 'publish' | 'record'>;
      readonly subscriptions: Subscriptions;
    }
  | { readonly type: 'subscribe'; readonly participant: ParticipantId; readonly subscriptions: Subscriptions }
  | { readonly type: 'remove'; readonly participant: ParticipantId }
  | { readonly type: 'lock'; readonly locked: boolean }
  /** Turns a microphone off, until its owner turns it on again. */
  | { readonly type: 'mute'; readonly participant: ParticipantId }
  /**
   * By whoever runs sessions, or by `from`, who takes part and speaks of whatever is recorded. `id`: of the recording that begins by it,
   * if one does; without `from`, and without `wishes`, of the one that is spoken of, and none begins.
   */
  | {
      readonly type: 'record';
      readonly from?: From | undefined;
      readonly to: 'recording' | 'paused' | 'stopped';
      readonly id: RecordingId;
      readonly wishes?: RecordingWishes | undefined;
    }
  | { readonly type: 'end' };

/** Of those who take part. */
type Said =
  /** As a participant that was added, or as oneself: then `id` is that of the participant that comes into being. */
  | {
      readonly type: 'join';
      readonly from: From;
      readonly as: 'added' | 'guest';
      readonly id: ParticipantId;
      /** With data channels. */
      readonly data?: boolean | undefined;
    }
  | { readonly type: 'publish'; readonly from: From; readonly offer: string; readonly streams: readonly PublishedSection[] }
  | { readonly type: 'answer'; readonly from: From; readonly revision: number; readonly answer: string }
  | { readonly type: 'restart'; readonly from: From }
  | { readonly type: 'update'; readonly from: From; readonly mid: string; readonly muted: boolean; readonly n: number }
  | { readonly type: 'leave'; readonly from: From }
  | { readonly type: 'look'; readonly from: From; readonly stream: StreamRef; readonly width: number }
  | { readonly type: 'data'; readonly from: From; readonly to?: ParticipantId | undefined; readonly data?: unknown };

/** Of the media worker. */
type Carried =
  /** What it says to a `publish`: the answer to that request. */
  | {
      readonly type: 'published';
      readonly participant: ParticipantId;
      readonly joins: number;
      readonly asked: readonly PublishedSection[];
      readonly outcome: Published;
    }
  | {
      readonly type: 'offer';
      readonly participant: ParticipantId;
      readonly joins: number;
      readonly revision: number;
      readonly offer: string;
      readonly streams: readonly SubscribedSection[];
    }
  | {
      readonly type: 'transport';
      readonly participant: ParticipantId;
      readonly joins: number;
      readonly side: 'publish' | 'subscribe';
      readonly state: 'connected' | 'disconnected' | 'failed';
    }
  | { readonly type: 'speaker'; readonly participant?: ParticipantId | undefined }
  | {
      readonly type: 'quality';
      readonly participant: ParticipantId;
      readonly joins: number;
      readonly quality: PresenceQuality;
    }
  /** Something that somebody sends is dropped; `mid`: of this stream, or of all or none. */
  | {
      readonly type: 'dropped';
      readonly participant: ParticipantId;
      readonly joins: number;
      readonly mid?: string | undefined;
      readonly code: DropCode;
    }
  /** So many encodings of a picture anybody watches, from the smallest. */
  | {
      readonly type: 'watched';
      readonly participant: ParticipantId;
      readonly joins: number;
      readonly mid: string;
      readonly encodings: number;
    }
  /** A key of a telephone was pressed there. */
  | { readonly type: 'digit'; readonly participant: ParticipantId; readonly joins: number; readonly digit: string }
  /** A recording has begun a file. */
  | { readonly type: 'recorded'; readonly recording: RecordingId; readonly file: RecordedFile }
  /** A recording has ended by itself. */
  | { readonly type: 'recording_failed'; readonly recording: RecordingId; readonly fault: 'disk_full' | 'too_large' | 'failed' }
  /** It is gone, and all that it has carried. */
  | { readonly type: 'lost' };

export type SessionInput =
  | Administered
  | Said
  | Carried
  /** The socket of a connection is gone, or back; or it can be resumed no more. `left`: its page has left by itself. */
  | { readonly type: 'away'; readonly connection: string; readonly left?: boolean | undefined }
  | { readonly type: 'back'; readonly connection: string }
  | { readonly type: 'gone'; readonly connection: string }
  | Tick;

export type SessionEffect =
  /**
   * The one answer to the request that came with the input. The answer to a `publish` comes with `published`; to an `answer`, and to the
   * beginning and the end of a recording, from the worker.
   */
  | {
      readonly type: 'reply';
      readonly ok: { readonly participant: ParticipantId; readonly view: SessionView } | { readonly answer: string } | Nothing;
    }
  | { readonly type: 'refuse'; readonly code: ErrorCode }
  | { readonly type: 'send'; readonly to: { readonly user: Address; readonly connection: string }; readonly event: Event }
  /** To the media worker, in order. */
  | { readonly type: 'media'; readonly ask: MediaAsk }
  /** To be stored together with the state. */
  | { readonly type: 'keep'; readonly recording: Recorded }
  /** For webhooks and the log, in order. */
  | {
      readonly type: 'announce';
      readonly event: SessionNews;
      readonly participant?: ParticipantId | undefined;
      readonly stream?: SessionStream | undefined;
      readonly code?: DropCode | undefined;
      readonly digit?: string | undefined;
    };

type Nothing = Readonly<Record<string, never>>;

export type SessionNews =
  | 'session.started'
  | 'session.ended'
  /** A recording has begun. */
  | 'session.recording'
  | 'recording.paused'
  | 'recording.resumed'
  | 'recording.ended'
  | 'participant.joined'
  | 'participant.left'
  | 'participant.digit'
  | 'stream.published'
  | 'stream.unpublished'
  | 'stream.dropped'
  /** For the log alone. */
  | 'media.lost';

export type MediaAsk =
  /** Its outcome comes back as `published`. */
  | {
      readonly type: 'publish';
      readonly participant: ParticipantId;
      readonly joins: number;
      readonly offer: string;
      readonly asked: readonly PublishedSection[];
      readonly allowed: readonly (StreamKind | 'data')[];
    }
  | { readonly type: 'answer'; readonly participant: ParticipantId; readonly revision: number; readonly answer: string }
  | { readonly type: 'subscribe'; readonly participant: ParticipantId; readonly streams: readonly StreamRef[] }
  /** Of what it publishes others may have these sections. */
  | { readonly type: 'admit'; readonly participant: ParticipantId; readonly mids: readonly string[] }
  /** It has data channels, and is sent what these send by theirs. */
  | { readonly type: 'hear'; readonly participant: ParticipantId; readonly from: readonly ParticipantId[] }
  | { readonly type: 'restart'; readonly participant: ParticipantId }
  | { readonly type: 'look'; readonly participant: ParticipantId; readonly stream: StreamRef; readonly width: number }
  /** Its outcome answers the request with which it begins. */
  | ({ readonly type: 'record'; readonly recording: RecordingId; readonly part: number } & RecordingWishes)
  | { readonly type: 'record_pause'; readonly recording: RecordingId; readonly isPaused: boolean }
  /** `answers`: somebody waits until all its files are complete. */
  | { readonly type: 'record_stop'; readonly recording: RecordingId; readonly answers: boolean }
  /** All that this participant publishes and receives is gone. */
  | { readonly type: 'leave'; readonly participant: ParticipantId }
  | { readonly type: 'close' };
