import { describe, expect, test } from 'vitest';
import { fitting } from './pages.ts';

const entry = (position: number, size = 100) => ({ position, text: 'x'.repeat(size) });
const page = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => entry(from + at));
const positions = (...asked: Parameters<typeof fitting>): number[] => fitting(...asked).map(({ position }) => position);
/** Room for three of them, but not for four. */
const three = 3 * JSON.stringify(entry(10)).length + 50;

describe('a page that is too long', () => {
  test.each([
    ['the newest', {}, [17, 18, 19]],
    ['before one', { before: 20 }, [17, 18, 19]],
    ['behind one', { after: 9 }, [10, 11, 12]],
    ['around one', { around: 15 }, [14, 15, 16]],
    ['around the first', { around: 10 }, [10, 11, 12]],
    ['around the last', { around: 19 }, [17, 18, 19]],
  ])('keeps what is next to where it was asked for: %s', (_, wanted, kept) => {
    expect(positions(page(10, 19), wanted, three)).toEqual(kept);
  });

  test('has one at least, and no gap where a long one stands', () => {
    expect(positions([entry(1), entry(2, 10_000)], {}, 1_000)).toEqual([2]);
    expect(positions([entry(1), entry(2, 10_000), entry(3)], {}, 1_000)).toEqual([3]);
    expect(positions([entry(1, 10_000), entry(2)], { after: 0 }, 1_000)).toEqual([1]);
  });
});

test('a page that fits stays as it is, also an empty one', () => {
  expect(positions(page(1, 9), {}, 1_000_000)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect([fitting([], {}, 10), fitting([], { around: 3 }, 10), fitting([], { after: 3 }, 10)]).toEqual([[], [], []]);
});
