import { expect, it } from 'vitest';
import { Steady } from './steady.ts';

it('changes its word once it was otherwise for some time without a break', () => {
  const poor = new Steady(3);
  const told = [true, true, false, true, true, true].map((is) => poor.tell(is));
  expect(told).toEqual([false, false, false, false, false, true]);
  expect(poor.is).toBe(true);
  expect([false, true, false, false].map((is) => poor.tell(is))).toEqual([false, false, false, false]);
  expect(poor.is).toBe(true);
  expect(poor.tell(false)).toBe(true);
  expect(poor.is).toBe(false);
});
