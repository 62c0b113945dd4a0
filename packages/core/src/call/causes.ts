/**
 * Why a call or a leg ended: one table for every side that wants to know. `sip` is the final response (RFC 3261 §21) or, for
 * an established call, the status in the BYE's Reason header (RFC 3326); `q850` the ITU-T Q.850 cause value; `http` the status a
 * REST client sees when the cause is the outcome of its request. `caller` and `callee` are the sentences people read, with
 * {name} standing for the other.
 */
export const causes = {
  hangup: { sip: 200, q850: 16, http: 200, caller: 'Call ended', callee: 'Call ended' },
  cancelled: { sip: 487, q850: 16, http: 200, caller: 'You hung up before {name} answered', callee: 'Missed call' },
  declined: { sip: 603, q850: 21, http: 403, caller: '{name} declined the call', callee: 'You declined the call' },
  busy: { sip: 486, q850: 17, http: 409, caller: '{name} is on another call', callee: 'Missed call while you were busy' },
  do_not_disturb: {
    sip: 480,
    q850: 17,
    http: 409,
    caller: '{name} does not want to be disturbed',
    callee: 'Missed call while you were not to be disturbed',
  },
  no_answer: { sip: 480, q850: 19, http: 408, caller: '{name} did not answer', callee: 'Missed call' },
  unreachable: {
    sip: 480,
    q850: 20,
    http: 404,
    caller: '{name} is not there right now',
    callee: 'Missed call while you were away',
  },
  answered_elsewhere: { sip: 200, q850: 26, http: 409, caller: 'Answered', callee: 'Answered on another device' },
  crossed: { sip: 200, q850: 26, http: 409, caller: 'You called each other', callee: 'You called each other' },
  media_failed: {
    sip: 488,
    q850: 88,
    http: 502,
    caller: 'No connection for sound could be made',
    callee: 'No connection for sound could be made',
  },
  connection_lost: {
    sip: 408,
    q850: 27,
    http: 504,
    caller: 'The connection to {name} was lost',
    callee: 'The connection to {name} was lost',
  },
  server_lost: { sip: 503, q850: 41, http: 503, caller: 'The server lost the call', callee: 'The server lost the call' },
} as const satisfies Record<string, { sip: number; q850: number; http: number; caller: string; callee: string }>;

export type Cause = keyof typeof causes;

/** Whether the callee should see it as a missed call. */
export function isMissed(cause: Cause): boolean {
  switch (cause) {
    case 'cancelled':
    case 'busy':
    case 'do_not_disturb':
    case 'no_answer':
    case 'unreachable':
      return true;
    case 'hangup':
    case 'declined':
    case 'answered_elsewhere':
    case 'crossed':
    case 'media_failed':
    case 'connection_lost':
    case 'server_lost':
      return false;
  }
}
