/** Which part of a file is asked for (RFC 9110 §14). */
import type { ByteRange } from './files.ts';

/**
 * The one range of bytes that a `Range` header asks for, of a file of this length; `unsatisfiable` where nothing of it is there.
 * Undefined, which stands for all of it, without a header, for other units, for several ranges at once and for what has no form:
 * a server may always ignore the header (§14.2).
 */
export function readRange(header: string | undefined, bytes: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  // The last so many bytes.
  if (first === '')
    return Number(last) === 0 || bytes === 0 ? 'unsatisfiable' : { start: Math.max(0, bytes - Number(last)), end: bytes - 1 };
  const start = Number(first);
  const end = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= bytes ? 'unsatisfiable' : { start, end };
}
