/** Telephones that come into meetings: what their calls ask of meetings, and who else leads calls there. */
import type { Address, CallId, Cause, ErrorCode, From, MeetingId, ParticipantId } from '@offhook/core';
import type { AnswerOrder } from './answering.ts';

/** By which number of ours somebody has come, and into which meeting alone that leads. */
export interface Dialled {
  readonly number: string;
  readonly meeting?: MeetingId | undefined;
}

/** As what somebody takes part; without a session they wait until they are let in, `isLed` by somebody who is there already. */
export type Place = {
  readonly participant: ParticipantId;
  readonly session?: string | undefined;
  readonly isLed?: boolean | undefined;
};
type Refused = { readonly error: ErrorCode };

/** What calls of telephones ask of meetings. They hear `meeting_admitted` and `meeting_over` at their connection. */
export interface MeetingPhones {
  isMeeting(meeting: MeetingId): boolean;
  /**
   * Which meeting has this PIN; undefined also where this caller has been wrong too often to say one now. Takes its time where too many were
   * wrong.
   */
  find(pin: string, caller: Address, dialled: Dialled): Promise<MeetingId | undefined>;
  /** `passcode_needed` only where it could be keyed. */
  enter(meeting: MeetingId, from: From, passcode?: string): Promise<Place | Refused>;
  leave(meeting: MeetingId, from: From): void;
  /** It is about to be called. `by`: who wants that; undefined: a program. */
  dial(meeting: MeetingId, by: From | undefined, phone: From): Promise<Place | Refused>;
  answered(meeting: MeetingId, participant: ParticipantId): Promise<Place | Refused>;
  unreached(meeting: MeetingId, participant: ParticipantId, cause: Cause): void;
}

/** Who takes calls of telephones that come into meetings and sessions. Each rejects with a Refusal where it cannot be. */
export interface MeetingDoor {
  /** Whom such calls are to reach. */
  readonly address: Address;
  /** Whether there is this meeting; undefined stands for any. */
  leadsTo(meeting: MeetingId | undefined): boolean;
  /** A call that is about to reach it: whoever it is keys a PIN. Returns what takes that back. */
  expect(call: CallId, dialled: Dialled): () => void;
  /** Calls this number, to bring whoever answers into the meeting. `by`: as in `MeetingPhones`. `payer`: whose call it is. */
  dial(meeting: MeetingId, number: Address, by: From | undefined, payer: Address): Promise<ParticipantId>;
  /** Whoever has this number, or is at a phone with this address, goes on from a call in a meeting; the other one, who hosts it, is in that call no longer. */
  follow(call: CallId, address: Address, meeting: MeetingId): Promise<void>;
  /** The same into a session, as a participant that was added to it: the call. */
  dialInto(order: AnswerOrder, number: Address, payer: Address): Promise<CallId>;
  /** One of the two in a call goes on in a session; `leaves`: the other one. The call in which they do. */
  lead(call: CallId, leaves: Address, order: AnswerOrder): Promise<CallId>;
}
