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

/** What `placeOf` has made. */
export function readPlace(place: string): { readonly at: Instant; readonly id: string } {
  const dot = place.indexOf('.');
  return { at: Number(place.slice(0, dot)), id: place.slice(dot + 1) };
}

/** What stands behind a place, in order. What is gone meanwhile leaves its place. */
export function pageOf<T>(all: readonly T[], place: (one: T) => string, { after, limit }: PageAsked): PageOf<T> {
  const size = sizeOf(limit);
  // The first ones, and one more: there may be very many others.
  const found: { readonly one: T; readonly at: string }[] = [];
  for (const one of all) {
    const at = place(one);
    const isFull = found.length > size;
    if ((after !== undefined && at <= after) || (isFull && at >= (found.at(-1)?.at ?? ''))) continue;
    if (isFull) found.pop();
    found.splice(found.findLastIndex((other) => other.at < at) + 1, 0, { one, at });
  }
  const onPage = found.slice(0, size);
  const last = onPage.at(-1);
  return { items: onPage.map(({ one }) => one), ...(last !== undefined && found.length > size && { next: last.at }) };
}
