/**
 * Where several people hear and see one another: a media worker, which sends everybody what they are subscribed to. Who may publish and
 * who gets what is decided elsewhere (`core/src/session`); here it is carried out.
 */
import type { DropCode, Milliseconds, StreamQuality } from '@offhook/core';

/** Sessions and participants by their ids; a stream is a section of what a participant publishes. */
export interface StreamRef {
  readonly participant: string;
  /** Of the publisher's section (RFC 5888 §4). */
  readonly mid: string;
}

export type MediaKind = 'audio' | 'video';

/** What somebody may send: media of these kinds, and data. */
export type Allowed = MediaKind | 'data';

export interface PublishedStream {
  readonly mid: string;
  readonly kind: MediaKind;
}

/** How a stream that is published comes in, as `MeasuredStream` of `@offhook/media`. */
export interface MeasuredStream extends StreamRef {
  readonly bitrate: number;
  readonly loss: number;
  readonly jitterMs: Milliseconds;
  readonly roundTripMs?: Milliseconds;
  readonly mos?: number;
  readonly rating?: StreamQuality['rating'];
}

/** What the media worker measures, beside `Media`. */
export interface StreamMeter {
  /** Those of which something came of late. Nothing where there is no worker any more. */
  measured(session: string): Promise<readonly MeasuredStream[]>;
}

/** A section of an offer to a receiver, and what it carries. */
export interface SubscribedStream extends StreamRef {
  /** Of the receiver's section. */
  readonly section: string;
}

/** How a session is to be recorded, as `RecordingOrder` of `@offhook/media`. */
export interface RecordingOrder {
  readonly recording: string;
  readonly folder: string;
  readonly part: number;
  readonly mix?: 'together' | 'sides' | undefined;
  readonly streams: boolean;
}

/** A file that was begun, as it is told of participants. */
export interface RecordedFile {
  readonly name: string;
  readonly type: string;
  readonly part: number;
  readonly at: number;
  readonly participant?: string | undefined;
  readonly mid?: string | undefined;
}

export class MediaError extends Error {
  override readonly name = 'MediaError';
  /**
   * `bad_description`: it cannot be read or taken. `stale`: an answer to an offer that was replaced. `unavailable`: no worker can take it.
   * `no_port`: none of those set apart for RTP is free. `disk_full`, `recording_failed`: nothing can be recorded.
   */
  readonly code: 'bad_description' | 'stale' | 'unavailable' | 'no_port' | 'disk_full' | 'recording_failed';
  constructor(code: MediaError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type MediaEvent =
  /** The receiver has to answer it, by its revision; an earlier one is void then. `streams` are those that it carries. */
  | {
      readonly type: 'offer';
      readonly session: string;
      readonly participant: string;
      readonly revision: number;
      readonly offer: string;
      readonly streams: readonly SubscribedStream[];
    }
  | {
      readonly type: 'transport';
      readonly session: string;
      readonly participant: string;
      readonly side: 'publish' | 'subscribe';
      readonly state: 'connected' | 'disconnected' | 'failed';
    }
  /** Who is heard above the others; undefined: nobody. */
  | { readonly type: 'speaker'; readonly session: string; readonly participant: string | undefined }
  /** How it sounds what somebody sends, and what they receive. */
  | {
      readonly type: 'quality';
      readonly session: string;
      readonly participant: string;
      readonly quality: { readonly sends?: StreamQuality | undefined; readonly receives?: StreamQuality | undefined };
    }
  /** What somebody sends is dropped; `mid`: of which stream, where it is one. Told once while that goes on. */
  | {
      readonly type: 'dropped';
      readonly session: string;
      readonly participant: string;
      readonly mid: string | undefined;
      readonly code: DropCode;
    }
  /** So many encodings of a picture anybody watches, from the smallest; told when that changes. */
  | {
      readonly type: 'watched';
      readonly session: string;
      readonly participant: string;
      readonly mid: string;
      readonly encodings: number;
    }
  /** A key of a telephone was pressed (RFC 4733); told once. */
  | { readonly type: 'digit'; readonly session: string; readonly participant: string; readonly digit: string }
  /** A recording has begun a file. */
  | { readonly type: 'recorded'; readonly session: string; readonly recording: string; readonly file: RecordedFile }
  /** A recording has ended by itself; its files are as complete as they become. */
  | {
      readonly type: 'recording_failed';
      readonly session: string;
      readonly recording: string;
      readonly fault: 'disk_full' | 'too_large' | 'failed';
    }
  /** The worker is gone, and everything of the session with it: participants publish anew, on another one. */
  | { readonly type: 'lost'; readonly session: string };

/**
 * All of it is ordered per participant. A session begins with its first participant. Ids may be used again once they were let go.
 */
export interface Media {
  /**
   * Takes what a browser offers, and answers it; streams that are not in it any more are gone. Sections of other kinds than `allowed` are
   * answered as inactive. Data channels are there from the first offer of a connection, or not at all.
   *
   * @throws MediaError `bad_description`, `unavailable`; nothing has changed then
   */
  publish(
    session: string,
    participant: string,
    offer: string,
    allowed: readonly Allowed[],
  ): Promise<{ readonly answer: string; readonly streams: readonly PublishedStream[] }>;
  /** Replaces what a participant receives. Streams that are not (yet) there are sent once they are. An offer follows where something changes. */
  subscribe(session: string, participant: string, streams: readonly StreamRef[]): void;
  /**
   * Of what a participant publishes, the sections that others may have: only these are recorded, and make somebody the speaker. None until it
   * is said; said again, it replaces what was said before.
   */
  admit(session: string, participant: string, mids: readonly string[]): void;
  /**
   * A participant has data channels, known to the others as `as`, and hears these by them. To be said before it receives anything;
   * said again, it replaces what was said before.
   */
  hear(session: string, participant: string, as: string, from: readonly string[]): void;
  /** @throws MediaError `bad_description`, `stale` */
  answer(session: string, participant: string, revision: number, answer: string): Promise<void>;
  /** A new transport for a receiver whose way has changed: an offer follows. */
  restart(session: string, participant: string): void;
  /** How large a stream is seen, in CSS pixels of width; 0: not at all. Without it, as large as it is. */
  look(session: string, participant: string, stream: StreamRef, width: number): void;
  /** Resolves once it records. @throws MediaError `disk_full`, `recording_failed`, `unavailable` */
  record(session: string, order: RecordingOrder): Promise<void>;
  /** What is said and shown meanwhile is left out. */
  pauseRecording(session: string, recording: string, isPaused: boolean): void;
  /** Resolves once all its files are complete, also where there is no such recording. */
  stopRecording(session: string, recording: string): Promise<void>;
  leave(session: string, participant: string): void;
  close(session: string): void;
  onEvent(listener: (event: MediaEvent) => void): void;
}
