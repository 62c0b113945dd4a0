/** Sequence numbers of 16 and timestamps of 32 bits, which begin anew at zero (RFC 1982, RFC 3550 §A.1). */

/** How far `a` is ahead of `b`, from -32,768 to 32,767. */
export function ahead(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}

/** Counts on beyond 65,535: the number nearest to the last one that ends in these 16 bits. */
export class Unwrapped {
  #last: number | undefined;

  /** From 65,536 on, so that what is late never becomes negative. */
  of(value: number): number {
    this.#last = this.#last === undefined ? 0x1_0000 + value : this.peek(value);
    return this.#last;
  }

  /** Without remembering it. */
  peek(value: number): number {
    const last = this.#last ?? 0x1_0000 + value;
    return last + ahead(value, last & 0xffff);
  }
}
