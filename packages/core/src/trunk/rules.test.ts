import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutgoingRule } from '../protocol/trunks.ts';
import { isEmergency } from './emergency.ts';
import { mayDial } from './rules.ts';
import type { Destination } from './rules.ts';

const to = (number: string, more: Partial<Destination> = {}): Destination => ({
  number,
  isInternational: false,
  isPremium: false,
  ...more,
});
const allow = (prefix: string, more: Partial<OutgoingRule> = {}): OutgoingRule => ({ prefix, allow: true, ...more });
const deny = (prefix: string): OutgoingRule => ({ prefix, allow: false });

describe('what may be called', () => {
  it('[TR1] is nothing without a rule', () => {
    expect(mayDial(to('+4930123'), [])).toBe('destination_denied');
    expect(mayDial(to('+4930123'), [[], [allow('+43'), deny('+')], []])).toBe('destination_denied');
    expect(mayDial(to('+4930123'), [[allow('+')]])).toBe('allowed');
  });

  it('[TR2] is said by the longest prefix, wherever it stands; of one prefix by the first list', () => {
    const rules = [allow('+49'), deny('+4930'), allow('+49301')];
    expect(['+4940', '+493023', '+493012'].map((number) => mayDial(to(number), [rules]))).toEqual([
      'allowed',
      'destination_denied',
      'allowed',
    ]);
    expect(mayDial(to('+4930'), [[allow('+49')], [deny('+4930')]])).toBe('destination_denied');
    expect(mayDial(to('+4930'), [[allow('+49')], [deny('+49')]])).toBe('allowed');
    expect(mayDial(to('+4930'), [[deny('+49')], [allow('+49')]])).toBe('destination_denied');
  });

  it('[TR3] is neither in other countries nor dear, unless the rule says so', () => {
    const [abroad, dear] = [to('+18765551234', { isInternational: true }), to('+49900123', { isPremium: true })];
    expect(mayDial(abroad, [[allow('+1')]])).toBe('international_denied');
    expect(mayDial(abroad, [[allow('+1', { international: true })]])).toBe('allowed');
    expect(mayDial(dear, [[allow('+49', { international: true })]])).toBe('premium_denied');
    expect(mayDial(dear, [[allow('+49', { premium: true })]])).toBe('allowed');
    // A longer rule says it for itself.
    expect(mayDial(abroad, [[allow('+1', { international: true }), allow('+1876')]])).toBe('international_denied');
    expect(mayDial({ ...abroad, isPremium: true }, [[allow('+1', { international: true })]])).toBe('premium_denied');
  });

  const digits = fc.array(fc.constantFrom('1', '2'), { maxLength: 5 }).map((all) => `+${all.join('')}`);
  const rule = fc.record({ prefix: digits, allow: fc.boolean() });

  it('[TR2] does not depend on the order of rules of different prefixes, nor on those that do not fit', () => {
    fc.assert(
      fc.property(digits, fc.uniqueArray(rule, { selector: ({ prefix }) => prefix }), fc.nat(), (number, rules, turn) => {
        const verdict = mayDial(to(number), [rules]);
        const at = rules.length === 0 ? 0 : turn % rules.length;
        expect(mayDial(to(number), [[...rules.slice(at), ...rules.slice(0, at)]])).toBe(verdict);
        expect(mayDial(to(number), [rules.slice(0, at), rules.slice(at)])).toBe(verdict);
        expect(mayDial(to(number), [rules.filter(({ prefix }) => number.startsWith(prefix))])).toBe(verdict);
        if (verdict === 'allowed') expect(rules.some((one) => one.allow && number.startsWith(one.prefix))).toBe(true);
      }),
    );
  });
});

describe('an emergency number', () => {
  it('[TR4] is 112 and 911 everywhere, those of the country, and those that were named; exactly these', () => {
    for (const number of ['112', '911']) expect(isEmergency(number, undefined, [])).toBe(true);
    expect([isEmergency('110', 'DE', []), isEmergency('110', 'FR', []), isEmergency('999', 'GB', [])]).toEqual([
      true,
      false,
      true,
    ]);
    expect([isEmergency('19222', 'DE', []), isEmergency('19222', 'DE', ['19222'])]).toEqual([false, true]);
    for (const number of ['1120', '11', '+112', '0112', '']) expect(isEmergency(number, 'DE', [])).toBe(false);
  });
});
