import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callLinkOf } from './call-link.ts';

const bo = { kind: 'person', address: 'bo', video: false };
const number = (digits: string): object => ({ kind: 'number', number: digits });

describe('a link', () => {
  it.each([
    ['bo', bo],
    ['Bo', bo],
    ['web+offhook:bo', bo],
    ['WEB+OFFHOOK:bo', bo],
    ['web+offhook://bo/', bo],
    ['web offhook:bo', bo],
    ['web+offhook:bo?video', { ...bo, video: true }],
    ['bo?video', { ...bo, video: true }],
    ['web+offhook:%D9%86%D9%88%D8%B1', { ...bo, address: 'نور' }],
    ['web+offhook:anna-2.b@example.com', { ...bo, address: 'anna-2.b@example.com' }],
    ['tel:+4930123456', number('+4930123456')],
    ['tel: 4930123456', number('+4930123456')],
    ['tel:+49-30-(12).34', number('+49-30-(12).34')],
    ['TEL:110', number('110')],
    ['tel:7042;phone-context=example.com', number('7042')],
    ['tel:*21#', number('*21#')],
  ])('%s', (text, link) => expect(callLinkOf(text)).toEqual(link));

  it.each([
    '',
    'web+offhook:',
    'web+offhook:?video',
    'web+offhook:bo?video=1',
    'web+offhook:bo?next=https://example.com',
    'web+offhook:bo/carla',
    'web+offhook:web+offhook:bo',
    'web+offhook:javascript:alert(1)',
    'javascript:alert(1)',
    'https://example.com/bo',
    'data:text/html,bo',
    '<script>alert(1)</script>',
    'web+offhook:%3Cb%3Ebo%3C/b%3E',
    'web+offhook:bo%00',
    'web+offhook:bo%0A',
    'web+offhook:b%E2%80%AEo',
    'web+offhook:b%E2%80%8Bo',
    'web+offhook:%E0%A4%A',
    'web+offhook:bo anna',
    'web+offhook:bo\n',
    `web+offhook:${'b'.repeat(400)}`,
    'tel:',
    'tel:+',
    'tel:()',
    'tel:bo',
    'tel:110\u0000',
    `tel:${'1'.repeat(41)}`,
    'tel:110<script>',
    'sip:bo@example.com',
    '#bo',
  ])('that is none: %j', (text) => expect(callLinkOf(text)).toBeUndefined());

  it('brings nothing but letters, digits and a few signs, whatever it is made of', () => {
    const parts = fc.constantFrom(
      'web+offhook:',
      'tel:',
      '+49',
      'bo',
      '?video',
      '%00',
      '%3C',
      '<',
      ':',
      '/',
      '\u202E',
      '\n',
      ';',
      '@',
      ' ',
    );
    const made = fc.oneof(
      fc.array(fc.oneof(parts, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 6 }).map((all) => all.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(made, (text) => {
        const link = callLinkOf(text);
        if (link?.kind === 'person') expect(link.address).toMatch(/^[\p{L}\p{M}\p{N}._@~-]+$/u);
        if (link?.kind === 'number') expect(link.number).toMatch(/^\+?[\d().*#-]+$/);
      }),
      { numRuns: 2_000 },
    );
  });
});
