import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, cleanName } from './address.ts';
import { limits } from './limits.ts';

describe('a name', () => {
  it.each([
    ['  Ann   Lee \n', 'Ann Lee'],
    ['Ann\tLee\r\nBerg', 'Ann Lee Berg'],
    ['Zoë', 'Zoë'],
    ['Zoe\u0308', 'Zoë'],
    ['أحمد', 'أحمد'],
    ['李雷', '李雷'],
    ['👩‍🚀', '👩🚀'],
    ['O’Brien <b>', 'O’Brien <b>'],
  ])('%j is shown as %j', (name, shown) => {
    expect(cleanName(name)).toBe(shown);
  });

  it.each([
    ['null', 'a\u0000b', 'ab'],
    ['right-to-left override', 'ann\u202Eeel', 'anneel'],
    ['isolates', '\u2066ann\u2069', 'ann'],
    ['zero width', 'a\u200Bn\uFEFFn', 'ann'],
    ['line separators', 'ann\u2028lee', 'annlee'],
    ['a lone surrogate', 'ann\uD800', 'ann'],
    ['private use', 'ann\uE000', 'ann'],
    ['tag characters', 'ann\u{E0041}', 'ann'],
  ])('loses %s', (_what, name, shown) => {
    expect(cleanName(name)).toBe(shown);
  });

  it.each([
    ['nothing', ''],
    ['blanks', ' \t\n\u00A0'],
    ['invisible characters', '\u200B\u202E\u0000'],
    ['combining marks alone', '\u0301\u0302'],
    ['a stack of marks', `a${'\u0301\u0300'.repeat(8)}`],
    ['too much', 'a'.repeat(limits.nameLength + 1)],
  ])('is none: %s', (_what, name) => {
    expect(cleanName(name)).toBeUndefined();
    expect(addressOf(name)).toBeUndefined();
  });

  it('is counted in code points', () => {
    expect(cleanName('👩'.repeat(limits.nameLength))).toBeDefined();
    expect(cleanName('👩'.repeat(limits.nameLength + 1))).toBeUndefined();
  });
});

describe('the address of a name', () => {
  it.each([
    ['Ann Lee', 'ann-lee'],
    ['Zoë', 'zoë'],
    ['ANN', 'ann'],
    ['ann.lee_2', 'ann.lee_2'],
    ['--ann--', 'ann'],
    ['<script>alert(1)</script>', 'script-alert-1-script'],
    ['../../etc/passwd', 'etc-passwd'],
    ['李雷', '李雷'],
    ['مريم', 'مريم'],
  ])('%j is %j', (name, address) => {
    expect(addressOf(name)).toBe(address);
  });

  it.each([
    ['case', 'Alice', 'aLICE'],
    ['fullwidth letters', 'Alice', 'Ａｌｉｃｅ'],
    ['ligatures', 'Stefﬁ', 'Steffi'],
    ['composition', 'Zoë', 'Zoe\u0308'],
    ['mathematical letters', 'Alice', '𝐀𝐥𝐢𝐜𝐞'],
    ['circled letters', 'Alice', 'Ⓐⓛⓘⓒⓔ'],
    ['invisible characters', 'Alice', 'Al\u200Bice'],
    ['bidirectional characters', 'Alice', '\u202DAlice\u202C'],
    ['blanks', 'Ann Lee', 'Ann \u00A0 Lee'],
    ['punctuation', 'Ann-Lee', 'Ann Lee!'],
    ['letters of another case mapping', 'STRASSE', 'strasse'],
    ['a dotted capital i', 'İstanbul', 'i̇stanbul'],
    ['the Kelvin sign', 'Kim', '\u212Aim'],
    ['soft hyphens', 'Alice', 'Al\u00ADice'],
  ])('is the same for names that differ in %s', (_what, one, other) => {
    expect(addressOf(other)).toBe(addressOf(one));
    expect(addressOf(one)).toBeDefined();
  });

  it.each([['🎉'], ['...'], ['---'], ['!?'], ['!\u0306']])('is none when %j has no letters or digits', (name) => {
    expect(addressOf(name)).toBeUndefined();
  });

  it('is itself a name with that address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (name) => {
        const address = addressOf(name);
        if (address === undefined) return;
        expect(addressOf(address)).toBe(address);
        expect([...address].length).toBeLessThanOrEqual(limits.addressLength);
        expect(address).toMatch(/^[\p{L}\p{M}\p{N}._-]+$/u);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['An\u034fna', 'Anna\ufe0f', 'Anna\u3164', '\u115fAnna', 'A\u180enna'])('does not tell %j from Anna', (name) => {
    expect(cleanName(name)).toBe('Anna');
  });

  it('is none for a name of nothing but fillers', () => {
    expect(cleanName('\u3164\u115f\uffa0')).toBeUndefined();
  });

  it('depends on the shown name alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        const clean = cleanName(name);
        if (clean === undefined) return;
        expect(cleanName(clean)).toBe(clean);
        expect(addressOf(clean)).toBe(addressOf(name));
      }),
      { numRuns: 2_000 },
    );
  });
});
