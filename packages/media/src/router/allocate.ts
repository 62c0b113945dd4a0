/** Which encodings of all that a receiver gets fit on the way to it; pure. */

/** One video that could be sent: bits per second of each of its encodings, from the smallest; 0 for one that is not being sent. */
export interface Candidate {
  readonly bitrates: readonly number[];
  /** The highest that is of use. */
  readonly wanted: number;
  /** The one that is sent now, -1 without. */
  readonly current: number;
}

export interface Allocation {
  /** By candidate: the encoding to send; -1: none fits. */
  readonly layers: readonly number[];
  /** Bits per second that are missing for the next better encoding of anything; undefined: everything is as good as wanted. */
  readonly missing: number | undefined;
}

/** A better encoding needs so much more room than it takes, so that it does not come and go. */
const reserve = 1.15;

/**
 * Everybody's smallest encoding first, in order; then the next better ones, in order again. What is sent already needs no reserve.
 */
export function allocate(candidates: readonly Candidate[], budget: number): Allocation {
  const layers = candidates.map(() => -1);
  let left = budget;
  let missing: number | undefined;
  const most = Math.max(0, ...candidates.map(({ bitrates }) => bitrates.length));
  for (let round = 0; round < most; round++) {
    for (const [at, { bitrates, wanted, current }] of candidates.entries()) {
      const bitrate = bitrates[round];
      const below = layers[at]!;
      if (bitrate === undefined || bitrate === 0 || round > wanted || (round > 0 && below < lowest(bitrates, round))) continue;
      const more = bitrate - (below === -1 ? 0 : bitrates[below]!);
      const needed = round <= current ? more : more * reserve;
      if (needed <= left) {
        layers[at] = round;
        left -= more;
      } else missing = Math.min(missing ?? Number.POSITIVE_INFINITY, needed - left);
    }
  }
  return { layers, missing };
}

/** The next lower encoding that is being sent: what one has before one gets a better one; -1 if there is none. */
function lowest(bitrates: readonly number[], below: number): number {
  return bitrates.findLastIndex((bitrate, at) => at < below && bitrate > 0);
}
