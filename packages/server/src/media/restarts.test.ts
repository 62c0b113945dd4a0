import { expect, it } from 'vitest';
import { Restarts } from './restarts.ts';

it('is at once for one that has lived, or ends for the first time, and later and later for one that ends as soon as it is up', () => {
  const restarts = new Restarts();
  const soon = Array.from({ length: 10 }, () => restarts.ended(20));
  expect(soon).toEqual([0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  for (let n = 0; n < 2_000; n++) restarts.ended(0);
  expect(restarts.ended(4_999)).toBe(10_000);
  expect(restarts.ended(5_000)).toBe(0);
  expect(restarts.ended(5_000)).toBe(0);
  expect(restarts.ended(0)).toBe(100);
});
