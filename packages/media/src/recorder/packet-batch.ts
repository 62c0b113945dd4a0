/** Packets on their way to the recording thread: copied one after the other, and handed over all at once. */
import type { Instant } from '@offhook/core';

/** Number of the stream (4), length (4), when it arrived (8). */
const head = 16;
const initialBytes = 1 << 16;

export class PacketBatch {
  #bytes = Buffer.allocUnsafeSlow(initialBytes);
  #used = 0;

  add(stream: number, packet: Buffer, now: Instant): void {
    const needed = this.#used + head + packet.length;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#used);
      this.#bytes = larger;
    }
    const bytes = this.#bytes;
    bytes.writeUInt32LE(stream, this.#used);
    bytes.writeUInt32LE(packet.length, this.#used + 4);
    bytes.writeDoubleLE(now, this.#used + 8);
    packet.copy(bytes, this.#used + head);
    this.#used = needed;
  }

  /** What was added since; its buffer is handed over, too. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#used === 0) return undefined;
    const taken = new Uint8Array(this.#bytes.buffer, 0, this.#used);
    this.#bytes = Buffer.allocUnsafeSlow(initialBytes);
    this.#used = 0;
    return taken;
  }
}

export function readBatch(batch: Uint8Array, each: (stream: number, packet: Buffer, arrived: Instant) => void): void {
  const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.length);
  for (let at = 0; at < bytes.length;) {
    const end = at + head + bytes.readUInt32LE(at + 4);
    each(bytes.readUInt32LE(at), bytes.subarray(at + head, end), bytes.readDoubleLE(at + 8));
    at = end;
  }
}
