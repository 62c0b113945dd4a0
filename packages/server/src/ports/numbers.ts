/** Numbers of ours: what is stored of them, and what programs and calls need of them. */
import type { Address, NumberLead, NumberSetting, OwnNumber } from '@offhook/core';
import type { FromTrunk } from './trunks.ts';

export type NumberWrite =
  | { readonly type: 'number'; readonly number: OwnNumber }
  | { readonly type: 'number_gone'; readonly number: string };

/** The part of the store that knows them. */
export interface NumberStore {
  /** In their order. */
  numbers(): Promise<readonly OwnNumber[]>;
}

/** As programs see and set them. Each rejects with a Refusal where it cannot be. */
export interface NumberAdministration {
  list(): readonly OwnNumber[];
  get(number: string): OwnNumber;
  /** As a whole. */
  set(number: string, setting: NumberSetting): Promise<OwnNumber>;
  remove(number: string): Promise<void>;
}

/** Where calls lead. */
export interface Numbers {
  /** At this moment; undefined: it is none of ours. */
  lead(number: string): NumberLead | undefined;
  /** One of ours that leads to this user at this moment. */
  of(user: Address): string | undefined;
  /** A call to it has come to nobody, since what it leads to is not there. */
  lost(call: FromTrunk, lead: NumberLead | undefined): void;
}
