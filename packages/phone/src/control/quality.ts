/** How a whole call was heard, in a word. */
import type { Quality } from '../view/state.ts';

/** Seconds of a call. */
export interface Heard {
  readonly all: number;
  readonly bad: number;
  /** It had to be reconnected. */
  readonly interrupted: boolean;
}

/** Less says nothing. */
const leastSeconds = 3;
/** Nobody minds so small a part. */
const unnoticed = 0.03;

export function qualityOf({ all, bad, interrupted }: Heard): Quality | undefined {
  if (all < leastSeconds) return undefined;
  if (bad * 2 > all) return 'poor';
  return interrupted || bad > all * unnoticed ? 'uneven' : 'good';
}
