/** The first byte of a text message in one frame (RFC 6455 §5.2: FIN, opcode 1). */
const finText = 0x81;
/** Lengths up to 125 stand in the second byte itself; these two say that 2 or 8 more bytes hold it. */
const in2Bytes = 126;
const in8Bytes = 127;

/**
 * A text message as one frame of a server (unmasked, not compressed). Header and payload are one piece of memory, which costs the
 * kernel and the stream one write where `ws` needs two.
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = length < in2Bytes ? 2 : length <= 0xffff ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = finText;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = in2Bytes;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = in8Bytes;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(length, 6);
  }
  frame.write(text, header, length, 'utf8');
  return frame;
}
