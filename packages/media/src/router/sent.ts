/** Which packet of which stream was sent under which number of the transport. */
import type { OutgoingStream } from './outgoing.ts';

/** Packets that may be under way, a power of two. */
const slots = 4_096;

export class SentPackets {
  readonly #wide = new Int32Array(slots).fill(-1);
  readonly #sequence = new Uint16Array(slots);
  readonly #streams: (OutgoingStream | undefined)[] = Array.from({ length: slots });

  /** `stream`: undefined for what nobody misses. */
  add(wide: number, stream: OutgoingStream | undefined, sequence: number): void {
    const slot = wide & (slots - 1);
    this.#wide[slot] = wide;
    this.#sequence[slot] = sequence;
    this.#streams[slot] = stream;
  }

  stream(wide: number): OutgoingStream | undefined {
    const slot = wide & (slots - 1);
    return this.#wide[slot] === wide ? this.#streams[slot] : undefined;
  }

  sequence(wide: number): number {
    return this.#sequence[wide & (slots - 1)]!;
  }
}
