import type { Position } from '@offhook/core';

export interface Wanted {
  readonly before?: Position | undefined;
  readonly after?: number | undefined;
  readonly around?: Position | undefined;
}

/** The first and the last position of a page of at most `limit` entries, where `last` is the end of the conversation. */
export function rangeOf(
  { before, after, around }: Wanted,
  last: number,
  limit: number,
): readonly [first: number, last: number] {
  if (before !== undefined) return within(before - limit, before - 1, last);
  if (after !== undefined) return within(after + 1, after + limit, last);
  if (around !== undefined) {
    const first = around - Math.floor(limit / 2);
    return within(first, first + limit - 1, last);
  }
  return within(last - limit + 1, last, last);
}

function within(first: number, until: number, last: number): readonly [number, number] {
  return [Math.max(1, first), Math.min(until, last)];
}
