/** The sound of one source at its place in time, until it is mixed. Pure. */

/** Samples that are kept: of 48,000 a second, well more than a mixer waits. */
const size = 1 << 18;

export class Ring {
  readonly #samples = new Float32Array(size);
  /** All before was taken. */
  #taken = 0;
  /** Nothing was written from here on. */
  #end = 0;

  /** What lies before the sound that was taken is too late. */
  write(at: number, samples: Float32Array): void {
    const from = Math.max(at, this.#taken);
    const end = Math.min(at + samples.length, this.#taken + size);
    for (let n = from; n < end; n++) this.#samples[n % size] = samples[n - at]!;
    this.#end = Math.max(this.#end, end);
  }

  /** Adds what lies from `at` on to `into`, at every `stride`th place from `offset` on. It is gone then. */
  take(at: number, count: number, into: Float32Array, stride: number, offset: number): void {
    this.#taken = at + count;
    if (this.#end <= at) return;
    for (let n = 0; n < count; n++) {
      const slot = (at + n) % size;
      into[n * stride + offset]! += this.#samples[slot]!;
    }
  }

  /** Forgets what lies between, as if it had been taken. */
  skip(from: number, to: number): void {
    this.#taken = to;
    this.clear(from, Math.min(to - from, size));
  }

  /** Forgets what was taken, for what comes at the same place of the ring. */
  clear(at: number, count: number): void {
    for (let n = 0; n < count; n++) this.#samples[(at + n) % size] = 0;
  }
}
