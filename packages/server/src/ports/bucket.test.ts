import { expect, test } from 'vitest';
import { Bucket, Buckets } from './bucket.ts';

const rate = { perSecond: 2, burst: 4 };

test('a bucket gives its burst at once, then so many a second', () => {
  const bucket = new Bucket(rate, 0);
  expect([0, 0, 0, 0, 0].map((at) => bucket.take(rate, at) >= 0)).toEqual([true, true, true, true, false]);
  expect(bucket.take(rate, 1_000)).toBeCloseTo(0);
  expect(bucket.take(rate, 1_000_000)).toBe(rate.burst - 1);
});

test('a bucket sinks no deeper than its burst, so that one who stops is let in again soon', () => {
  const bucket = new Bucket(rate, 0);
  for (let n = 0; n < 1_000; n += 1) bucket.take(rate, 0);
  expect(bucket.take(rate, 0)).toBe(-rate.burst);
  expect(bucket.take(rate, 3_000)).toBe(1);
});

test('a clock that stands still or a cost of several changes nothing about the sum', () => {
  const bucket = new Bucket(rate, 0);
  expect(bucket.take(rate, 0, 3)).toBe(1);
  expect(bucket.take(rate, -500, 1)).toBe(0);
});

test('looking takes nothing', () => {
  const buckets = new Buckets(rate);
  expect([buckets.has('a', 0, rate.burst), buckets.isFull('a', 0)]).toEqual([true, true]);
  buckets.take('a', 0);
  for (let n = 0; n < 10; n += 1) expect(buckets.has('a', 0, rate.burst - 1)).toBe(true);
  expect([buckets.has('a', 0, rate.burst), buckets.isFull('a', 0), buckets.isFull('a', 500)]).toEqual([false, false, true]);
});

test('buckets of those who stopped are forgotten', () => {
  const buckets = new Buckets(rate);
  for (let n = 0; n < 1_000; n += 1) buckets.take(`10.0.0.${n}`, 0);
  for (let n = 0; n < 5; n += 1) buckets.take('greedy', 59_999);
  expect(buckets.size).toBe(1_001);
  expect(buckets.take('greedy', 60_001)).toBe(false);
  expect(buckets.size).toBe(1);
});

test('of more keys than may be remembered the first are forgotten', () => {
  const buckets = new Buckets(rate, 2);
  for (let n = 0; n < 5; n += 1) buckets.take('a', 0);
  for (const key of ['b', 'c']) buckets.take(key, 0);
  expect(buckets.size).toBe(2);
  expect(buckets.has('a', 0)).toBe(true);
});
