import { describe, expect, it } from 'vitest';
import { Beat } from './beat.ts';

describe('what is to be done every few milliseconds', () => {
  it('is done between packets where no timer has had its turn for long, and not with each of them', () => {
    let now = 1_000;
    const turns: number[] = [];
    const beat = new Beat(
      20,
      (at) => turns.push(at),
      () => now,
    );
    for (let packet = 0; packet < 100; packet++) {
      now += 1;
      beat.catchUp();
    }
    expect(turns).toEqual([1_060]);
    beat.turn();
    expect(turns).toEqual([1_060, 1_100]);
    now += 59;
    beat.catchUp();
    expect(turns).toHaveLength(2);
    now += 1;
    beat.catchUp();
    expect(turns).toEqual([1_060, 1_100, 1_160]);
  });
});
