/** Telephone numbers as people dial them, as trunks write them, and what they are (libphonenumber, ITU-T E.164). */
import type { Destination, TrunkNumbers } from '@offhook/core';
import { fromUtf8, isSip } from '@offhook/sip';
import type { Uri } from '@offhook/sip';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max';
import { phoneNumbers } from '../../ports/phone-numbers.ts';
import type { E164 } from '../../ports/trunks.ts';
import { Latest } from '../latest.ts';

/** `country`: ISO 3166, in which numbers without a country are meant. */
export type Country = CountryCode | undefined;

/** Where the network takes more than for a call, and lets others have of it. */
const dearTypes: ReadonlySet<string | undefined> = new Set(['PREMIUM_RATE', 'SHARED_COST', 'PERSONAL_NUMBER', 'PAGER']);
/** Satellites, networks of no country, and what is dear everywhere (ITU-T E.164, +870, +878, +881 to +883, +979). */
const dearNetworks = /^\+(?:87[08]|88[123]|979)/;

/** Longer than any number with all that people write between its digits. */
const longest = 40;
/** `+` and 15 digits; libphonenumber lets some countries have more. */
const longestNumber = 16;

/** Of each kind of what is known of numbers. */
const rememberedMost = 5_000;

/** Undefined: it is none, or nobody knows in which country. Letters are no digits, and nothing is looked for in the middle of a text. */
export function parseNumber(text: string, country: Country): E164 | undefined {
  const trimmed = text.trim();
  if (trimmed.length > longest || !/^\+?[\d\s().\-/]+$/.test(trimmed)) return undefined;
  return numberIn(trimmed.replaceAll('/', ' '), country);
}

const numberIn = remembering((text, country): E164 | undefined => {
  const parsed = parse(text, country);
  const isNumber = parsed?.isPossible() === true && parsed.ext === undefined && parsed.number.length <= longestNumber;
  return isNumber ? parsed.number : undefined;
});

/** What is known of a number, for the rules. */
export const destinationOf: (number: E164, country: Country) => Destination = remembering((number, country) => {
  const parsed = parse(number, country);
  return {
    number,
    isInternational: parsed?.country === undefined ? true : parsed.country !== country,
    // What is in no range that anybody knows may be one of those.
    isPremium: parsed?.isValid() !== true || dearTypes.has(parsed.getType()) || dearNetworks.test(number),
  };
});

/** As the trunk wants it. */
export function writeNumber(number: E164, { format, prefix = '' }: TrunkNumbers, country: Country): string {
  return prefix + written(number, format, country);
}

function written(number: E164, format: TrunkNumbers['format'], country: Country): string {
  if (format === 'plus') return number;
  if (format === 'digits' || country === undefined) return number.slice(1);
  const parsed = parse(number, country);
  // As it is dialled there: with what stands before long distance and other countries.
  const dialled = parsed?.formatNational() ?? number;
  return parsed?.country === country ? digitsOf(dialled) : digitsOf(parsed?.format('IDD', { fromCountry: country }) ?? number);
}

/** A number as a trunk writes it. */
export function readNumber(text: string, { format }: TrunkNumbers, country: Country): E164 | undefined {
  if (text.startsWith('+')) return parseNumber(text, undefined);
  if (!/^\d+$/.test(text)) return undefined;
  // Many write 00 before those of other countries, whatever else they do.
  if (format === 'national' || text.startsWith('0')) return parseNumber(text, country);
  return parseNumber(`+${text}`, undefined);
}

/** The digits in a URI, `sip:` or `tel:` (RFC 3261 §19.1.6, RFC 3966): with `+` where they are of the whole world. */
export function digitsIn(uri: Uri): string | undefined {
  const text = isSip(uri) ? fromUtf8(uri.user ?? '') : uri.scheme === 'tel' ? uri.opaque : '';
  const [subscriber = '', ...params] = text.split(';');
  const digits = subscriber.replaceAll(/[-.()]/g, '');
  if (!/^\+?[\d*#]{1,20}$/.test(digits)) return undefined;
  const context = params.find((one) => one.toLowerCase().startsWith('phone-context='))?.slice('phone-context='.length) ?? '';
  return !digits.startsWith('+') && /^\+\d{1,10}$/.test(context) ? context + digits : digits;
}

function parse(text: string, country: Country): PhoneNumber | undefined {
  return phoneNumbers().parsePhoneNumberFromString(text, {
    extract: false,
    ...(country !== undefined && { defaultCountry: country }),
  });
}

/** The same numbers call and are called again and again, and to read one takes as long as to read the message that it stands in. */
function remembering<T>(read: (text: string, country: Country) => T): (text: string, country: Country) => T {
  const known = new Latest<{ readonly value: T }>(rememberedMost);
  return (text, country) => {
    const key = `${country ?? ''} ${text}`;
    const found = known.get(key);
    if (found !== undefined) return found.value;
    const value = read(text, country);
    known.set(key, { value });
    return value;
  };
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '');
}
