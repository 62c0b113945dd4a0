/** What links call: `web+offhook:bo`, `web+offhook:bo?video`, `tel:+49-30-123456` (RFC 3966), or a bare address. */
import type { Address, PersonPresence } from '@offhook/core';

/** The schemes that a browser may hand to this phone. */
export type LinkScheme = 'web+offhook' | 'tel';

export type CallLink =
  | { readonly kind: 'person'; readonly address: Address; readonly video: boolean }
  | { readonly kind: 'number'; readonly number: string };

/** Somebody came by a link. Nobody is called before they say so. */
export type LinkState =
  | { readonly kind: 'person'; readonly person: PersonPresence; readonly video: boolean }
  /** Whoever is signed in. */
  | { readonly kind: 'self' }
  /** Nobody here has this address. */
  | { readonly kind: 'nobody'; readonly address: Address }
  | { readonly kind: 'number'; readonly number: string };

/** UTF-16 units; addresses are shorter, also where each character is escaped. */
const longest = 400;
/** A `+` that was not escaped in a query arrives as a space. */
const person = /^(?:web[+ ]offhook:(?:\/\/)?)?([^:/?#\s]+)\/?(\?video)?$/i;
const address = /^[\p{L}\p{M}\p{N}._@~-]+$/u;
/** Digits and what makes them readable (RFC 3966 §3); parameters are left out. E.164 numbers have 15 digits at most, local ones may be longer. */
const number = /^tel:([+ ]?[\d().*#-]{1,40})(?:;[\w=.%+;:()-]*)?$/i;

/** What a link calls; undefined where it is none of ours. Whoever makes links is not to be trusted. */
export function callLinkOf(text: string): CallLink | undefined {
  if (text.length > longest) return undefined;
  const digits = number.exec(text)?.[1];
  if (digits !== undefined) return /\d/.test(digits) ? { kind: 'number', number: digits.replace(' ', '+') } : undefined;
  const [, escaped = '', video] = person.exec(text) ?? [];
  const called = unescaped(escaped).normalize('NFKC').toLowerCase();
  return address.test(called) ? { kind: 'person', address: called, video: video !== undefined } : undefined;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
