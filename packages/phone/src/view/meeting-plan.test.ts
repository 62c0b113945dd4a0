import { expect, it } from 'vitest';
import { addressesIn, dateOf, instantOf, nextHour, timeFieldOf } from './meeting-plan.ts';

it('begins at the next full hour', () => {
  const at = new Date(2027, 2, 5, 9, 20).getTime();
  expect(new Date(nextHour(at)).getMinutes()).toBe(0);
  expect(nextHour(at) - at).toBe(40 * 60_000);
});

it('says in fields what it reads out of them', () => {
  const at = new Date(2027, 2, 5, 9, 5).getTime();
  expect([dateOf(at), timeFieldOf(at)]).toEqual(['2027-03-05', '09:05']);
  expect(instantOf(dateOf(at), timeFieldOf(at))).toBe(at);
});

it('takes addresses with commas, semicolons and spaces, each once', () => {
  expect(addressesIn(' a@x.org, b@x.org;c@x.org\n a@x.org')).toEqual(['a@x.org', 'b@x.org', 'c@x.org']);
  expect(addressesIn('  ')).toEqual([]);
});
