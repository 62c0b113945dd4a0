/** Names in sentences, in circles and in lists. */
import { isNumber } from '@offhook/core';
import type { Person, PersonPresence } from '@offhook/core';

// Scripts written from right to left: Hebrew, Arabic, Syriac, Thaana, NKo, their presentation forms, and those beyond the BMP.
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const isolateFirstStrong = '\u2068';
const popIsolate = '\u2069';

/** A name inside a sentence: one that runs the other way is isolated (UAX #9 §2.4), so that it does not turn its neighbours. */
export function inSentence(name: string): string {
  return rightToLeft.test(name) ? `${isolateFirstStrong}${name}${popIsolate}` : name;
}

/** As many characters of a name as a sentence about somebody bears. */
const briefest = 22;

/**
 * A name inside a sentence that stands beside or below the whole name: as many of its words as do not drown the others, as one would
 * say it, without a "von" or "de" at the end. Only a word that is cut itself shows it.
 */
export function briefly(name: string): string {
  const characters = [...name.trim()];
  if (characters.length <= briefest) return inSentence(name);
  const words = characters
    .slice(0, briefest + 1)
    .join('')
    .replace(/\s+\S*$/u, '')
    .replace(/(?:\s+\p{Ll}{1,3})+$/u, '');
  return inSentence([...words].length <= briefest ? words : `${characters.slice(0, briefest - 1).join('')}…`);
}

/** Up to two letters for the circle that stands for a person; a telephone number has none. */
export function initials(name: string): string {
  if (/^\+\d/.test(name)) return '#';
  const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const [first = name.trim(), last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return [first, last]
    .map((word) => firstCharacter(word ?? ''))
    .join('')
    .toLocaleUpperCase();
}

/** What a reader takes for one character, also where it is several code points (UAX #29). */
function firstCharacter(word: string): string {
  const start = /\p{L}|\p{N}/u.exec(word)?.index ?? 0;
  for (const { segment } of new Intl.Segmenter().segment(word.slice(start))) return segment;
  return '';
}

/** The hue (in degrees) of a person's circle: the same for the same address, everywhere. Red is left to danger. */
export function hue(address: string): number {
  let hash = 0;
  for (const character of address) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  // Spread by the golden angle, so that neighbours in a list differ.
  return 50 + Math.round(((hash % 997) * 137.508) % 310);
}

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

export interface PeopleSections {
  readonly here: readonly PersonPresence[];
  readonly away: readonly PersonPresence[];
}

/** The people whose name or address has a word that begins with the query, those who are here first, by name. */
export function sections(people: readonly PersonPresence[], query: string): PeopleSections {
  const found = matching(people, query);
  return {
    here: found.filter(({ presence }) => presence !== 'offline'),
    away: found.filter(({ presence }) => presence === 'offline'),
  };
}

/** Those whose name or address has a word that begins with the query, by name. */
export function matching<P extends Person>(people: readonly P[], query: string): readonly P[] {
  const wanted = fold(query);
  return people
    .filter(({ name, address }) => matches(fold(name), wanted) || matches(fold(address), wanted) || isDialled(address, query))
    .toSorted((a, b) => collator.compare(a.name, b.name) || collator.compare(a.address, b.address));
}

/** It is the number that is dialled, with the country or without. */
function isDialled(address: string, query: string): boolean {
  const digits = query.replace(/\D/g, '').replace(/^0+/, '');
  return isNumber(address) && digits !== '' && address.endsWith(digits);
}

/** A word of it begins with the query, whatever case and accents. */
export function matchesQuery(name: string, query: string): boolean {
  return matches(fold(name), fold(query));
}

function matches(text: string, wanted: string): boolean {
  return wanted === '' || text.startsWith(wanted) || text.includes(` ${wanted}`) || text.includes(`-${wanted}`);
}

/** Without case and accents. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
