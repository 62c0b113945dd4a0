import type { Address } from '@offhook/core';

/** Where the pictures of people come from. */
export interface PictureSource {
  /** The address of somebody's picture; undefined where there is none, or none is known yet. */
  pictureOf(user: Address): string | undefined;
}

let source: PictureSource | undefined;
const observers = new Set<() => void>();

/** Avatars show the pictures of this one from now on; of none, initials. */
export function showPictures(from: PictureSource | undefined): void {
  source = from;
  picturesChanged();
}

/** Some picture may be another one. */
export function picturesChanged(): void {
  for (const changed of observers) changed();
}

/** The address of somebody's picture. */
export function pictureOf(user: Address): string | undefined {
  return source?.pictureOf(user);
}

/** Tells when to ask again. Returns the way to stop. */
export function onPictures(changed: () => void): () => void {
  observers.add(changed);
  return () => observers.delete(changed);
}
