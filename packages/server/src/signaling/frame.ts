/** The first byte of a text message in one frame (RFC 6455 §5.2: FIN, opcode 1). */
const finText = 0x81;
/** Lengths up to 125 stand in the second byte itself; these two say that 2 or 8 more bytes hold it. */
const in2Bytes = 126;
const in8Bytes = 127;

/** A text message as one frame of a server (unmasked, not compressed), one character a byte. */
export function textFrame(pieces: readonly string[]): string {
  let length = 0;
  let text = '';
  for (const piece of pieces) {
    const bytes = Buffer.byteLength(piece);
    length += bytes;
    // All ASCII: characters are bytes.
    text += bytes === piece.length ? piece : Buffer.from(piece).toString('latin1');
  }
  return header(length) + text;
}

/** One character a byte. */
function header(length: number): string {
  if (length < in2Bytes) return String.fromCharCode(finText, length);
  if (length <= 0xffff) return String.fromCharCode(finText, in2Bytes, length >> 8, length & 0xff);
  const bytes = [length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
  return String.fromCharCode(finText, in8Bytes, 0, 0, 0, 0, ...bytes);
}
