/** Bits of a buffer, from the highest of each byte; one reads every buffer. Beyond the end all are 0, and `isOver` says so. */
export class Bits {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  open(bytes: Buffer, from: number, end: number): void {
    this.#bytes = bytes;
    this.#at = from * 8;
    this.#end = end * 8;
  }

  get isOver(): boolean {
    return this.#at > this.#end;
  }

  take(count: number): number {
    let value = 0;
    for (let n = 0; n < count; n++, this.#at++) {
      const bit = this.#at < this.#end ? (this.#bytes[this.#at >> 3]! >> (7 - (this.#at & 7))) & 1 : 0;
      value = value * 2 + bit;
    }
    return value;
  }

  /** One of so many values (`ns(n)`, AV1 §4.10.7). */
  takeOneOf(values: number): number {
    let width = 0;
    for (let left = values; left !== 0; left >>= 1) width++;
    const short = (1 << width) - values;
    const value = this.take(width - 1);
    return value < short ? value : value * 2 - short + this.take(1);
  }
}
