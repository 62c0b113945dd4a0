/** Limits of trunks and of calls to telephone numbers, as in `limits.ts`, which only the server checks. */
export const trunkLimits = {
  /** `too_many_trunks`. */
  trunks: 100,
  /** Network addresses from which calls of one trunk come in. */
  addresses: 64,
  /** Rules of one list. */
  rules: 1_000,
  /** Characters of a user name and of a password. */
  usernameLength: 128,
  passwordLength: 256,
} as const;
