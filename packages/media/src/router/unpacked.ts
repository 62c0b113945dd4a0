/**
 * What redundant audio has in it, as packets of their own: for receivers that do not take it as it is, and recordings. All in one buffer,
 * as whoever gets such a packet has sent it or copied it before the next one is made: nothing is allocated once each length was there.
 */
import { RtpPacket } from '../rtp/packet.ts';
import { RedBlocks } from '../rtp/red.ts';

/** No datagram of a browser is larger. */
const bytesMost = 1_500;
/** Late ones are known again among so many that were restored. */
const restoredMost = 64;

export class Unpacked {
  /** The one that was taken last. */
  readonly packet: RtpPacket = new RtpPacket();
  readonly #payloadType: number;
  readonly #blocks = new RedBlocks();
  readonly #buffer = Buffer.alloc(bytesMost);
  /** By their lengths. */
  readonly #views: (Buffer | undefined)[] = Array.from({ length: bytesMost + 1 });
  readonly #restored = new Int32Array(restoredMost).fill(-1);
  #of: RtpPacket = this.packet;

  /** `payloadType`: of all blocks. */
  constructor(payloadType: number) {
    this.#payloadType = payloadType;
  }

  /** How many earlier packets are in it. */
  get count(): number {
    return this.#blocks.count;
  }

  /** False where it has no form, or something else in it. */
  read(packet: RtpPacket): boolean {
    const { bytes, payloadStart, payloadEnd } = packet;
    this.#of = packet;
    if (bytes.length > bytesMost || !this.#blocks.read(bytes, payloadStart, payloadEnd)) return false;
    return this.#blocks.primaryType === this.#payloadType;
  }

  /** Makes `packet` the one that came so many before, or the one itself; false where there is none, or it was here already. */
  take(ago: number): boolean {
    const blocks = this.#blocks;
    const { bytes, payloadStart, payloadEnd, sequence, timestamp } = this.#of;
    const number = (sequence - ago) & 0xffff;
    const slot = number % restoredMost;
    if (this.#restored[slot] === number) return false;
    // Whatever is older than that comes no more: the number is that of another packet then.
    if (ago === 0) this.#restored[(number + restoredMost / 2) % restoredMost] = -1;
    if (ago === 0) return this.#make(bytes, payloadStart, blocks.primaryFrom, payloadEnd, number, timestamp);
    const block = blocks.count - ago;
    const [from, end] = [blocks.from[block]!, blocks.end[block]!];
    if (block < 0 || from === end || blocks.payloadType[block] !== this.#payloadType) return false;
    this.#restored[slot] = number;
    return this.#make(bytes, payloadStart, from, end, number, (timestamp - blocks.offset[block]!) >>> 0);
  }

  /** Behind the same header, extensions included. */
  #make(bytes: Buffer, header: number, from: number, end: number, sequence: number, timestamp: number): boolean {
    const length = header + end - from;
    const view = (this.#views[length] ??= this.#buffer.subarray(0, length));
    bytes.copy(view, 0, 0, header);
    bytes.copy(view, header, from, end);
    // Without padding.
    view[0] = view[0]! & ~0x20;
    view[1] = (view[1]! & 0x80) | this.#payloadType;
    view.writeUInt16BE(sequence, 2);
    view.writeUInt32BE(timestamp, 4);
    return this.packet.read(view);
  }
}
