/** Whether work grows faster than what it is done with: by comparing two lengths, so that it does not matter how fast the machine is. */

/** The least of several times, in milliseconds: others have the processors as well. */
function leastOf(times: number, work: () => void): number {
  const took = Array.from({ length: times }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  });
  return Math.min(...took);
}

/** Less is not worth a look. What takes the square of its length gets far beyond it before that is as long as it may be. */
const quickMs = 40;
/** Of a text that is four times as long: 4 where it is linear, 16 where it takes the square. */
const factorMost = 10;

/**
 * How much too long it takes, at the length where that shows; undefined where it does not. From short ones on, so that it ends in any case.
 * The short one is read so often that both would take the same time if it took the square.
 */
export function superlinear(most: number, read: (length: number) => void): string | undefined {
  for (let length = Math.floor(most / 256); length <= most; length *= 4) {
    if (leastOf(1, () => read(length)) < quickMs || leastOf(3, () => read(length)) < quickMs) continue;
    const long = leastOf(3, () => read(length));
    const short = leastOf(3, () => {
      for (let n = 0; n < 16; n++) read(length / 4);
    });
    const factor = (16 * long) / short;
    if (factor > factorMost) return `${Math.round(long)} ms for ${length}, ${factor.toFixed(1)} times as long as for a quarter`;
  }
  return undefined;
}
