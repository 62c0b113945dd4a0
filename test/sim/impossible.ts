/** Pairs of state and input that cannot be, each with its reason. Everything else must happen in the simulator. */
export interface Impossible {
  /** As `machine state input`. */
  readonly pairs: readonly string[];
  readonly why: string;
}

export const impossible: readonly Impossible[] = [];
