import { assert, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opinionScore, ratingFactor, ratingOf } from './emodel.ts';

const score = (delayMs: number, loss: number): number => opinionScore(ratingFactor({ delayMs, loss }));

describe('the E-model', () => {
  // The table of G.107 Annex B: R to MOS.
  it.each([
    [90, 4.34],
    [80, 4.03],
    [70, 3.6],
    [60, 3.1],
    [50, 2.58],
    [0, 1],
    [100, 4.5],
  ])('gives R %d the score %d', (rating, mos) => {
    expect(opinionScore(rating)).toBeCloseTo(mos, 1);
  });

  it('knows a call without delay and loss as good, and one that loses a fifth as bad', () => {
    expect(score(0, 0)).toBeCloseTo(4.41, 2);
    expect(ratingOf(score(20, 0))).toBe('good');
    expect(ratingOf(score(150, 0.08))).toBe('fair');
    expect(ratingOf(score(150, 0.2))).toBe('bad');
    expect(ratingOf(score(800, 0))).toBe('bad');
  });

  it('never rises with delay or loss, and stays from 1 to 4.5', () => {
    const delay = double({ min: 0, max: 5_000, noNaN: true });
    const loss = double({ min: 0, max: 1, noNaN: true });
    assert(
      property(delay, loss, delay, loss, (d, l, more, worse) => {
        const one = score(d, l);
        expect(one).toBeGreaterThanOrEqual(1);
        expect(one).toBeLessThanOrEqual(4.5);
        expect(score(d + more, Math.min(1, l + worse))).toBeLessThanOrEqual(one + 1e-9);
      }),
    );
  });
});
