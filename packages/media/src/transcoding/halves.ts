/** Between 8,000 and 16,000 samples a second, without what one of them cannot carry. Pure. */

const taps = 47;

/** A windowed sinc (Blackman) that ends at 3,800 Hz of 16,000 samples, whose sum is 1. */
const filter: Float32Array = (() => {
  const middle = (taps - 1) / 2;
  const cutoff = 3_800 / 16_000;
  const raw = Float64Array.from({ length: taps }, (_, n) => {
    const at = n - middle;
    const ideal = at === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * at) / (Math.PI * at);
    const turn = (2 * Math.PI * n) / (taps - 1);
    return ideal * (0.42 - 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn));
  });
  const sum = raw.reduce((all, one) => all + one, 0);
  return Float32Array.from(raw, (one) => one / sum);
})();

/** What is filtered, with what came before it. */
class Filter {
  readonly #before = new Float32Array(taps - 1);
  #all = new Float32Array(0);

  feed(samples: Float32Array): void {
    this.#all = new Float32Array(taps - 1 + samples.length);
    this.#all.set(this.#before);
    this.#all.set(samples, taps - 1);
    this.#before.set(this.#all.subarray(samples.length));
  }

  at(n: number): number {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) sum += filter[tap]! * this.#all[n + tap]!;
    return sum;
  }
}

export class Halver {
  readonly #filter = new Filter();

  /** An even number of samples. */
  take(samples: Int16Array): Int16Array {
    this.#filter.feed(Float32Array.from(samples));
    return Int16Array.from({ length: samples.length / 2 }, (_, n) => rounded(this.#filter.at(n * 2)));
  }
}

export class Doubler {
  readonly #filter = new Filter();

  take(samples: Int16Array): Int16Array {
    const spread = new Float32Array(samples.length * 2);
    for (const [n, sample] of samples.entries()) spread[n * 2] = sample * 2;
    this.#filter.feed(spread);
    return Int16Array.from(spread, (_, n) => rounded(this.#filter.at(n)));
  }
}

function rounded(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample)));
}
