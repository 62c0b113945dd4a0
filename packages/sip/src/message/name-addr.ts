/** `"Name" <uri>;params` and `uri;params` (RFC 3261 §20.10, §20.20): From, To, Contact, Route, Refer-To and others. */
import { fromUtf8, toUtf8 } from '../bytes.ts';
import { MessageError, WriteError } from './errors.ts';
import { Params, parseParams, writeParams } from './params.ts';
import { afterQuoted, isSpace, quoted, skipSpace, trimmed, unquoted } from './syntax.ts';
import type { Uri } from './uri.ts';
import { parseUri, writeUri } from './uri.ts';

export interface NameAddr {
  /** As people read it: without quotes, from UTF-8. */
  readonly displayName?: string | undefined;
  readonly uri: Uri;
  /** Of the header, not of the URI. */
  readonly params: Params;
}

export function nameAddr(uri: Uri, parts: Partial<Omit<NameAddr, 'uri'>> = {}): NameAddr {
  return { params: Params.none, ...parts, uri };
}

/** What may stand unquoted before `<`. More than tokens, since phones write names in UTF-8 and with brackets so. */
const displayPattern = /^[^"<>,;:\\\0-\x08\x0a-\x1f\x7f]*$/;

/**
 * Without `<…>` what follows `;` belongs to the header, and the URI may hold neither `,` nor `?` (§20.10).
 *
 * @throws MessageError
 */
export function parseNameAddr(text: string): NameAddr {
  let at = skipSpace(text, 0);
  let displayName: string | undefined;
  if (text.charCodeAt(at) === 0x22) {
    const end = afterQuoted(text, at);
    displayName = fromUtf8(unquoted(text.slice(at, end)));
    at = skipSpace(text, end);
    if (text.charCodeAt(at) !== 0x3c) throw new MessageError('Malformed address: a name without an address');
  } else {
    const angle = text.indexOf('<', at);
    if (angle === -1 || (angle !== at && text.slice(at, angle).includes(':'))) return parseBare(text, at);
    if (angle !== at) {
      const name = trimmed(text, at, angle);
      if (!displayPattern.test(name)) throw new MessageError('Malformed display name');
      displayName = fromUtf8(name);
      at = angle;
    }
  }
  const end = text.indexOf('>', at);
  if (end === -1) throw new MessageError('Unbalanced <');
  return { displayName, uri: parseUri(text, at + 1, end), params: parseParams(text, end + 1) };
}

function parseBare(text: string, at: number): NameAddr {
  let end = at;
  while (end < text.length && text.charCodeAt(end) !== 0x3b && !isSpace(text.charCodeAt(end))) end++;
  const uri = text.slice(at, end);
  if (/[,?]/.test(uri)) throw new MessageError('Malformed address: a URI with , or ? outside of <>');
  return { displayName: undefined, uri: parseUri(uri), params: parseParams(text, end) };
}

/**
 * Always with `<…>`, which is never wrong.
 *
 * @throws WriteError for what would be read as something else
 */
export function writeNameAddr({ displayName, uri, params }: NameAddr): string {
  const name = displayName === undefined ? '' : `${quoted(toUtf8(displayName))} `;
  const written = writeUri(uri);
  if (/[<>" ]/.test(written)) throw new WriteError('a URI that would end its brackets');
  return `${name}<${written}>${writeParams(params)}`;
}
