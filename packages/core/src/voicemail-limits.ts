/** Limits of voicemail, as in `limits.ts`. */
export const voicemailLimits = {
  /** A message is over after so long, where its user has said nothing else. */
  messageMs: 120_000,
  messageMsLeast: 10_000,
  messageMsMost: 600_000,
  /** It is over when nothing was heard for so long. */
  silenceMs: 6_000,
  /** With less sound than this in it there is nothing to hear: it is not kept. */
  soundMsLeast: 1_000,
  /** Of a greeting. */
  greetingMsMost: 60_000,
  /** A minute of WAV as good as it gets. */
  greetingBytesMost: 12_000_000,
  /** That one user makes: per minute, and how many may come at once. */
  greetingsPerMinute: 6,
  greetingBurst: 6,
  /** Messages kept of one user: further callers hear that there is no room. */
  messagesPerUser: 500,
  /** In one page of a list. */
  page: 100,
} as const;
