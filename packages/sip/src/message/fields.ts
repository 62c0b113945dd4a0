/** Header fields: a name as it was written, the key under which it is found, and the value as text, read when somebody asks. */
import { WriteError } from './errors.ts';
import { isToken, shown, trimmed } from './syntax.ts';

export interface Field {
  readonly name: string;
  /** The long form in lower case: `call-id` for `Call-ID`, `CALL-ID` and `i`. */
  readonly key: string;
  /** Unfolded and without white space around it. */
  readonly value: string;
  /** What `value` was read as. A field is of one key, so it is always read the same way. */
  read?: unknown;
}

/** The registered short forms (IANA, SIP Parameters). */
const short: Readonly<Record<string, string>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

const shortOf = new Map(Object.entries(short).map(([letter, name]) => [name.toLowerCase(), letter]));

/** The registered short form, if there is one, of a name in its long form and lower case. */
export function shortName(key: string): string | undefined {
  return shortOf.get(key);
}

/** Names that are often seen: the spelling in which we write them. */
const usual = [
  ...Object.values(short),
  ...words(`
  Accept Accept-Encoding Accept-Language Alert-Info Allow Authorization Call-Info Contact Content-Disposition CSeq Date
  Diversion Error-Info Expires Flow-Timer History-Info In-Reply-To Max-Forwards MIME-Version Min-Expires Min-SE
  P-Access-Network-Info P-Asserted-Identity P-Early-Media P-Preferred-Identity Path Privacy Proxy-Authenticate
  Proxy-Authorization Proxy-Require RAck Reason Record-Route Refer-Sub Remote-Party-ID Replaces Require Retry-After Route
  RSeq Server Service-Route SIP-ETag SIP-If-Match Subscription-State Timestamp Unsupported User-Agent Warning
  WWW-Authenticate
`),
];

const keys = new Map<string, string>([
  ...usual.flatMap((name): [string, string][] => {
    const key = name.toLowerCase();
    return [name, key, name.toUpperCase()].map((form) => [form, key]);
  }),
  ...Object.entries(short).flatMap(([letter, name]): [string, string][] =>
    [letter, letter.toUpperCase()].map((form) => [form, name.toLowerCase()]),
  ),
]);

interface Name {
  readonly name: string;
  readonly key: string;
}

/** Usual names by their length and the letters at both ends: most of what comes is found so, without being cut out and hashed. */
const bySlot: Name[][] = Array.from({ length: 1024 }, () => []);
for (const name of usual) bySlot[slotOf(name, 0, name.length)]?.push({ name, key: name.toLowerCase() });

function slotOf(text: string, from: number, end: number): number {
  return ((end - from) * 37 + (text.charCodeAt(from) & 0x1f) * 32 + text.charCodeAt(end - 1)) & 1023;
}

/** The name that stands there, where it is a usual one in its usual spelling. */
export function usualName(text: string, from: number, end: number): Name | undefined {
  for (const one of bySlot[slotOf(text, from, end)] ?? []) {
    const { name } = one;
    let at = 0;
    while (at < name.length && name.charCodeAt(at) === text.charCodeAt(from + at)) at++;
    if (at === name.length && at === end - from) return one;
  }
  return undefined;
}

/** The key of a name in any spelling, `undefined` for what is no name. */
export function keyOf(name: string): string | undefined {
  const known = keys.get(name);
  if (known !== undefined) return known;
  if (!isToken(name)) return undefined;
  const lower = name.toLowerCase();
  return keys.get(lower) ?? lower;
}

/** Headers whose values stand in a list with commas (RFC 3261 §7.3.1 and the registry); all others hold one value a field. */
const lists = new Set(
  words(`
  accept accept-contact accept-encoding accept-language alert-info allow allow-events call-info contact content-encoding
  content-language diversion error-info history-info in-reply-to path p-asserted-identity p-preferred-identity
  proxy-require reason record-route reject-contact remote-party-id require route security-client security-server
  security-verify service-route supported unsupported via warning
`),
);

export function isList(key: string): boolean {
  return lists.has(key);
}

/**
 * CR and LF would begin another field, and NUL ends a string in many parsers. A NUL behind `\` is a quoted pair: one that was received goes
 * back as it came (RFC 4475 §3.1.1.2).
 */
export const breaks: RegExp = /[\r\n]|(?<!\\)\0/;

/**
 * A field to write.
 *
 * @throws WriteError
 */
export function field(name: string, value: string | number): Field {
  const key = keyOf(name);
  if (key === undefined) throw new WriteError(`no name of a header: ${shown(name)}`);
  const text = trimmed(String(value));
  if (breaks.test(text)) throw new WriteError(`CR, LF or NUL in ${name}`);
  if (/[^\0-\xff]/.test(text)) throw new WriteError(`no bytes in ${name}: headers are given in UTF-8, by toUtf8()`);
  return { name, key, value: text };
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
