/**
 * Why a call or a leg ended: one table for every side that wants to know. `sip` is the final response (RFC 3261 §21) or, for
 * an established call, the status in the BYE's Reason header (RFC 3326); `q850` the ITU-T Q.850 cause value; `http` the status a
 * REST client sees when the cause is the outcome of its request. The sentences that people read stand apart, as browsers load no
 * more of it than these.
 */
import { causeTexts } from './cause-texts.ts';

export const causes = {
  hangup: { sip: 200, q850: 16, http: 200, ...causeTexts.hangup },
  cancelled: { sip: 487, q850: 16, http: 200, ...causeTexts.cancelled },
  declined: { sip: 603, q850: 21, http: 403, ...causeTexts.declined },
  busy: { sip: 486, q850: 17, http: 409, ...causeTexts.busy },
  do_not_disturb: { sip: 480, q850: 17, http: 409, ...causeTexts.do_not_disturb },
  no_answer: { sip: 480, q850: 19, http: 408, ...causeTexts.no_answer },
  unreachable: { sip: 480, q850: 20, http: 404, ...causeTexts.unreachable },
  answered_elsewhere: { sip: 200, q850: 26, http: 409, ...causeTexts.answered_elsewhere },
  // RFC 5589 §6: the transferor ends its dialog with a BYE.
  transferred: { sip: 200, q850: 16, http: 200, ...causeTexts.transferred },
  // RFC 3261 §21.3.3, with the reason for it in a Diversion (RFC 5806) or History-Info (RFC 7044) header.
  forwarded: { sip: 302, q850: 31, http: 200, ...causeTexts.forwarded },
  // The server takes it in the callee's place, as a phone that forwards would have it done.
  voicemail: { sip: 302, q850: 19, http: 200, ...causeTexts.voicemail },
  // Nobody talks in it: the meeting to which it has asked is where they go on.
  joined: { sip: 200, q850: 16, http: 200, ...causeTexts.joined },
  crossed: { sip: 200, q850: 26, http: 409, ...causeTexts.crossed },
  media_failed: { sip: 488, q850: 88, http: 502, ...causeTexts.media_failed },
  connection_lost: { sip: 408, q850: 27, http: 504, ...causeTexts.connection_lost },
  server_lost: { sip: 503, q850: 41, http: 503, ...causeTexts.server_lost },
} as const satisfies Record<Cause, { sip: number; q850: number; http: number; caller: string; callee: string }>;

/** Why a call or a leg has ended. */
export type Cause = keyof typeof causeTexts;

/** Whether the callee should see it as a missed call. */
export function isMissed(cause: Cause): boolean {
  switch (cause) {
    case 'cancelled':
    case 'busy':
    case 'do_not_disturb':
    case 'no_answer':
    case 'unreachable':
    case 'voicemail':
      return true;
    case 'hangup':
    case 'declined':
    case 'answered_elsewhere':
    case 'transferred':
    case 'forwarded':
    case 'crossed':
    case 'joined':
    case 'media_failed':
    case 'connection_lost':
    case 'server_lost':
      return false;
  }
}
