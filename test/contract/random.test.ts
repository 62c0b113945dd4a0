/** What every adapter of the Random port does. */
import { describe, expect, it } from 'vitest';
import type { Random } from '../../packages/server/src/ports.ts';
import { SystemRandom } from '../../packages/server/src/system/random.ts';

const randoms: readonly { readonly name: string; readonly open: () => Random }[] = [
  { name: 'system', open: () => new SystemRandom() },
];

describe.each(randoms)('random: $name', ({ open }) => {
  it.each([1, 8, 96, 128, 130, 256])('makes tokens that can hold %i bits, of URL-safe characters', (bits) => {
    const random = open();
    for (let index = 0; index < 100; index += 1) {
      const token = random.token(bits);
      expect(token).toMatch(/^[\w-]+$/);
      expect(token.length * 6).toBeGreaterThanOrEqual(bits);
    }
  });

  it('makes no token twice', () => {
    const random = open();
    const tokens = Array.from({ length: 10_000 }, () => random.token(96));
    expect(new Set(tokens).size).toBe(10_000);
  });

  it('uses every character in every place of a token about equally often', () => {
    const random = open();
    const rounds = 20_000;
    const counts = new Map<string, number>();
    for (let index = 0; index < rounds; index += 1)
      for (const [place, character] of [...random.token(96)].entries())
        counts.set(`${place}${character}`, (counts.get(`${place}${character}`) ?? 0) + 1);
    expect(counts.size).toBe(16 * 64);
    // Six standard deviations of a fair draw: about one false alarm in half a million runs.
    const spread = 6 * Math.sqrt(rounds / 64);
    for (const count of counts.values()) expect(Math.abs(count - rounds / 64)).toBeLessThan(spread);
  });
});
