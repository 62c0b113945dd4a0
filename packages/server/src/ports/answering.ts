/** Calls that a program answers: the caller takes part in a session, by the peer connection of the call, and hears all of it as one sound. */
import type { CallId, From, ParticipantId, SessionId } from '@offhook/core';
import type { MediaKind, PublishedStream } from './media.ts';
import type { AttachOrder } from './rtp.ts';

/** What the media worker does, beside `Media`: there `leave` ends it. */
export interface CallMedia {
  /** What an offer of a call publishes. @throws MediaError `bad_description` */
  readCall(offer: string, allowed: readonly MediaKind[]): readonly PublishedStream[];
  /** The answer to an offer of a call, for the first time or again. @throws MediaError `bad_description`, `unavailable` */
  call(
    session: SessionId,
    participant: ParticipantId,
    order: AttachOrder,
  ): Promise<{ readonly answer: string; readonly streams: readonly PublishedStream[] }>;
  /** Replaces what it hears; nothing where it is in no call. */
  receive(session: SessionId, participant: ParticipantId, streams: AttachOrder['streams']): void;
}

export interface AnswerOrder {
  readonly session: SessionId;
  /** As whom the caller takes part: one that was added, and may publish sound. */
  readonly participant: ParticipantId;
}

export interface Answering {
  /** Answers a call that rings, in the place of whom it rings for. Resolves once it is taken. @throws Refusal */
  answer(call: CallId, order: AnswerOrder): Promise<void>;
  /** Whether a call may be answered so. @throws Refusal */
  check(order: AnswerOrder): void;
  /** Under which a device of the server takes a call that it may lead into a session later. */
  connection(): string;
  /**
   * A call that a device of the server has taken goes on in a session, without it: the other side is asked to offer anew. `side`: that device.
   * @throws Refusal
   */
  takeOver(call: CallId, side: From, order: AnswerOrder): Promise<void>;
}
