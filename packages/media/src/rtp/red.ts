/**
 * Redundant audio (RFC 2198), read in place: a packet has, before what it is for, blocks that earlier packets were for.
 *
 *      0                   1                   2                   3
 *     |1|  block PT   |  timestamp offset (14)    | block length (10) |   for each block but the last, from the oldest
 *     |0|  block PT   |                                                   the last one: what the packet is for
 *     | the blocks, in the same order; the last one takes what is left  |
 *
 * One object reads every packet: nothing is allocated.
 */

/** Earlier packets in one: browsers send one or two. */
const blocksMost = 8;

export class RedBlocks {
  /** Earlier ones, from the oldest. */
  count = 0;
  /** By block: its payload type, how much older its timestamp is, and where it is. */
  readonly payloadType: Uint8Array = new Uint8Array(blocksMost);
  readonly offset: Uint16Array = new Uint16Array(blocksMost);
  readonly from: Uint16Array = new Uint16Array(blocksMost);
  readonly end: Uint16Array = new Uint16Array(blocksMost);
  /** What the packet is for, up to the end of its payload. */
  primaryType = 0;
  primaryFrom = 0;

  /** False where it has no form, or more blocks than anybody sends; then nothing else may be asked. */
  read(bytes: Buffer, from: number, end: number): boolean {
    let at = from;
    let count = 0;
    let length = 0;
    for (; at < end && (bytes[at]! & 0x80) !== 0; at += 4, count++) {
      if (count === blocksMost || at + 4 > end) return false;
      this.payloadType[count] = bytes[at]! & 0x7f;
      this.offset[count] = (bytes[at + 1]! << 6) | (bytes[at + 2]! >> 2);
      const size = ((bytes[at + 2]! & 0x03) << 8) | bytes[at + 3]!;
      this.from[count] = length;
      length += size;
      this.end[count] = length;
    }
    if (at >= end) return false;
    this.primaryType = bytes[at]! & 0x7f;
    const data = at + 1;
    if (data + length > end) return false;
    for (let n = 0; n < count; n++) {
      this.from[n] = this.from[n]! + data;
      this.end[n] = this.end[n]! + data;
    }
    this.count = count;
    this.primaryFrom = data + length;
    return true;
  }
}
