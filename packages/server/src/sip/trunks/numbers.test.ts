import { parseUri } from '@offhook/sip';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { destinationOf, digitsIn, parseNumber, readNumber, writeNumber } from './numbers.ts';

describe('a number as people dial it', () => {
  it.each([
    ['030 123456', 'DE', '+4930123456'],
    ['(030) 123-456', 'DE', '+4930123456'],
    ['030/123456', 'DE', '+4930123456'],
    ['+49 30 123456', undefined, '+4930123456'],
    ['0043 1 588580', 'DE', '+431588580'],
    ['011 44 20 7946 0958', 'US', '+442079460958'],
    ['06 1234 5678', 'IT', '+390612345678'],
    ['030 123456', undefined, undefined],
    ['anna', 'DE', undefined],
    ['0800 FLOWERS', 'DE', undefined],
    ['call 030 123456', 'DE', undefined],
    ['030 123456 ext. 7', 'DE', undefined],
    ['+49', 'DE', undefined],
    ['+493012345612345', 'DE', '+493012345612345'],
    ['+4930123456123456', 'DE', undefined],
    ['+4930123456\r\nVia: us', 'DE', undefined],
    ['1'.repeat(60), 'DE', undefined],
    ['', 'DE', undefined],
  ] as const)('%s in %s is %s', (text, country, number) => {
    expect(parseNumber(text, country)).toBe(number);
  });
});

describe('what is known of a number', () => {
  it.each([
    ['+4930123456', 'DE', false, false],
    ['+431588580', 'DE', true, false],
    ['+499001234567', 'DE', false, true],
    // One country code, other countries.
    ['+12125551234', 'US', false, false],
    ['+18765551234', 'US', true, false],
    // Satellites and others of no country, and what is in no range.
    ['+881612345678', 'DE', true, true],
    ['+870773111632', 'DE', true, true],
    ['+8835100001234', 'DE', true, true],
    ['+882161234567', 'DE', true, true],
    // Costs shared, for one person wherever they are, and pagers.
    ['+491801234567', 'DE', false, true],
    ['+448432123456', 'GB', false, true],
    ['+447012345678', 'GB', false, true],
    ['+447640123456', 'GB', false, true],
    // Free of charge.
    ['+498001234567', 'DE', false, false],
    ['+979123456789', 'DE', true, true],
    ['+49900123456', 'DE', false, true],
    ['+4930123456', undefined, true, false],
  ] as const)('%s from %s: abroad %s, dear %s', (number, country, isInternational, isPremium) => {
    expect(destinationOf(number, country)).toEqual({ number, isInternational, isPremium });
  });
});

describe('a number at a trunk', () => {
  it.each([
    ['+4930123456', { format: 'plus' }, '+4930123456'],
    ['+4930123456', { format: 'digits' }, '4930123456'],
    ['+4930123456', { format: 'national' }, '030123456'],
    ['+431588580', { format: 'national' }, '00431588580'],
    ['+4930123456', { format: 'national', prefix: '0' }, '0030123456'],
    ['+4930123456', { format: 'plus', prefix: '9' }, '9+4930123456'],
  ] as const)('%s is written by %j as %s', (number, how, written) => {
    expect(writeNumber(number, how, 'DE')).toBe(written);
  });

  it.each([
    ['+4930123456', 'digits', '+4930123456'],
    ['4930123456', 'plus', '+4930123456'],
    ['4930123456', 'digits', '+4930123456'],
    ['030123456', 'national', '+4930123456'],
    ['030123456', 'digits', '+4930123456'],
    ['00431588580', 'plus', '+431588580'],
    ['anonymous', 'plus', undefined],
    ['*31#', 'plus', undefined],
    ['201', 'national', undefined],
  ] as const)('%s is read by %s as %s', (text, format, number) => {
    expect(readNumber(text, { format }, 'DE')).toBe(number);
  });

  it('is read as it was written', () => {
    const lands = fc.constantFrom('+4930', '+4989', '+4315', '+331', '+44207', '+1212', '+3906');
    const rest = fc.integer({ min: 200_000, max: 999_999 });
    const formats = fc.constantFrom('plus', 'digits', 'national' as const);
    fc.assert(
      fc.property(lands, rest, formats, (land, digits, format) => {
        const number = parseNumber(`${land}${digits}`, undefined);
        fc.pre(number !== undefined && !destinationOf(number, 'DE').isPremium);
        expect(readNumber(writeNumber(number ?? '', { format }, 'DE'), { format }, 'DE')).toBe(number);
      }),
    );
  });

  it.each([
    ['sip:+4930123456@carrier.example;user=phone', '+4930123456'],
    ['sip:030123456;phone-context=+49@carrier.example', '+49030123456'],
    ['sip:+49-30-123456@carrier.example', '+4930123456'],
    ['tel:+49-30-123(456)', '+4930123456'],
    ['tel:7042;phone-context=+1914555', '+19145557042'],
    ['tel:7042;phone-context=example.com', '7042'],
    ['sip:anna@carrier.example', undefined],
    ['sip:carrier.example', undefined],
    ['mailto:030123456', undefined],
  ])('%s leads to %s', (uri, digits) => {
    expect(digitsIn(parseUri(uri))).toBe(digits);
  });
});
