/** Limits of trunks and of calls to telephone numbers, as in `limits.ts`, which only the server checks. */
export const trunkLimits = {
  /** `too_many_trunks`. */
  trunks: 100,
  /** Network addresses from which calls of one trunk come in. */
  addresses: 64,
  /** Rules of one list. */
  rules: 1_000,
  /** Prices of one table. */
  rates: 10_000,
  /** Milliseconds after which what goes on is stored at the latest: so much of it may be lost when a server dies. */
  storeMs: 30_000,
  /** Milliseconds for which it is not told again that a cap of channels or of calls per second was reached. */
  againMs: 60_000,
  /** How often in a row nobody answers at the other end before it is held for down, and how soon it is asked again then. */
  downAfter: 3,
  watchAgainMs: 10_000,
  /** Characters of a user name and of a password. */
  usernameLength: 128,
  passwordLength: 256,
  /** Of one with which calls come in from anywhere: `trunk_password_weak`. */
  incomingPasswordLength: 16,
  /** What a trunk may do of which nobody has said it. Money is not capped: that needs prices. */
  caps: { channels: 30, callsPerSecond: 5, minutesPerDay: 3_000 },
} as const;
