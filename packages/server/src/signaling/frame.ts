import type { Duplex } from 'node:stream';

/** The first byte of a text message in one frame (RFC 6455 §5.2: FIN, opcode 1). */
const finText = 0x81;
/** Lengths up to 125 stand in the second byte itself; these two say that 2 or 8 more bytes hold it. */
const in2Bytes = 126;
const in8Bytes = 127;

/**
 * Writes a text message as one frame of a server (unmasked, not compressed), header and payload in one piece: where `ws` needs two
 * writes and their bookkeeping, this is one.
 */
export function writeText(stream: Duplex, text: string): void {
  const length = Buffer.byteLength(text);
  // All ASCII: characters are bytes, and the string can be written as it is, which takes no buffer.
  if (length === text.length) stream.write(header(length) + text, 'latin1');
  else stream.write(Buffer.concat([Buffer.from(header(length), 'latin1'), Buffer.from(text)]));
}

/** One character a byte. */
function header(length: number): string {
  if (length < in2Bytes) return String.fromCharCode(finText, length);
  if (length <= 0xffff) return String.fromCharCode(finText, in2Bytes, length >> 8, length & 0xff);
  const bytes = [length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
  return String.fromCharCode(finText, in8Bytes, 0, 0, 0, 0, ...bytes);
}
