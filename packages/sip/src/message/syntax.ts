/** The small pieces of RFC 3261 §25.1 that all headers are made of. */
import { isOf, skip } from './characters.ts';
import { MessageError, WriteError } from './errors.ts';
import { valueLimits } from './limits.ts';

export function isToken(text: string): boolean {
  return text !== '' && skip(text, 0, text.length, isOf.token) === text.length;
}

/** @throws WriteError */
export function token(text: string, what: string): string {
  if (!isToken(text)) throw new WriteError(`${what} is no token: ${shown(text)}`);
  return text;
}

/** For messages of errors: short, and harmless in a status line and in a log. */
export function shown(text: string): string {
  return text.slice(0, 40).replaceAll(/[^ -~]/g, '?');
}

/** `"…"`, where `"` and `\` are escaped. @throws WriteError for what no quoted string can hold (CR, LF, NUL) */
export function quoted(text: string): string {
  refuseBreaks(text, 'a quoted string');
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** The text in `"…"`, without escapes. */
export function unquoted(text: string): string {
  if (text.length < 2 || text.charCodeAt(0) !== 0x22) return text;
  const inner = text.slice(1, -1);
  return inner.includes('\\') ? inner.replaceAll(/\\([^])/g, '$1') : inner;
}

/** @throws WriteError */
export function refuseBreaks(text: string, where: string): void {
  if (/[\r\n\0]/.test(text)) throw new WriteError(`CR, LF or NUL in ${where}`);
}

/** The index after a quoted string that begins at `at`. @throws MessageError if it does not end */
export function afterQuoted(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === 0x5c) end++;
    else if (code === 0x22) return end + 1;
  }
  throw new MessageError('Unbalanced quotation mark');
}

/**
 * The values of a list (§7.3.1): at commas that stand neither in quotes nor in `<…>`. Empty ones, as some write them, are left out.
 *
 * @throws MessageError for a quote that does not end, and too many values
 */
export function splitList(text: string): readonly string[] {
  if (!text.includes(',')) return text === '' ? [] : [text];
  const values: string[] = [];
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at === text.length ? 0x2c : text.charCodeAt(at);
    if (code === 0x22) at = afterQuoted(text, at) - 1;
    else if (code === 0x3c) {
      const end = text.indexOf('>', at);
      if (end === -1) throw new MessageError('Unbalanced <');
      at = end;
    } else if (code === 0x2c) {
      const value = trimmed(text, from, at);
      if (value !== '') values.push(value);
      from = at + 1;
    }
  }
  if (values.length > valueLimits.list) throw new MessageError('Too many values');
  return values;
}

/** The first index from `at` on that holds no space or tab. */
export function skipSpace(text: string, at: number): number {
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Without spaces and tabs at both ends. `trim()` would take bytes of UTF-8 for white space. */
export function trimmed(text: string, from = 0, end: number = text.length): string {
  while (from < end && isSpace(text.charCodeAt(from))) from++;
  while (end > from && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(from, end);
}

/** What stands between these signs. With a pattern for the white space around them, a long run of it takes the square of its length. */
export function trimmedParts(text: string, sign: string): readonly string[] {
  return text.split(sign).map((part) => trimmed(part));
}

/** Decimal digits alone, from 0 to `most`. */
export function decimal(text: string, most: number): number | undefined {
  if (text.length === 0 || text.length > 16) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value <= most ? value : undefined;
}
