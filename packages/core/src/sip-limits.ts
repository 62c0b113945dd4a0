/** Limits of SIP phones, as in `limits.ts`, which only the server checks. */
export const sipLimits = {
  /** Phones of one user: `too_many_phones`. */
  phonesPerUser: 10,
  /** Where one phone is reached at once, each flow counted: further ones are answered 403. */
  bindingsPerPhone: 5,
  /** Characters of a password, of 5 bits each. */
  passwordLength: 16,
  /** How long a phone that is not where it says it is, behind NAT, stays registered by UDP: the way there is forgotten soon after. */
  natMs: 60_000,
  /** Requests from one network address that prove nothing, per second, and how many may come at once. */
  strangersPerSecond: 10,
  strangersBurst: 300,
  /** Wrong passwords from one network address: per minute, and how many may come at once. */
  guessesPerMinute: 1,
  guessBurst: 10,
  /** How long nothing from there is read after too many of the one and of the other. */
  strangersMs: 60_000,
  guessersMs: 300_000,
  /** Network addresses, nonces and phones of which that is remembered, each: what came first is forgotten first. */
  remembered: 20_000,
} as const;
