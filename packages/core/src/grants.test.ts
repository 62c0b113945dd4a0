import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf } from './address.ts';
import { grantsOf, isAddress, isDestination, mayCall, memberGrants } from './grants.ts';
import { serverLimits } from './limits.ts';
import { GrantsClaim } from './protocol/tokens.ts';

describe('grants', () => {
  it('are those of everybody where a claim says nothing', () => {
    expect(grantsOf()).toEqual(memberGrants);
    expect(grantsOf({ incoming: false, outgoing: ['bo'] })).toEqual({
      ...memberGrants,
      incoming: false,
      outgoing: ['bo'],
      sessions: false,
    });
    expect(grantsOf({ admin: true }).admin).toBe(true);
  });

  it.each([
    [true, 'bo', true],
    [false, 'bo', false],
    [[], 'bo', false],
    [['bo'], 'bo', true],
    [['bo'], 'bob', false],
    [['bo*'], 'bob', true],
    [['support-*', 'bo'], 'support-2', true],
    [['support-*'], 'support', false],
    [['*'], 'anybody', true],
    [['b.'], 'bo', false],
    [['+49*'], '+4930123456', true],
    [['+49*'], '+1212555', false],
  ] as const)('with the destinations %j let one call %s: %s', (outgoing, to, may) => {
    expect(mayCall({ ...memberGrants, outgoing }, to)).toBe(may);
  });

  it.each(['bo', 'support-*', '*', 'bo*', 'مرحبا', 'a.b_c', '+4930123456', '+49*', '+*'])('may name %j', (pattern) => {
    expect(isDestination(pattern)).toBe(true);
    expect(GrantsClaim.safeParse({ outgoing: [pattern] }).success).toBe(true);
  });

  it.each(['', 'Bo', '**', 'b*o', ' bo', '-', '-*', 'bo\u200b', 'a b'])('may not name %j', (pattern) => {
    expect(GrantsClaim.safeParse({ outgoing: [pattern] }).success).toBe(false);
  });

  it('name as many as a token has room for', () => {
    const outgoing = Array.from({ length: serverLimits.tokenDestinations }, (_, n) => `user-${n}`);
    expect(GrantsClaim.safeParse({ outgoing }).success).toBe(true);
    expect(GrantsClaim.safeParse({ outgoing: [...outgoing, 'one-more'] }).success).toBe(false);
  });

  it('that nobody knows are refused, as they may have been meant to take something away', () => {
    expect(GrantsClaim.safeParse({ incomming: false }).success).toBe(false);
  });
});

describe('an address', () => {
  it('is what stays itself when an address is made of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 70 }), (name) => {
        const address = addressOf(name);
        if (address !== undefined) expect(isAddress(address)).toBe(true);
      }),
      { numRuns: 50 },
    );
    for (const text of ['Anna', 'anna berg', 'anna@example.com', '', 'auth0|7']) expect(isAddress(text)).toBe(false);
  });
});
