/** Limits of webhooks, as in `limits.ts`, which only the server checks. */
export const webhookLimits = {
  /** Receivers that programs have made: `too_many_webhooks`. */
  receivers: 20,
  /** UTF-16 units of an address and of a description. */
  urlLength: 2_000,
  descriptionLength: 200,
  /** Secrets before the present one that sign as well. */
  secretsBefore: 3,
  /** For how long the secret before signs as well after it was replaced, if nothing is said, and at most. */
  overlapMs: 86_400_000,
  overlapMsMost: 604_800_000,
} as const;
