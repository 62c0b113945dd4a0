/** What a session tells, and what it may be told. */
import type { ParticipantId, RecordingCause, SessionCause, SessionParticipant, SessionRecording } from '@offhook/core';
import type { OffhookError } from '../errors.ts';
import type { Arrival } from './data.ts';
import type { LocalStream } from './publisher.ts';
import type { SessionQuality } from './quality.ts';
import type { RemoteStream } from './receiver.ts';

/** Why one is in a session no longer: what the server has said, or `left` by oneself. */
export type SessionEnd = SessionCause | 'left';

/** What a session tells. */
export interface SessionEvents {
  /** What somebody publishes arrives: show `remote.stream` in an element. */
  streamAvailable: [remote: RemoteStream];
  /** It does no longer. */
  streamUnavailable: [remote: RemoteStream];
  /** Who is heard above the others; undefined: nobody. */
  activeSpeaker: [participant: SessionParticipant | undefined];
  /** Somebody else has joined, has left, or is otherwise: what they publish, mute, or whether they can be reached. */
  participant: [change: 'joined' | 'left' | 'changed', participant: SessionParticipant];
  /** One's microphones were turned off by whoever runs the session; `setMicEnabled(true)` turns them on again. */
  muted: [];
  /** The session is being recorded, paused, or no longer: then with the cause. Show it: people have a right to know. */
  recording: [recording: SessionRecording | undefined, cause: RecordingCause | undefined];
  /** How it sounds, whenever it is better or worse in a word; say `quality.words` to the person. */
  quality: [quality: SessionQuality];
  /**
   * Something one sends is dropped, with the code why: `bitrate_exceeded` where it is more than the server allows, `source_refused`. `local`:
   * the stream that it is of, where it is one. Told once while that goes on.
   */
  dropped: [error: OffhookError, local: LocalStream | undefined];
  /** Something that another page has sent with `session.send`. */
  data: [from: ParticipantId, data: unknown];
  /** Bytes that another page has sent with `session.sendBytes`; only where one has joined with `data`. */
  bytes: [from: ParticipantId, bytes: Uint8Array<ArrayBuffer>, how: Arrival];
  /** One is in it no longer. With an error where one could not come back into it. */
  ended: [cause: SessionEnd, error: OffhookError | undefined];
}

/** As whom to take part. */
export interface JoinOptions {
  /** Of a participant that was made by the REST API. Without it one comes in as oneself, where that is allowed. */
  readonly token?: string | undefined;
  /** With data channels, for `session.sendBytes` and its event `bytes`. */
  readonly data?: boolean | undefined;
}

/** What is said of a stream. */
export interface PublishOptions {
  /** What the stream is, in words of the application, e.g. `screen`. What is published under one alias is one stream to the others. */
  readonly alias?: string | undefined;
  /** Its tracks end when it is published no longer, as those do that the session has opened itself. */
  readonly owned?: boolean | undefined;
  /**
   * Its sound is sent twice, each packet once more in the next one (RFC 2198), so that a single one that is lost is not heard. Takes about
   * twice the bits; browsers that cannot (Firefox) send it once.
   */
  readonly redundant?: boolean | undefined;
  /**
   * Its sound is hardly sent while nobody speaks (discontinuous transmission, RFC 7587 §3.1.3): a few packets per second instead of fifty.
   * Fewer bits for speech; not for music. Browsers that cannot (Firefox) send all of it.
   */
  readonly dtx?: boolean | undefined;
  /**
   * Its picture is sent once in several layers, of which everybody gets as many as they look at and their way carries, instead of in three
   * sizes: by VP9, or AV1 where `codec` says so, e.g. `L3T3_KEY` (W3C WebRTC-SVC). Takes fewer bits and more of the processor. Firefox sends one
   * layer.
   */
  readonly scalabilityMode?: string | undefined;
  /** By which codec its picture is sent, where the browser has it; else, and without, by one that the browser chooses. */
  readonly codec?: VideoCodec | undefined;
}

/** A codec of pictures, by its name in RTP. */
export type VideoCodec = 'VP8' | 'VP9' | 'H264' | 'AV1';
