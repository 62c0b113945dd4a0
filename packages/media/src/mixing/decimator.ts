/** From 48,000 samples a second to 8,000: every sixth, after all is taken away that 8,000 cannot carry. Pure. */

const factor = 6;
const taps = 97;
/** Hertz: where telephones end. */
const cutoff = 3_600;

/** A windowed sinc (Blackman), whose sum is 1. */
const filter: Float32Array = (() => {
  const middle = (taps - 1) / 2;
  const raw = Float64Array.from({ length: taps }, (_, n) => {
    const at = n - middle;
    const ideal = at === 0 ? (2 * cutoff) / 48_000 : Math.sin((2 * Math.PI * cutoff * at) / 48_000) / (Math.PI * at);
    const turn = (2 * Math.PI * n) / (taps - 1);
    return ideal * (0.42 - 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn));
  });
  const sum = raw.reduce((all, one) => all + one, 0);
  return Float32Array.from(raw, (one) => one / sum);
})();

export class Decimator {
  /** The last samples of what came before. */
  readonly #before = new Float32Array(taps - 1);

  /** As many samples as `factor` divides. */
  take(samples: Float32Array): Float32Array {
    const all = new Float32Array(this.#before.length + samples.length);
    all.set(this.#before);
    all.set(samples, this.#before.length);
    const made = new Float32Array(samples.length / factor);
    for (let n = 0; n < made.length; n++) {
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) sum += filter[tap]! * all[n * factor + tap]!;
      made[n] = sum;
    }
    this.#before.set(all.subarray(samples.length));
    return made;
  }
}
