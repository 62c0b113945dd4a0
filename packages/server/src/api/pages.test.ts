import { expect, it } from 'vitest';
import { pageOf, placeOf } from './pages.ts';

const place = (one: string): string => one;
const shuffled = ['d', 'a', 'f', 'c', 'e', 'b'];

it('yields all in order, page by page, each once, wherever the pages end', () => {
  for (const limit of [1, 2, 3, 4, 5, 6, 7]) {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { items, next } = pageOf(shuffled, place, { after, limit: String(limit) });
      expect(items.length).toBeLessThanOrEqual(limit);
      seen.push(...items);
      after = next;
    } while (after !== undefined);
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  }
});

it('goes on behind what is gone meanwhile, and shows what has come behind it', () => {
  expect(pageOf(shuffled, place, { limit: '2' })).toEqual({ items: ['a', 'b'], next: 'b' });
  const now = ['aa', 'bb', ...shuffled.filter((one) => one !== 'b')];
  expect(pageOf(now, place, { after: 'b', limit: '2' })).toEqual({ items: ['bb', 'c'], next: 'c' });
});

it('has no next page where there is nothing more', () => {
  expect(pageOf([], place, {})).toEqual({ items: [] });
  expect(pageOf(shuffled, place, { after: 'f' })).toEqual({ items: [] });
  expect(pageOf(shuffled, place, { after: 'd', limit: '2' })).toEqual({ items: ['e', 'f'] });
});

it('orders by time, and then by id', () => {
  const places = [placeOf(1_000, 'a'), placeOf(999, 'z'), placeOf(1_000, 'B'), placeOf(1_700_000_000_000, '-')];
  expect(pageOf(places, place, {}).items).toEqual([places[1], places[2], places[0], places[3]]);
});
