import { describe, expect, it } from 'vitest';
import { conversationLimits } from '../limits.ts';
import { cleanText, isHarmless, isReaction } from './text.ts';

const shown = (text: string): string | undefined => {
  const clean = cleanText(text);
  return 'text' in clean ? clean.text : undefined;
};

describe('[K7] a text', () => {
  it.each([
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
    ['\u202Eevil\u202C text', 'evil text'],
    ['\u2066a\u2069\u200Fb', 'ab'],
    ['null\u0000 byte\u001b[31m', 'null byte[31m'],
    ['zero\u200Bwidth\uFEFF\u2060', 'zerowidth'],
    ['lone \uD800surrogate', 'lone surrogate'],
    ['a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['\n\n  indented\n\n\tcode  \n\n', '  indented\n\n\tcode'],
    ['e\u0301', 'é'],
    ['👩‍💻 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩‍💻 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['hidden\u{E0068}\u{E0069}', 'hidden'],
    ['می‌خواهم', 'می‌خواهم'],
    ['مرحبا שלום', 'مرحبا שלום'],
  ])('%j is kept as %j', (given, kept) => {
    expect(shown(given)).toBe(kept);
  });

  it.each([
    ['Lesson 5', true],
    ['{"a":\t1,\r\n"b":2}', true],
    ['👩‍💻 می‌خواهم שלום', true],
    ['null\u0000', false],
    ['\u202Eevil', false],
    ['lone \uD800', false],
    ['\uDC00', false],
    ['zero\u200Bwidth', false],
    ['\u001b[31m', false],
  ])('%j is harmless as it is: %s', (given, is) => {
    expect(isHarmless(given)).toBe(is);
  });

  it('has at most so many marks on a character, and takes no time over more', () => {
    const began = performance.now();
    for (const mark of ['\u0301', '\u0489', '\u20DD', '\u0327\u0301']) {
      const text = shown(`a${mark.repeat(10_000 / mark.length)} b`);
      expect(text?.normalize('NFD').match(/\p{M}/gu)?.length).toBeLessThanOrEqual(conversationLimits.marksPerCharacter);
      expect(text).toMatch(/ b$/);
    }
    expect(shown('\u0301'.repeat(10_000))).toBeUndefined();
    shown(`${' '.repeat(conversationLimits.textBytes - 1)}x`);
    shown(`${'\n '.repeat(conversationLimits.textBytes / 2 - 1)}x`);
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('that shows nothing is none', () => {
    for (const text of ['', ' \n\t', '\u200b\u202e', '\u0000', '\u200d\ufe0f', '\u{E0068}'.repeat(100)]) {
      expect(cleanText(text)).toEqual({ error: 'text_empty' });
    }
  });

  it('may be this long and no longer, in characters and in bytes', () => {
    expect(shown('x'.repeat(conversationLimits.textLength))).toHaveLength(conversationLimits.textLength);
    expect(cleanText('x'.repeat(conversationLimits.textLength + 1))).toEqual({ error: 'text_too_long' });
    expect(shown('😀'.repeat(conversationLimits.textBytes / 4))).toBeDefined();
    expect(cleanText('😀'.repeat(conversationLimits.textBytes / 4 + 1))).toEqual({ error: 'text_too_long' });
    expect(cleanText('x'.repeat(60_000))).toEqual({ error: 'text_too_long' });
  });
});

describe('[K13] a reaction', () => {
  it.each(['👍', '👍🏽', '❤️', '👨‍👩‍👧‍👦', '🏳️‍🌈', '🇩🇪', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '☎️'])('is one emoji: %s', (value) => {
    expect(isReaction(value)).toBe(true);
  });

  it.each(['', 'a', '1', '12', '*', '\u200d', '\ufe0f', 'ok 👍', '<b>', '👍'.repeat(17)])('is nothing else: %j', (value) => {
    expect(isReaction(value)).toBe(false);
  });
});
