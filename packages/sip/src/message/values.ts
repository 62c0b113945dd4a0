/** Values of headers that are neither addresses nor words: Via, CSeq, numbers, media types, dates. Each parser throws MessageError. */
import { MessageError, WriteError } from './errors.ts';
import { Params, parseParams, writeParams } from './params.ts';
import { decimal, isSpace, isToken, shown, skipSpace, token, trimmedParts } from './syntax.ts';
import { parseHostPort, writeHostPort } from './uri.ts';

/** Where a request came by (RFC 3261 §20.42), and where its responses go. */
export interface Via {
  /** `UDP`, `TCP`, `TLS`, `WS`, `WSS`, or what else is written there, in capitals. */
  readonly transport: string;
  readonly host: string;
  readonly port?: number | undefined;
  /** `branch`; `received` and `rport` (RFC 3581). */
  readonly params: Params;
}

const spacePattern = /[ \t]/;
const viaStart = /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*([^ \t/;]+)[ \t]+/i;

export function parseVia(text: string): Via {
  let at: number;
  let transport: string;
  if (text.startsWith('SIP/2.0/UDP ')) {
    transport = 'UDP';
    at = skipSpace(text, 12);
  } else {
    const start = viaStart.exec(text);
    transport = start?.[1]?.toUpperCase() ?? '';
    if (!isToken(transport)) throw new MessageError('Malformed Via');
    at = start?.[0].length ?? 0;
  }
  // It is written again when the request is stamped, and NUL is not.
  if (text.includes('\0')) throw new MessageError('Malformed Via');
  const semicolon = text.indexOf(';', at);
  const params = semicolon === -1 ? Params.none : parseParams(text, semicolon);
  let end = semicolon === -1 ? text.length : semicolon;
  while (isSpace(text.charCodeAt(end - 1))) end--;
  const { host, port } = spacePattern.test(text.slice(at, end))
    ? parseHostPort(trimmedParts(text.slice(at, end), ':').join(':'))
    : parseHostPort(text, at, end);
  return { transport, host, port, params };
}

/** @throws WriteError */
export function writeVia(via: Via): string {
  return `SIP/2.0/${token(via.transport, 'a transport')} ${writeHostPort(via)}${writeParams(via.params)}`;
}

/** RFC 3261 §20.16. */
export interface CSeq {
  /** 0 to 2³¹ − 1 (§8.1.1.5). */
  readonly number: number;
  readonly method: string;
}

export function parseCSeq(text: string): CSeq {
  let space = 0;
  while (space < text.length && !isSpace(text.charCodeAt(space))) space++;
  const digits = text.slice(0, space);
  const number = decimal(text.charCodeAt(0) === 0x30 ? digits.replace(/^0+(?=\d)/, '') : digits, 2 ** 31 - 1);
  const method = text.slice(skipSpace(text, space));
  if (number === undefined || !isToken(method)) throw new MessageError(`Malformed CSeq: ${shown(text)}`);
  return { number, method };
}

/** @throws WriteError */
export function writeCSeq({ number, method }: CSeq): string {
  if (!Number.isInteger(number) || number < 0 || number >= 2 ** 31) throw new WriteError(`no CSeq: ${number}`);
  return `${number} ${token(method, 'a method')}`;
}

/** RFC 3262 §7.2. */
export interface RAck {
  readonly rseq: number;
  readonly cseq: CSeq;
}

export function parseRAck(text: string): RAck {
  const [, first = '', rest = ''] = /^(\d+)[ \t]+(.+)$/.exec(text) ?? [];
  const rseq = decimal(first, 2 ** 32 - 1);
  if (rseq === undefined) throw new MessageError(`Malformed RAck: ${shown(text)}`);
  return { rseq, cseq: parseCSeq(rest) };
}

/** Seconds of Expires, Min-SE and their like: 0 to 2³² − 1; more is taken as the most, as §20.19 and RFC 4475 §3.1.2.4 allow. */
export function parseSeconds(text: string): number {
  if (!/^\d+$/.test(text)) throw new MessageError(`Malformed number of seconds: ${shown(text)}`);
  return Math.min(Number(text), 2 ** 32 - 1);
}

/** A word with parameters: Content-Type, Accept, Event, Session-Expires, Reason, Require… */
export interface Worded {
  /** As written; compare it without regard to case. */
  readonly value: string;
  readonly params: Params;
}

export function parseWorded(text: string): Worded {
  const semicolon = text.indexOf(';');
  const words = trimmedParts(semicolon === -1 ? text : text.slice(0, semicolon), '/');
  if (!words.every(isToken)) throw new MessageError(`Malformed value: ${shown(text)}`);
  return { value: words.join('/'), params: semicolon === -1 ? Params.none : parseParams(text, semicolon) };
}

/** @throws WriteError */
export function writeWorded({ value, params }: Worded): string {
  for (const word of value.split('/')) token(word, 'a word');
  return value + writeParams(params);
}

/** How many hops are left (RFC 3261 §20.22). */
export function parseHops(text: string): number {
  const hops = decimal(text.replace(/^0+(?=\d)/, ''), 255);
  if (hops === undefined) throw new MessageError(`Malformed Max-Forwards: ${shown(text)}`);
  return hops;
}

const datePattern =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Milliseconds since the Unix epoch, of the one form that SIP knows, which is in GMT (RFC 3261 §20.17). */
export function parseDate(text: string): number {
  const time = datePattern.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new MessageError(`Malformed Date: ${shown(text)}`);
  return time;
}
