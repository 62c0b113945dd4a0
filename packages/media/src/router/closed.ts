/** Numbers of packets, and of pictures, that go on without gaps where some are left out on purpose, also for those that come late. */
import { ahead } from '../rtp/sequence.ts';

/** How late a packet may be, in packets: a power of two. */
const remembered = 1_024;

export class Closed {
  /** How many pictures had been left out before the packet that was asked for last. */
  pictures = 0;
  #leftOut = 0;
  #picturesLeftOut = 0;
  #highest: number | undefined;
  /** By sequence number, how many had been left out before it. */
  readonly #before = new Uint16Array(remembered);
  readonly #picturesBefore = new Uint16Array(remembered);
  /** For which number that is; -1 for one that was here. */
  readonly #open = new Int32Array(remembered).fill(-1);

  /** From the next packet on nothing was left out. */
  begin(): void {
    this.#leftOut = 0;
    this.#picturesLeftOut = 0;
    this.pictures = 0;
    this.#highest = undefined;
    this.#open.fill(-1);
  }

  isLate(sequence: number): boolean {
    return this.#highest !== undefined && ahead(sequence, this.#highest) <= 0;
  }

  /** How much less the number of a packet is that is sent. */
  sent(sequence: number): number {
    this.#advance(sequence);
    this.pictures = this.#picturesLeftOut;
    return this.#leftOut;
  }

  /** `isPicture`: it is the first of its picture to be left out. */
  leaveOut(sequence: number, isPicture = false): void {
    this.#advance(sequence);
    this.#leftOut = (this.#leftOut + 1) & 0xffff;
    if (isPicture) this.#picturesLeftOut = (this.#picturesLeftOut + 1) & 0xffff;
  }

  /** The same of one that comes late: once, and -1 where nothing is known of it any more. */
  late(sequence: number): number {
    const slot = sequence % remembered;
    if (this.#open[slot] !== sequence) return -1;
    this.#open[slot] = -1;
    this.pictures = this.#picturesBefore[slot]!;
    return this.#before[slot]!;
  }

  #advance(sequence: number): void {
    const gap = this.#highest === undefined ? 1 : ahead(sequence, this.#highest);
    for (let n = Math.min(gap, remembered) - 1; n > 0; n--) {
      const missing = (sequence - n) & 0xffff;
      this.#open[missing % remembered] = missing;
      this.#before[missing % remembered] = this.#leftOut;
      this.#picturesBefore[missing % remembered] = this.#picturesLeftOut;
    }
    this.#open[sequence % remembered] = -1;
    this.#highest = sequence;
  }
}
