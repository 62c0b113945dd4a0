/** Which packets of a source were here: the roll-over counter (RFC 3711 §3.3.1) and the list against replays (§3.3.2). */
import { ahead } from '../rtp/sequence.ts';

/** As many packets may be late; a power of two. RFC 3711 §3.3.2 asks for 64. */
const size = 256;
const never = -1;

export class Window {
  readonly #seen = new Float64Array(size).fill(never);
  #highest = never;

  /** The index that a sequence number of 16 bits stands for most likely: 65,536 for each time that they began anew. */
  indexOf(sequence: number): number {
    if (this.#highest === never) return sequence;
    const index = this.#highest + ahead(sequence, this.#highest & 0xffff);
    // Before the first roll-over there is nothing.
    return index < 0 ? index + 0x1_0000 : index;
  }

  /** Whether it was here, or is older than what is remembered. */
  has(index: number): boolean {
    return index <= this.#highest - size || this.#seen[index % size] === index;
  }

  /** To be called once it is known to be genuine. */
  add(index: number): void {
    this.#seen[index % size] = index;
    if (index > this.#highest) this.#highest = index;
  }
}
