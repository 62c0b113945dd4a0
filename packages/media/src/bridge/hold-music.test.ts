import { describe, expect, it } from 'vitest';
import { tone } from '../../../../test/support/tone-file.ts';
import { readHoldMusic } from './hold-music.ts';
import { Music } from './music.ts';

/** How often it goes up through zero in a second. */
const hertzOf = (round: Int16Array): number => {
  const second = round.subarray(800, 8_800);
  return second.filter((sample, n) => sample >= 0 && (second[n - 1] ?? 1) < 0).length;
};

describe('music of the host', () => {
  it.each([[{ rate: 48_000, channels: 2 }], [{ rate: 44_100, channels: 1 }], [{ rate: 8_000, channels: 1 }]])(
    'is what was in the file (%j), in whole frames of a telephone',
    async (form) => {
      const round = await readHoldMusic(tone(700, 2, form));
      expect(round.length % 160).toBe(0);
      expect(round.length).toBeGreaterThan(15_500);
      expect(hertzOf(round)).toBeCloseTo(700, -1);
      expect(Math.max(...round)).toBeGreaterThan(9_000);
      // Round and round: after its end comes its beginning.
      const music = new Music(0, round);
      const [first] = music.tick(20);
      const frames = round.length / 160;
      const again = music.tick(frames * 20 + 20);
      expect(again.at(-1)?.samples).toEqual(first?.samples);
    },
  );

  it('has nothing of what telephones cannot carry', async () => {
    const round = await readHoldMusic(tone(6_000, 2, { rate: 48_000, channels: 1 }));
    expect(Math.max(...round.subarray(800))).toBeLessThan(300);
  });

  it.each([
    ['words', Buffer.from('this is no music, whatever its name says'), 'refused'],
    ['less than a second', tone(700, 0.5, { rate: 8_000, channels: 1 }), 'refused'],
    ['more than ten minutes', tone(700, 601, { rate: 8_000, channels: 1 }), 'too_long'],
  ])('is none of %s', { timeout: 60_000 }, async (_, bytes, code) => {
    await expect(readHoldMusic(bytes)).rejects.toMatchObject({ name: 'GreetingError', code });
  });
});
