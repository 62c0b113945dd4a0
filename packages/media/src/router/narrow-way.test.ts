/** A way that becomes narrow and wide again, from the first loss to the picture that is shown: what is promised of it, by many chances. */
import { describe, expect, it } from 'vitest';
import { narrowed } from './narrow-way.fixture.ts';
import type { Narrowed } from './narrow-way.fixture.ts';

const seeds = 60;
const never = Number.POSITIVE_INFINITY;

/** Of so many parts of a hundred of all runs, the worst. */
function worst(runs: readonly Narrowed[], of: (run: Narrowed) => number | undefined, percent: number): number {
  const sorted = runs.map((run) => of(run) ?? never).toSorted((a, b) => a - b);
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1]!;
}

describe.each([2, 3, 5])('the picture on a way of 400 kbit/s, of %s people,', (people) => {
  const runs = Array.from({ length: seeds }, (_, seed) => narrowed({ seed, people }));

  it('becomes smaller within three seconds, and large again within ten once the way is wide', () => {
    expect(worst(runs, ({ fall }) => fall, 100)).toBeLessThanOrEqual(3_000);
    expect(worst(runs, ({ rise }) => rise, 100)).toBeLessThanOrEqual(10_000);
  });

  it('stands still for no more than half a second, nine times of ten, and never for much longer', () => {
    expect(worst(runs, ({ gapNarrow }) => gapNarrow, 90)).toBeLessThanOrEqual(500);
    expect(worst(runs, ({ gapWide }) => gapWide, 100)).toBeLessThanOrEqual(500);
    expect(worst(runs, ({ gapNarrow }) => gapNarrow, 100)).toBeLessThanOrEqual(800);
  });
});
