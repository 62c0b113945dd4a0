import { expect, it } from 'vitest';
import { peopleLimits } from '../limits.ts';
import { cleanStatus } from './status.ts';

it.each([
  ['plain', { text: ' In the  workshop\nuntil 5 ' }, { text: 'In the workshop until 5' }],
  ['an emoji alone', { text: '', emoji: '🌴' }, { text: '', emoji: '🌴' }],
  ['an emoji made of several', { text: 'x', emoji: '👩‍💻' }, { text: 'x', emoji: '👩‍💻' }],
  ['an end', { text: 'x', until: 5 }, { text: 'x', until: 5 }],
  ['characters that people count as one', { text: '👨‍👩‍👧‍👦'.repeat(80) }, { text: '👨‍👩‍👧‍👦'.repeat(80) }],
  ['what is not drawn', { text: 'a\u202eb' }, { text: 'ab' }],
])('keeps %s', (_, given, kept) => expect(cleanStatus(given)).toEqual(kept));

it.each([
  ['nothing', { text: ' \u200b ' }],
  ['one character too many', { text: 'ä'.repeat(peopleLimits.statusLength + 1) }],
  ['a flood', { text: 'a\u0301'.repeat(100_000) }],
  ['letters for an emoji', { text: 'x', emoji: 'ab' }],
  ['two emoji', { text: 'x', emoji: '🌴🌴' }],
])('refuses %s', (_, given) => expect(cleanStatus(given)).toBeUndefined());
