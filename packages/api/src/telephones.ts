/** Telephones in meetings and sessions. */
import type { ApiCall, CallIntoSession, MeetingId, MeetingInfo, ParticipantId, SessionId, TelephoneCall } from '@offhook/core';
import { path } from './rest.ts';
import type { Rest } from './rest.ts';

/**
 * Brings people in who have a number and no page. Rejects with `trunks_unavailable` where the server has no port for SIP or no media
 * worker; with `destination_denied` and others of the trunks where `from` may not call the number.
 *
 *     await offhook.telephones.callFromMeeting(meeting, { to: '+4930123456', from: 'anna' });
 */
export class TelephoneApi {
  readonly #rest: Rest;

  /** @internal */
  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /**
   * A meeting calls a number, as a call of `from`: by what they may call. Whoever answers is in it. Resolves once it rings; what becomes of it
   * `listAttendees` says.
   */
  async callFromMeeting(meeting: MeetingId, call: TelephoneCall): Promise<ParticipantId> {
    const answer = await this.#rest.ask<{ participant: ParticipantId }>('POST', path`/meetings/${meeting}/calls`, call);
    return answer.participant;
  }

  /** The same of a session, into which whoever answers comes as a participant that was added to it and may publish sound. */
  async callFromSession(session: SessionId, participant: ParticipantId, call: TelephoneCall): Promise<ApiCall> {
    const to = path`/sessions/${session}/participants/${participant}/calls`;
    return (await this.#rest.ask<{ call: ApiCall }>('POST', to, call)).call;
  }

  /**
   * One of the two in a call goes on in a session, as a participant that was added to it and may publish sound; the other one, who `leaves`, is
   * in no call any more. Resolves with the call by which they are there.
   */
  async leadIntoSession(call: string, into: CallIntoSession): Promise<ApiCall> {
    return (await this.#rest.ask<{ call: ApiCall }>('POST', path`/calls/${call}/session`, into)).call;
  }

  /** Gives a meeting another PIN. Whoever has the one before reaches nobody by it. */
  async renewPin(meeting: MeetingId): Promise<MeetingInfo> {
    return (await this.#rest.ask<{ meeting: MeetingInfo }>('POST', path`/meetings/${meeting}/pin`)).meeting;
  }
}
