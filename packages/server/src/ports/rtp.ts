/** Participants of a session that come by plain RTP, as a program has it: the worker carries them, sessions decide about them. */
import type { ParticipantId, PublishedSection, RtpAnswer, RtpState, SessionId } from '@offhook/core';
import type { MediaKind, PublishedStream, StreamRef } from './media.ts';

export interface AttachOrder {
  readonly offer: string;
  readonly allowed: readonly MediaKind[];
  /** What it receives from the beginning. */
  readonly streams: readonly StreamRef[];
  /** As one sound. */
  readonly mixes?: boolean | undefined;
}

/** For what we are to offer: an address of whoever answers it, and whether they may be heard. */
export interface PlainReservation {
  readonly at: string;
  readonly sends: boolean;
}

/** As `RtpState`, with the names under which the worker knows those who take part. */
export interface Attached {
  readonly sections: readonly AttachedSection[];
  readonly refused: readonly Readonly<RtpState['refused'][number]>[];
}

interface AttachedSection extends Omit<RtpState['sections'][number], 'codecs' | 'remote' | 'carries'> {
  readonly codecs: readonly string[];
  readonly remote: string | undefined;
  readonly carries: StreamRef | undefined;
}

/** What the media worker does, beside `Media`: there `leave` ends it. */
export interface RtpMedia {
  /** What an offer publishes. @throws MediaError `bad_description` */
  read(offer: string, allowed: readonly MediaKind[]): readonly PublishedStream[];
  /** @throws MediaError `bad_description`, `unavailable`, `no_port`, `stale` where it has left meanwhile */
  attach(
    session: string,
    participant: string,
    order: AttachOrder,
  ): Promise<{ readonly answer: string; readonly streams: readonly PublishedStream[] }>;
  /**
   * Sound, for whoever asks to be offered some; the answer goes to `attach`, as an offer would. @throws MediaError `unavailable`, `no_port`
   */
  offerPlain(session: string, participant: string, reservation: PlainReservation): Promise<string>;
  /** From which address somebody says what comes by `attach` next: what they send is expected from there. */
  saysFrom(session: string, participant: string, address: string): void;
  /** Replaces what it receives; nothing where it is not attached. */
  receive(session: string, participant: string, streams: readonly StreamRef[]): void;
  /** @throws MediaError `stale` where it is not attached */
  attached(session: string, participant: string): Promise<Attached>;
}

/** What the REST API asks. @throws Refusal, all of them */
export interface SessionRtp {
  /** The participant comes in by it, or anew; it was added before. */
  attach(session: SessionId, participant: ParticipantId, order: RtpOrder): Promise<RtpAnswer>;
  /** The same without an offer: the participant comes in, and is offered sound. `at`: an address of whoever answers. */
  offer(
    session: SessionId,
    participant: ParticipantId,
    order: { readonly name?: string; readonly at: string },
  ): Promise<string>;
  /** What that is answered. */
  answered(session: SessionId, participant: ParticipantId, answer: string): Promise<void>;
  detach(session: SessionId, participant: ParticipantId): Promise<void>;
  state(session: SessionId, participant: ParticipantId): Promise<RtpState>;
}

export interface RtpOrder {
  readonly offer: string;
  readonly name?: string | undefined;
  /** The address that the offer comes from; absent: nobody knows. */
  readonly at?: string | undefined;
  /** Hears all that it is subscribed to as one sound. */
  readonly mix?: boolean | undefined;
  readonly streams?: readonly PublishedSection[] | undefined;
}
