/** Limits of meetings, apart, so that pages which only call do not load them. */
export const meetingLimits = {
  /** How long two have to hear one another in a meeting into which one of them leads their call. */
  moveMs: 20_000,
  /** Code points of a title. */
  titleLength: 120,
  /** The latest time a meeting may have: the year 3000. */
  startsAtMost: 32_503_680_000_000,
  /** How long ago the time of a meeting that is made or put off may have been. */
  startsAgoMsMost: 86_400_000,
  /** How long a meeting is meant to be, at least, at most, and if nothing is said. */
  durationMsLeast: 60_000,
  durationMsMost: 86_400_000,
  durationMsUsual: 3_600_000,
  /** UTF-16 units of the name of a time zone. */
  zoneLength: 64,
  /** Characters of a passcode. */
  passcodeLeast: 4,
  passcodeMost: 32,
  /** UTF-16 units of an e-mail address (RFC 5321 §4.5.3.1.3, without its brackets). */
  emailLength: 254,
  /** Who is invited to one meeting, by e-mail and as users, and how many are rung by one request. */
  invitedMost: 200,
  rungAtOnce: 20,
  /** How long before a meeting those who were invited are reminded, if nothing is said, and at most. */
  remindMs: 600_000,
  remindMsMost: 1_209_600_000,
  /** Who is in one meeting at once, and who waits in its lobby. */
  attendeesMost: 100,
  waitingMost: 100,
  /** Users who come in without waiting because they were in it before, or who come in no more. */
  rememberedMost: 1_000,
  /** Meetings that one user has made and that are not over. */
  meetingsPerUser: 200,
  /** How long somebody who was let in may take to join the session. */
  admittedMs: 60_000,
  /** A meeting is forgotten this long after its time, or after somebody was in it last. */
  meetingKeptMs: 2_592_000_000,
  /** Wrong passcodes for one meeting, of a user, from a network address, and in all: per hour, and how many may come at once. */
  passcodesOfUserPerHour: 12,
  passcodesOfUserBurst: 6,
  passcodesFromAddressPerHour: 24,
  passcodesFromAddressBurst: 24,
  passcodesPerHour: 120,
  passcodesBurst: 60,
  /** E-mail invitations of one user and to one meeting, and from one network address: per hour, and how many may come at once. */
  mailsPerHour: 200,
  mailBurst: 200,
  mailsFromAddressPerHour: 400,
  mailsFromAddressBurst: 400,
  /** Letters that tell of changes of one meeting: per hour, and how many may come at once. */
  changeMailsPerHour: 1_000,
  changeMailsBurst: 1_000,
  /** How long a guest may stay. */
  meetingGuestMs: 86_400_000,
} as const;
