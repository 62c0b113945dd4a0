import { describe, expect, it } from 'vitest';
import { compareText, nameKey, searchTerm, searchTerms } from './people.ts';

describe('people', () => {
  it.each([
    ['  José  María ', 'jose maria'],
    ['STRASSE', 'strasse'],
    ['Straße', 'strasse'],
    ['İstanbul', 'istanbul'],
    ['ＦＵＬＬ', 'full'],
    ["O'Neil-Smith", 'o neil smith'],
    ['हिन्दी', 'हिनदी'],
    ['\u202eevil\u0000', 'evil'],
    ['?!', '?!'],
    ['? !\n', '?!'],
    ['', ''],
    ['\n', ''],
    ['x'.repeat(100), 'x'.repeat(48)],
    ['🙂'.repeat(49), '🙂'.repeat(48)],
  ])('make of %j the term %j', (text, term) => {
    expect(searchTerm(text)).toBe(term);
    expect(searchTerm(term)).toBe(term);
  });

  it('are found by their name, its later words and their address, each once', () => {
    expect(searchTerms({ name: 'Mary Ann Smith', address: 'mary-ann-smith' })).toEqual([
      'mary ann smith',
      'ann smith',
      'smith',
    ]);
    expect(searchTerms({ name: 'Bo Bo', address: 'x.1' })).toEqual(['bo bo', 'bo', 'x 1']);
  });

  it('have one key for names that look alike', () => {
    expect(nameKey('Ａlice!')).toBe(nameKey('alice'));
    expect(nameKey('🙂')).not.toBe(nameKey('🙃'));
  });

  it('are ordered by code points', () => {
    expect(['\u{1f600}', '\ufffd', 'b', 'a', ''].sort(compareText)).toEqual(['', 'a', 'b', '\ufffd', '\u{1f600}']);
  });
});
