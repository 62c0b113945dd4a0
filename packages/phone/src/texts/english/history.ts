/** The list of past calls. */
export const history = {
  title: 'Calls',
  which: 'Which calls',
  all: 'All',
  onlyMissed: 'Missed',
  noMissed: 'No missed calls.',
  nothing: 'Your calls will be listed here.',
  older: 'Show older calls',
  kinds: {
    audio: { missed: 'Missed', incoming: 'Incoming', outgoing: 'Outgoing', unanswered: 'Outgoing' },
    video: { missed: 'Missed video', incoming: 'Incoming video', outgoing: 'Outgoing video', unanswered: 'Outgoing video' },
  },
  youWereBusy: 'you were busy',
  doNotDisturb: 'do not disturb',
  forwardedTo: (name: string): string => `forwarded to ${name}`,
  /** What came of a call that nobody talked in, by its cause. */
  outcomes: {
    declined: 'declined',
    busy: 'was busy',
    do_not_disturb: 'do not disturb',
    no_answer: 'no answer',
    cancelled: 'cancelled',
    unreachable: 'was not there',
    answered_elsewhere: 'answered elsewhere',
    transferred: 'transferred',
    forwarded: 'forwarded',
    crossed: 'you called each other',
    hangup: 'no connection',
    media_failed: 'no connection',
    connection_lost: 'no connection',
    server_lost: 'no connection',
  },
};
