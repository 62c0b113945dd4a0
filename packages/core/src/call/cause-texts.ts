interface Sides {
  readonly caller: string;
  readonly callee: string;
}

const both = (text: string): Sides => ({ caller: text, callee: text });

/** What people read when a call ends, from either side; {name} stands for the other. See `causes.ts` for the rest of the table. */
export const causeTexts = {
  hangup: both('Call ended'),
  cancelled: { caller: 'You hung up before {name} answered', callee: 'Missed call' },
  declined: { caller: '{name} declined the call', callee: 'You declined the call' },
  busy: { caller: '{name} is on another call', callee: 'Missed call while you were busy' },
  do_not_disturb: { caller: '{name} does not want to be disturbed', callee: 'Missed call while you were not to be disturbed' },
  no_answer: { caller: '{name} did not answer', callee: 'Missed call' },
  unreachable: { caller: '{name} is not there', callee: 'Missed call while you were away' },
  answered_elsewhere: { caller: 'Answered', callee: 'Answered on another device' },
  transferred: both('Call transferred'),
  forwarded: both('Call forwarded'),
  voicemail: both('Call forwarded'),
  joined: { caller: '{name} joins the meeting', callee: 'You joined the meeting' },
  crossed: both('You called each other'),
  media_failed: both('No connection for sound could be made'),
  connection_lost: both('The connection to {name} was lost'),
  server_lost: both('The server lost the call'),
} as const satisfies Record<string, Sides>;
