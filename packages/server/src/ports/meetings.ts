/** Meetings: what is kept of them, and what signalling, the REST API and the mail need of them. */
import type {
  ErrorCode,
  FileInfo,
  From,
  Grants,
  Instant,
  MeetingEffect,
  MeetingId,
  MeetingInfo,
  MeetingInput,
  MeetingLook,
  MeetingRequest,
  MeetingState,
  StandingMeeting,
} from '@offhook/core';
import type { Outcome, Write } from '../ports.ts';

/** A letter that is to be sent. */
export interface StoredMail {
  readonly id: string;
  /** To one address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** What its calendar entry is for (RFC 5546 §3.2), and the entry. */
  readonly calendar?: { readonly method: 'REQUEST' | 'CANCEL'; readonly content: string } | undefined;
  /** What it has with it, as far as that is still there when it is sent. */
  readonly attachment?: Pick<FileInfo, 'file' | 'name' | 'type'> | undefined;
  readonly madeAt: Instant;
}

export type MeetingWrite =
  /** The present state; one that is over is forgotten. */
  | { readonly type: 'meeting'; readonly state: MeetingState }
  | { readonly type: 'mail'; readonly mail: StoredMail }
  /** It was sent, or is given up. */
  | { readonly type: 'mail_gone'; readonly mail: string };

/** The part of the store that knows them. */
export interface MeetingStore {
  /** Those that are not over. */
  meetings(): Promise<readonly StandingMeeting[]>;
  /** Letters that were not sent yet, the oldest first. */
  mails(): Promise<readonly StoredMail[]>;
}

/** Who asks something of meetings. */
export interface Asker {
  readonly from: From;
  /** Without an account here. */
  readonly guest: boolean;
  /** What their token allows. */
  readonly grants: Grants;
  readonly networkAddress: string;
}

/** What signalling asks of meetings. */
export interface Meetings {
  /** A durable request; `respond` is called exactly once, before any event that follows from it is published. */
  request(asker: Asker, request: MeetingRequest, respond: (outcome: Outcome) => void): void;
  /** The page of a connection has left by itself, or it can be resumed no more. */
  gone(connection: string): void;
}

/** What programs may do. */
export type MeetingOrder = Extract<
  MeetingInput,
  { type: 'make' | 'change' | 'cancel' | 'invite' | 'admit' | 'refuse' | 'mute' | 'remove' | 'host' | 'lower' | 'lock' | 'end' }
>;

/** The same, as programs see it. */
export interface MeetingAdministration {
  meeting(id: MeetingId): StandingMeeting | undefined;
  /** All of them, the soonest first. */
  list(): readonly StandingMeeting[];
  /** As programs see it. */
  info(meeting: StandingMeeting): MeetingInfo;
  /** As whoever has the link sees it. */
  look(meeting: StandingMeeting): MeetingLook;
  /** Resolves once it is stored; with why it was not done, if so. */
  order(meeting: MeetingId, order: MeetingOrder): Promise<ErrorCode | undefined>;
  /** The same: telephones find it by another PIN. */
  renewPin(meeting: MeetingId): Promise<ErrorCode | undefined>;
}

/** By what a meeting is reached. */
export type MeetingPlace = Pick<MeetingInfo, 'link' | 'dialIn'>;

/** What is written to those who were invited by e-mail. */
export interface Letters {
  /** To be stored with the change that they tell of. */
  write(
    occasion: Extract<MeetingEffect, { type: 'mail' }>,
    meeting: StandingMeeting,
    where: MeetingPlace,
    now: Instant,
  ): readonly Write[];
  /** Some were stored. */
  post(): void;
}
