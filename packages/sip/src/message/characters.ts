/** Which characters may stand where (RFC 3261 §25.1), as a table, since most of the time of reading goes into this question. */
import type { ByteString } from '../bytes.ts';

/** By byte; what is above 0x7f is of no kind. */
const classes = new Uint8Array(256);

/** Kinds of characters, one bit each. */
export const isOf = { token: 1, value: 2, user: 4, host: 8, uriParam: 16 } as const;

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const kinds: Readonly<Record<keyof typeof isOf, string>> = {
  token: "-.!%*_+`'~",
  /** Tokens and hosts, and what else is seen unquoted and means nothing outside (`<` and `?` aside, which could end an address). */
  value: "-.!%*_+`'~:[]/@#$&^{}|",
  /** Without escapes. More than the grammar has: `#` is dialled, and the others end nothing. */
  user: "-_.!~*'()&=+$,;?/#^`{|}[]",
  host: '-._',
  uriParam: "-_.!~*'()[]/:&+$",
};
for (const [kind, more] of Object.entries(kinds) as [keyof typeof isOf, string][])
  for (const character of alphanumeric + more) {
    const code = character.charCodeAt(0);
    classes[code] = (classes[code] ?? 0) | isOf[kind];
  }

/** The first index from `at` on, before `end`, whose character is not of this kind; or `end`. */
export function skip(text: ByteString, at: number, end: number, kind: number): number {
  while (at < end && ((classes[text.charCodeAt(at)] ?? 0) & kind) !== 0) at++;
  return at;
}
