/** How the store tells names apart, finds people and orders them. Both adapters keep what these functions yield. */
import { addressOf, isNumber } from '@offhook/core';
import type { Person } from '@offhook/core';
import type { StoredUser } from '../ports.ts';

/** Code points of a term that are kept: enough to tell names apart, and a cursor made of one stays short. */
const termLength = 48;

/** Two names with one key are the same name. Names without a letter or digit have no address and stand for themselves. */
export function nameKey(name: string): string {
  return addressOf(name) ?? name.normalize('NFKC').toLowerCase();
}

/** The names that a user owns: two people for whom somebody vouches may have one name, and are told apart by their addresses. */
export function nameKeys({ name, address, vouched }: Pick<StoredUser, 'name' | 'address' | 'vouched'>): readonly string[] {
  // No name of anybody else is taken by a number.
  if (isNumber(address)) return [address];
  return vouched === true ? [nameKey(address)] : [nameKey(name), nameKey(address)];
}

/** What is left of a text for finding: no case, accents, punctuation or width; one space between words. */
export function searchTerm(text: string): string {
  // Upper case first: ß becomes SS there, and nowhere else.
  const plain = text
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '');
  const words = plain.replace(/[^\p{L}\p{N}\p{S}\p{Mc}]+/gu, ' ').trim();
  // Made of punctuation alone, it is found as it is written.
  const term = words === '' ? text.replace(/[\p{C}\s]+/gu, '') : words;
  return [...term].slice(0, termLength).join('');
}

/** Whatever a query may begin like in order to find this person: the name, its later words, the address. */
export function searchTerms({ name, address }: Person): readonly string[] {
  const whole = searchTerm(name);
  const words = whole.split(' ').map((_, at, all) => all.slice(at).join(' '));
  return [...new Set([...words, searchTerm(address)])];
}

/** By code points, as databases order UTF-8; JavaScript's own order differs beyond the basic plane. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
