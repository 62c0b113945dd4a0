/** Limits of telephone numbers of ours, as in `limits.ts`, which only the server checks. */
export const numberLimits = {
  /** Numbers of one server: `too_many_numbers`. */
  numbers: 10_000,
  rulesPerNumber: 50,
  datesPerRule: 100,
  /** People of a group who are rung by a call to its number: the first of them, by address. */
  groupRung: 25,
  /** Milliseconds for which it is not told again that calls to a number come to nobody. */
  againMs: 60_000,
} as const;
