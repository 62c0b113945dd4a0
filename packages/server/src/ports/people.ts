/** What is stored about what people say of themselves and of one another. */
import type { Address, Instant, Profile } from '@offhook/core';
import type { StoredUser } from '../ports.ts';

export interface StoredContact {
  readonly user: StoredUser;
  readonly starred: boolean;
}

/** Who does not want to hear of whom. */
export interface Blocks {
  /** Those whom somebody has blocked, by address. */
  readonly blocked: readonly Address[];
  /** Those who have blocked them. */
  readonly by: readonly Address[];
}

export type PeopleWrite =
  /** What somebody says of themselves. Changes nothing where there is no such user. */
  | { readonly type: 'profile'; readonly user: Address; readonly profile: Profile }
  /** When somebody was last here. */
  | { readonly type: 'seen'; readonly user: Address; readonly at: Instant }
  | { readonly type: 'contact'; readonly user: Address; readonly contact: Address; readonly starred: boolean }
  | { readonly type: 'no_contact'; readonly user: Address; readonly contact: Address }
  | { readonly type: 'block'; readonly user: Address; readonly blocked: Address; readonly on: boolean };

/** The part of the store that knows it. */
export interface PeopleStore {
  /** Favourites first, then by name. */
  contacts(user: Address): Promise<readonly StoredContact[]>;
  blocks(user: Address): Promise<Blocks>;
}

/** The same, to be looked into. */
export interface BlockLists {
  readonly blocked: ReadonlySet<Address>;
  readonly by: ReadonlySet<Address>;
}

/** Who does not want to hear of whom, as it is now. */
export interface BlockBook {
  /** At once where it is in memory. */
  of(user: Address): BlockLists | Promise<BlockLists>;
  /** Stores it, and tells those who listen once it holds. */
  change(user: Address, blocked: Address, on: boolean): Promise<void>;
  /** Told of the two whom a change concerns, with their lists after it. */
  onChange(listener: (changed: ReadonlyMap<Address, BlockLists>) => void): void;
}

/** Whether one of the two has blocked the other. */
export function areApart({ blocked, by }: BlockLists, other: Address): boolean {
  return blocked.has(other) || by.has(other);
}

/** Of those who have blocked nobody and are blocked by nobody, as most are. */
export const noBlocks: BlockLists = { blocked: new Set(), by: new Set() };

/** Where pictures of people belong, instead of to a conversation: no id of one is as short. */
export const picturePlace = 'picture';
/** The same of what callers hear of people at their voicemail. */
export const greetingPlace = 'greeting';
