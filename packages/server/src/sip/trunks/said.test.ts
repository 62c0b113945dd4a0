import { parseMessage } from '@offhook/sip';
import type { Request } from '@offhook/sip';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calledIn, callerIn } from './said.ts';

/** What delimits something somewhere, and what numbers are made of. */
const marks = ['"', '\\', '<', '>', ';', ',', ':', '@', '%0d%0a', '%00', '=', ' ', '(', '\t', '\x80', 'é', '\x07'];
const words = ['+49', '030', '123456', 'sip:', 'tel:', 'phone-context=', '+1', 'anonymous', 'id', 'user=phone', 'Bo'];
const piece = fc.constantFrom(...marks, ...words);
const text = fc.array(piece, { maxLength: 12 }).map((all) => all.join(''));
/** Mostly as it should be, so that something is read of it. */
const address = fc.oneof(
  text,
  fc.tuple(text, text, text).map(([name, user, params]) => `"${name}" <sip:${user}@carrier.example>;${params}`),
  text.map((digits) => `<tel:+4930${digits}>`),
);
const settings = fc.record({
  trusted: fc.boolean(),
  numbers: fc.record({ format: fc.constantFrom('plus', 'digits', 'national' as const) }),
});

describe('what a trunk says', () => {
  it('is a number or nothing, and a name that shows nothing but letters, whatever is said', () => {
    fc.assert(
      fc.property(address, address, address, text, settings, (to, asserted, called, privacy, how) => {
        const request = parseMessage(
          [
            'INVITE sip:line@203.0.113.5 SIP/2.0',
            'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
            'From: "Bo \x07Berg" <sip:+4940654321@carrier.example>;tag=1',
            `To: ${to}`,
            `P-Asserted-Identity: ${asserted}`,
            `P-Called-Party-ID: ${called}`,
            `Privacy: ${privacy}`,
            'Call-ID: one',
            'CSeq: 1 INVITE',
            '',
            '',
          ].join('\r\n'),
        ) as Request;
        const number = calledIn(request, how, 'DE');
        const { caller, callerName } = callerIn(request, how, 'DE');
        for (const one of [number, caller]) if (one !== undefined) expect(one).toMatch(/^\+[1-9]\d{1,14}$/);
        if (callerName !== undefined) expect(callerName).not.toMatch(/\p{Cc}/u);
        if (!how.trusted && caller !== undefined) expect(caller).toBe('+4940654321');
      }),
      { numRuns: 2_000 },
    );
  });
});
