/**
 * What a file is, by its first bytes; what its sender says of it counts for nothing. Browsers are shown only what is in `shown`, all
 * else they are given to keep.
 */

/** First bytes, where they begin, and what they are the sign of (WHATWG MIME Sniffing §6, and the formats' own documents). */
const signs: readonly (readonly [type: string, at: number, bytes: string])[] = [
  ['image/png', 0, '\x89PNG\r\n\x1A\n'],
  ['image/jpeg', 0, '\xFF\xD8\xFF'],
  ['image/gif', 0, 'GIF87a'],
  ['image/gif', 0, 'GIF89a'],
  ['image/webp', 8, 'WEBP'],
  ['image/avif', 4, 'ftypavif'],
  ['audio/wav', 8, 'WAVE'],
  ['video/mp4', 4, 'ftyp'],
  ['video/webm', 0, '\x1A\x45\xDF\xA3'],
  ['audio/ogg', 0, 'OggS\0'],
  ['audio/mpeg', 0, 'ID3'],
  ['application/pdf', 0, '%PDF-'],
  ['application/zip', 0, 'PK\x03\x04'],
];

/** Programs of Windows, Linux and macOS, and scripts. */
const programs = [
  'MZ',
  '\x7FELF',
  '\xFE\xED\xFA\xCE',
  '\xFE\xED\xFA\xCF',
  '\xCE\xFA\xED\xFE',
  '\xCF\xFA\xED\xFE',
  '\xCA\xFE\xBA\xBE',
  '#!',
];

/** How many bytes have to be looked at. */
export const headBytes = 64;

export const unknownType = 'application/octet-stream';

/** What a browser may show in the page itself: pictures, sound and films, none of which can run anything. */
export const shown: ReadonlySet<string> = new Set(signs.flatMap(([type]) => (/^(image|audio|video)\//.test(type) ? type : [])));

/** The type of a file that begins like this; undefined for programs, which are not taken. */
export function sniff(head: Uint8Array): string | undefined {
  const text = Buffer.from(head).toString('latin1');
  if (programs.some((sign) => text.startsWith(sign))) return undefined;
  return signs.find(([, at, bytes]) => text.startsWith(bytes, at))?.[0] ?? unknownType;
}
