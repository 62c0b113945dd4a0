/** Limits of telephones that come into meetings, as in `limits.ts`, which only the server checks. */
export const dialInLimits = {
  /** Digits of a PIN, by which a meeting is found. */
  pinDigits: 10,
  /** How often a caller may key something that is wrong, or nothing, before they are hung up on. */
  tries: 3,
  /** How long they have for each try, from the prompt on. */
  triesMs: 30_000,
  /** How long they wait in a lobby. */
  waitMs: 1_800_000,
  /** Wrong PINs of a caller, and by all callers at one number: per hour, and how many may come at once. */
  pinsOfCallerPerHour: 12,
  pinsOfCallerBurst: 6,
  pinsPerHour: 240,
  pinsBurst: 120,
  /** Beyond that, and beyond wrong passcodes of one meeting: one guess of a telephone in so much time is heard, and none waits longer. */
  guessEveryMs: 5_000,
  guessWaitMs: 30_000,
} as const;
