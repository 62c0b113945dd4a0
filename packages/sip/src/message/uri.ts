/**
 * URIs (RFC 3261 §19.1). What is escaped in them is read unescaped and escaped again when written, so that two that mean the same are
 * the same data, and nothing in a user part can end it.
 */
import type { ByteString } from '../bytes.ts';
import { isOf, skip } from './characters.ts';
import { MessageError, WriteError } from './errors.ts';
import { valueLimits } from './limits.ts';
import type { Param } from './params.ts';
import { Params } from './params.ts';
import { decimal, shown } from './syntax.ts';

export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  readonly user?: ByteString | undefined;
  readonly password?: ByteString | undefined;
  /** A name, an IPv4 address, or an IPv6 address in brackets. As written; names are compared without regard to case. */
  readonly host: string;
  readonly port?: number | undefined;
  readonly params: Params;
  /** What stands after `?`, to be put into a request made of this URI. */
  readonly headers: readonly (readonly [name: string, value: ByteString])[];
}

/** `tel:` (RFC 3966) and all others, of which nothing is known. */
export interface OtherUri {
  readonly scheme: string;
  /** What stands after the colon. */
  readonly opaque: string;
}

export type Uri = SipUri | OtherUri;

export function isSip(uri: Uri): uri is SipUri {
  return 'host' in uri;
}

export function sipUri(host: string, parts: Partial<Omit<SipUri, 'host'>> = {}): SipUri {
  return { scheme: 'sip', params: Params.none, headers: [], ...parts, host };
}

const schemePattern = /^[A-Za-z][A-Za-z0-9+.-]*$/;
const opaquePattern = /^[!-~\x80-\xff]+$/;
const v6Pattern = /^\[[0-9A-Fa-f:.]+\]$/;

/** What stands from `from` to `end`. @throws MessageError */
export function parseUri(text: string, from = 0, end: number = text.length): Uri {
  if (text.startsWith('sip:', from)) return parseSip('sip', text, from + 4, end);
  const colon = indexIn(text, ':', from, end);
  const scheme = text.slice(from, colon).toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return parseSip(scheme, text, colon + 1, end);
  const opaque = text.slice(colon + 1, end);
  if (colon === end || !schemePattern.test(scheme) || !opaquePattern.test(opaque) || /[<>"]/.test(opaque))
    throw malformed(text.slice(from, end));
  return { scheme, opaque };
}

function parseSip(scheme: SipUri['scheme'], text: string, from: number, end: number): SipUri {
  const at = indexIn(text, '@', from, end);
  let user: string | undefined;
  let password: string | undefined;
  if (at !== end) {
    const userEnd = indexIn(text, ':', from, at);
    user = unescaped(text, from, userEnd, isOf.user);
    if (userEnd !== at) password = userEnd + 1 === at ? '' : unescaped(text, userEnd + 1, at, isOf.user);
    from = at + 1;
  }
  const headersAt = indexIn(text, '?', from, end);
  const paramsAt = indexIn(text, ';', from, headersAt);
  const { host, port } = parseHostPort(text, from, paramsAt);
  return {
    scheme,
    user,
    password,
    host,
    port,
    params: paramsAt === headersAt ? Params.none : uriParams(text, paramsAt, headersAt),
    headers: headersAt === end ? none : uriHeaders(text.slice(headersAt + 1, end)),
  };
}

const none: SipUri['headers'] = [];

/** `end` where it is not there. */
function indexIn(text: string, character: string, from: number, end: number): number {
  const at = text.indexOf(character, from);
  return at === -1 || at > end ? end : at;
}

interface HostPort {
  readonly host: string;
  readonly port: number | undefined;
}

/** `host`, `host:port` or `[v6]:port` from `from` to `end`, without white space. @throws MessageError */
export function parseHostPort(text: string, from = 0, end: number = text.length): HostPort {
  const isV6 = text.charCodeAt(from) === 0x5b;
  const hostEnd = isV6 ? indexIn(text, ']', from, end - 1) + 1 : skip(text, from, end, isOf.host);
  const host = text.slice(from, hostEnd);
  const isPort = text.charCodeAt(hostEnd) === 0x3a;
  if ((hostEnd !== end && !isPort) || !isHost(host)) throw new MessageError(`Malformed host: ${shown(text.slice(from, end))}`);
  if (hostEnd === end) return { host, port: undefined };
  const port = decimal(text.slice(hostEnd + 1, end), 65_535);
  if (port === undefined) throw new MessageError(`Malformed port: ${shown(text.slice(from, end))}`);
  return { host, port };
}

function isHost(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === 0x5b) return v6Pattern.test(text);
  const isWhole = text !== '' && skip(text, 0, text.length, isOf.host) === text.length;
  return isWhole && first !== 0x2d && first !== 0x2e && text.charCodeAt(text.length - 1) !== 0x2d;
}

/** From the first `;` on. */
function uriParams(text: string, at: number, end: number): Params {
  const list: Param[] = [];
  while (at < end) {
    if (list.length === valueLimits.parameters) throw new MessageError('Too many parameters');
    const semicolon = text.indexOf(';', at + 1);
    const next = semicolon === -1 || semicolon > end ? end : semicolon;
    const equals = text.indexOf('=', at + 1);
    if (equals === -1 || equals > next) list.push([unescaped(text, at + 1, next, isOf.uriParam), undefined]);
    else list.push([unescaped(text, at + 1, equals, isOf.uriParam), unescaped(text, equals + 1, next, isOf.uriParam)]);
    at = next;
  }
  return new Params(list);
}

function uriHeaders(text: string): SipUri['headers'] {
  const list = text.split('&').map((header) => {
    const equals = header.indexOf('=');
    const valueAt = equals + 1;
    if (equals < 1) throw malformed(text);
    const value = valueAt === header.length ? '' : unescaped(header, valueAt, header.length, inHeader);
    return [unescaped(header, 0, equals, inHeader), value] as const;
  });
  if (list.length > valueLimits.parameters) throw new MessageError('Too many headers in a URI');
  return list;
}

/** `;` and `,` are seen unescaped there, and end nothing. */
const inHeader = isOf.uriParam | isOf.user;

/** At least one character of this kind or escaped. */
function unescaped(text: string, from: number, end: number, kind: number): ByteString {
  let at = skip(text, from, end, kind);
  if (at === end && from < end) return text.slice(from, end);
  let meant = text.slice(from, at);
  while (at < end) {
    const [, hex] = /^%([0-9A-Fa-f]{2})/.exec(text.slice(at, Math.min(at + 3, end))) ?? [];
    if (hex === undefined) throw malformed(text);
    const next = skip(text, at + 3, end, kind);
    meant += String.fromCharCode(Number.parseInt(hex, 16)) + text.slice(at + 3, next);
    at = next;
  }
  if (meant === '') throw malformed(text);
  return meant;
}

function malformed(text: string): MessageError {
  return new MessageError(`Malformed URI: ${shown(text)}`);
}

// ── written ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @throws WriteError where something would be read as something else */
export function writeUri(uri: Uri): string {
  if (!isSip(uri)) {
    if (!schemePattern.test(uri.scheme) || !opaquePattern.test(uri.opaque) || /[<>"]/.test(uri.opaque))
      throw new WriteError(`no URI: ${shown(`${uri.scheme}:${uri.opaque}`)}`);
    return `${uri.scheme}:${uri.opaque}`;
  }
  const { scheme, user, password, params, headers } = uri;
  let text = `${scheme}:`;
  if (user !== undefined) {
    if (user === '') throw new WriteError('an empty user');
    text += escaped(user, notInUser);
    if (password !== undefined) text += `:${escaped(password, notInPassword)}`;
    text += '@';
  }
  text += writeHostPort(uri);
  for (const [name, value] of params) {
    if (name === '' || value === '') throw new WriteError('an empty parameter of a URI');
    text += `;${escaped(name, notInParam)}`;
    if (value !== undefined) text += `=${escaped(value, notInParam)}`;
  }
  headers.forEach(([name, value], at) => {
    if (name === '') throw new WriteError('a header of a URI without a name');
    text += `${at === 0 ? '?' : '&'}${escaped(name, notInHeader)}=${escaped(value, notInHeader)}`;
  });
  return text;
}

/** @throws WriteError */
export function writeHostPort({ host, port }: { readonly host: string; readonly port?: number | undefined }): string {
  if (!isHost(host)) throw new WriteError(`no host: ${shown(host)}`);
  if (port === undefined) return host;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new WriteError(`no port: ${port}`);
  return `${host}:${port}`;
}

const notInUser = /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/g;
const notInPassword = /[^A-Za-z0-9\-_.!~*'()&=+$,]/g;
const notInParam = /[^A-Za-z0-9\-_.!~*'()[\]/:&+$]/g;
const notInHeader = /[^A-Za-z0-9\-_.!~*'()[\]/?:+$]/g;

function escaped(text: ByteString, not: RegExp): string {
  return text.replaceAll(not, (character) => {
    const code = character.charCodeAt(0);
    if (code > 0xff) throw new WriteError('no bytes: a URI is given in UTF-8, by toUtf8()');
    return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

// ── compared ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Parameters that count also where only one of both has them (§19.1.4). */
const counting = ['user', 'ttl', 'method', 'maddr', 'transport'];

/** Whether both lead to the same place (RFC 3261 §19.1.4). */
export function sameUri(a: Uri, b: Uri): boolean {
  if (!isSip(a) || !isSip(b)) return !isSip(a) && !isSip(b) && a.scheme === b.scheme && a.opaque === b.opaque;
  return (
    a.scheme === b.scheme &&
    a.user === b.user &&
    a.password === b.password &&
    a.host.toLowerCase() === b.host.toLowerCase() &&
    a.port === b.port &&
    sameParams(a.params, b.params) &&
    sameHeaders(a.headers, b.headers)
  );
}

function sameParams(a: Params, b: Params): boolean {
  const agrees = (name: string): boolean => a.get(name)?.toLowerCase() === b.get(name)?.toLowerCase();
  for (const [name] of a) if (b.has(name.toLowerCase()) && !agrees(name.toLowerCase())) return false;
  return counting.every(agrees);
}

function sameHeaders(a: SipUri['headers'], b: SipUri['headers']): boolean {
  const sorted = (list: SipUri['headers']): string =>
    list
      .map(([name, value]) => JSON.stringify([name.toLowerCase(), value]))
      .sort()
      .join(' ');
  return sorted(a) === sorted(b);
}

/** The address under which a user is known, as a key (§10.3 step 5): without parameters, headers, password and the port of its scheme. */
export function addressOfRecord(uri: Uri): string {
  if (!isSip(uri)) return writeUri(uri);
  const { scheme, user, host, port } = uri;
  const usual = scheme === 'sips' ? 5061 : 5060;
  return writeUri(sipUri(host.toLowerCase(), { scheme, user, port: port === usual ? undefined : port }));
}
