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

/**
 * Of the entries of a page as many as fit into so many bytes, one at least: those next to where the page was asked for. Positions have
 * no gaps, so that whoever reads sees where to go on.
 */
export function fitting<E extends { readonly position: Position }>(
  entries: readonly E[],
  { after, around }: Wanted,
  bytes: number,
): E[] {
  const wanted =
    around === undefined
      ? after === undefined
        ? entries.length - 1
        : 0
      : entries.findIndex(({ position }) => position >= around);
  let [first, until] = [wanted, wanted];
  let left = bytes;
  /** Whether one more fits, which is then taken. */
  const takes = (at: number): boolean => {
    const entry = entries[at];
    if (entry === undefined) return false;
    const size = Buffer.byteLength(JSON.stringify(entry));
    if (size > left && at !== wanted) return false;
    left -= size;
    return true;
  };
  if (!takes(wanted)) return [];
  // By turns, so that a page around an entry has both of its sides.
  for (let [earlier, later] = [true, true]; earlier || later;) {
    earlier &&= takes(first - 1);
    if (earlier) first -= 1;
    later &&= takes(until + 1);
    if (later) until += 1;
  }
  return entries.slice(first, until + 1);
}

function within(first: number, until: number, last: number): readonly [number, number] {
  return [Math.max(1, first), Math.min(until, last)];
}
