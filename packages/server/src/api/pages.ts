/** Pages of lists that are read as a whole. */
import type { Instant } from '@offhook/core';
import { sizeOf } from './routes.ts';

export interface PageAsked {
  readonly after?: string | undefined;
  readonly limit?: string | undefined;
}

export interface PageOf<T> {
  readonly items: readonly T[];
  /** For `after`; absent: these are all. */
  readonly next?: string;
}

/** Where something stands among others, as text that orders them: by when it began, then by its id. */
export function placeOf(at: Instant, id: string): string {
  return `${String(at).padStart(15, '0')}.${id}`;
}

/** What stands behind a place, in order. What is gone meanwhile leaves its place. */
export function pageOf<T>(all: readonly T[], place: (one: T) => string, { after, limit }: PageAsked): PageOf<T> {
  const placed = all
    .map((one) => ({ one, at: place(one) }))
    .filter(({ at }) => after === undefined || at > after)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const onPage = placed.slice(0, sizeOf(limit));
  const last = onPage.at(-1);
  return {
    items: onPage.map(({ one }) => one),
    ...(last !== undefined && onPage.length < placed.length && { next: last.at }),
  };
}
