import { expect, it } from 'vitest';
import type { Quality } from '../view/state.ts';
import { qualityOf } from './quality.ts';

it.each<[Quality | undefined, number, number, boolean?]>([
  [undefined, 2, 2],
  ['good', 100, 0],
  ['good', 100, 3],
  ['uneven', 100, 4],
  ['uneven', 100, 0, true],
  ['uneven', 100, 50],
  ['poor', 100, 51],
])('says %s of %i seconds, %i of them bad', (quality, all, bad, interrupted = false) =>
  expect(qualityOf({ all, bad, interrupted })).toBe(quality),
);
