/**
 * A message is bytes. Here they are kept in strings of one character per byte (0–255, Latin-1), because nothing is lost in them and the
 * engine reads them fastest: `buffer.toString('latin1')` in, `Buffer.from(text, 'latin1')` out. What people wrote in them is UTF-8.
 */

/** A string of one character per byte. */
export type ByteString = string;

/** For where there is no `Buffer`. */
export function fromBytes(bytes: Uint8Array): ByteString {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

export function toBytes(text: ByteString): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** The bytes of a text in UTF-8. Halves of surrogate pairs become U+FFFD. */
export function toUtf8(text: string): ByteString {
  if (isAscii(text)) return text;
  let bytes = '';
  for (const character of text.toWellFormed()) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes += character;
    else if (code < 0x800) bytes += String.fromCharCode(0xc0 | (code >> 6), continuation(code));
    else if (code < 0x1_0000) bytes += String.fromCharCode(0xe0 | (code >> 12), continuation(code >> 6), continuation(code));
    else
      bytes += String.fromCharCode(0xf0 | (code >> 18), continuation(code >> 12), continuation(code >> 6), continuation(code));
  }
  return bytes;
}

/** What bytes say in UTF-8. Bytes that are none stay as they are, read as Latin-1: some phones write names so. */
export function fromUtf8(bytes: ByteString): string {
  if (isAscii(bytes)) return bytes;
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = sequence.exec(((sequence.lastIndex = at), bytes))?.[0].length ?? 1;
    text += length === 1 ? bytes.charAt(at) : String.fromCodePoint(codePoint(bytes, at, length));
    at += length;
  }
  return text;
}

/** Well-formed sequences of more than one byte (RFC 3629 §4). */
const sequence =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}/y;

function codePoint(bytes: ByteString, at: number, length: number): number {
  let code = bytes.charCodeAt(at) & (0xff >> (length + 1));
  for (let next = 1; next < length; next++) code = (code << 6) | (bytes.charCodeAt(at + next) & 0x3f);
  return code;
}

function continuation(code: number): number {
  return 0x80 | (code & 0x3f);
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
