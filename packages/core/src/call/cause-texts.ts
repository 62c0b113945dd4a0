/** What people read when a call ends, from either side; {name} stands for the other. See `causes.ts` for the rest of the table. */
export const causeTexts = {
  hangup: { caller: 'Call ended', callee: 'Call ended' },
  cancelled: { caller: 'You hung up before {name} answered', callee: 'Missed call' },
  declined: { caller: '{name} declined the call', callee: 'You declined the call' },
  busy: { caller: '{name} is on another call', callee: 'Missed call while you were busy' },
  do_not_disturb: { caller: '{name} does not want to be disturbed', callee: 'Missed call while you were not to be disturbed' },
  no_answer: { caller: '{name} did not answer', callee: 'Missed call' },
  unreachable: { caller: '{name} is not there right now', callee: 'Missed call while you were away' },
  answered_elsewhere: { caller: 'Answered', callee: 'Answered on another device' },
  transferred: { caller: 'The call was transferred', callee: 'The call was transferred' },
  forwarded: { caller: 'The call was forwarded', callee: 'The call was forwarded' },
  crossed: { caller: 'You called each other', callee: 'You called each other' },
  media_failed: { caller: 'No connection for sound could be made', callee: 'No connection for sound could be made' },
  connection_lost: { caller: 'The connection to {name} was lost', callee: 'The connection to {name} was lost' },
  server_lost: { caller: 'The server lost the call', callee: 'The server lost the call' },
} as const satisfies Record<string, { caller: string; callee: string }>;
