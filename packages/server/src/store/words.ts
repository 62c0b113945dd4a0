/** How the store finds messages by what they say. Both adapters keep what these functions yield. */
import { conversationLimits } from '@offhook/core';
import type { Entry } from '@offhook/core';

/** Scripts without spaces: each of their characters is looked for by itself. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
/** Longer words are strings of other things, and are found by their beginning. */
const wordLength = 64;

/** The words of a text: no case, accents, punctuation or width. */
export function wordsOf(text: string): string[] {
  // Upper case first: ß becomes SS there, and nowhere else.
  const plain = text
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '');
  const words = plain.replace(/[^\p{L}\p{N}\p{S}\p{Mc}]+/gu, ' ').replace(unspaced, ' $& ');
  return words.split(' ').flatMap((word) => (word === '' ? [] : [...word].slice(0, wordLength).join('')));
}

/** What is looked for: the words of a query, each once. */
export function queryWords(query: string): string[] {
  return [...new Set(wordsOf(query))].slice(0, conversationLimits.searchWords);
}

/** What an entry is found by; empty for entries that are not found. */
export function wordsOfEntry(entry: Entry): string[] {
  return entry.kind === 'message' ? wordsOf(entry.text) : [];
}

/** Whether it makes others who have not read it count it. */
export function countsAsUnread(entry: Entry): boolean {
  switch (entry.kind) {
    case 'message':
      return entry.deletedAt === undefined;
    case 'call':
      return entry.missed;
    case 'voicemail':
      return !entry.heard && entry.file !== undefined;
    case 'change':
    case 'meeting':
      return false;
  }
}
