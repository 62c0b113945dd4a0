/**
 * ITU-T G.722 at 64 kbit/s: 16,000 samples a second, of which each byte has two. The sound is split into a low and a high band, and of each
 * band what could not be predicted is sent, in 6 and 2 bits:
 *
 *      samples ──► QMF ──► low  ──(−)──► 6 bits ──┐             byte ──► low  ──(+)──► QMF ──► samples
 *                      └─► high ──(−)──► 2 bits ──┴─► byte           └─► high ──(+)──┘
 *                                 ▲ predicted of what was sent                  ▲ predicted
 *
 * Names of tables and steps are those of the recommendation. Pure.
 */

const wl = [-60, -30, 58, 172, 334, 538, 1198, 3042] as const;
const rl42 = [0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0] as const;
const ilb = Int32Array.from([
  2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025, 3091, 3158,
  3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
]);
const wh = [0, -214, 798] as const;
const rh2 = [2, 1, 2, 1] as const;
const qm2 = Int32Array.of(-7408, -1616, 7408, 1616);
const qm4 = Int32Array.from([
  0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
]);
const qm6 = Int32Array.from([
  -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856, -7192,
  -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728, 24808, 21904, 19008,
  16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400,
  2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
]);
const q6 = Int32Array.from([
  0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612,
  1765, 1980, 2195, 2557, 2919,
]);
const qmf = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);
/** Codes of the low band for what is above and below zero: 63 and 62 are the two smallest below. */
const levels = 30;

function saturated(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}

function clamped(value: number, least: number, most: number): number {
  return value > most ? most : value < least ? least : value;
}

/** What is predicted of one band, by what was sent of it (blocks 3 and 4). */
class Band {
  /** What comes next, as far as it can be known. */
  s = 0;
  /** The size of a step. */
  det: number;
  #nb = 0;
  readonly #isLow: boolean;
  #sz = 0;
  readonly #r = new Int32Array(3);
  readonly #a = new Int32Array(3);
  readonly #p = new Int32Array(3);
  readonly #d = new Int32Array(7);
  readonly #b = new Int32Array(7);

  constructor(isLow: boolean) {
    this.#isLow = isLow;
    this.det = isLow ? 32 : 8;
  }

  /** LOGSCL and SCALEL, LOGSCH and SCALEH: steps grow with what is large. */
  scale(weight: number): void {
    this.#nb = clamped(((this.#nb * 127) >> 7) + weight, 0, this.#isLow ? 18_432 : 22_528);
    const shift = (this.#isLow ? 8 : 10) - (this.#nb >> 11);
    const step = ilb[(this.#nb >> 6) & 31]!;
    this.det = (shift < 0 ? step << -shift : step >> shift) << 2;
  }

  adapt(difference: number): void {
    const [r, a, p, d, b] = [this.#r, this.#a, this.#p, this.#d, this.#b];
    d[0] = difference;
    r[0] = saturated(this.s + difference);
    p[0] = saturated(this.#sz + difference);
    const isLikeLast = p[0] >> 15 === p[1]! >> 15;
    // UPPOL2
    const fourfold = saturated(a[1]! << 2);
    const turned = isLikeLast ? -fourfold : fourfold;
    const second = ((turned > 32_767 ? 32_767 : turned) >> 7) + (p[0] >> 15 === p[2]! >> 15 ? 128 : -128);
    const a2 = clamped(second + ((a[2]! * 32_512) >> 15), -12_288, 12_288);
    // UPPOL1
    const most = saturated(15_360 - a2);
    const a1 = clamped(saturated((isLikeLast ? 192 : -192) + ((a[1]! * 32_640) >> 15)), -most, most);
    // UPZERO, DELAYA, FILTEZ
    const weight = difference === 0 ? 0 : 128;
    for (let n = 6; n > 0; n--) {
      const change = d[n]! >> 15 === difference >> 15 ? weight : -weight;
      b[n] = saturated(change + ((b[n]! * 32_640) >> 15));
      d[n] = d[n - 1]!;
    }
    let sz = 0;
    for (let n = 6; n > 0; n--) sz += (b[n]! * saturated(d[n]! * 2)) >> 15;
    r[2] = r[1]!;
    r[1] = r[0];
    p[2] = p[1]!;
    p[1] = p[0];
    a[2] = a2;
    a[1] = a1;
    // FILTEP, PREDIC
    const sp = saturated(((a1 * saturated(r[1] * 2)) >> 15) + ((a2 * saturated(r[2] * 2)) >> 15));
    this.#sz = saturated(sz);
    this.s = saturated(sp + this.#sz);
  }
}

/** Of both bands, at both ends, the same things follow from the bits that are sent. */
class Bands {
  readonly low: Band = new Band(true);
  readonly high: Band = new Band(false);

  follow(low: number, high: number): void {
    const coarse = low >> 2;
    const lowDifference = (this.low.det * qm4[coarse]!) >> 15;
    this.low.scale(wl[rl42[coarse]!]);
    this.low.adapt(lowDifference);
    const highDifference = (this.high.det * qm2[high]!) >> 15;
    this.high.scale(wh[rh2[high]!]);
    this.high.adapt(highDifference);
  }
}

export class G722Encoder {
  readonly #bands = new Bands();
  readonly #x = new Int32Array(24);

  /** An even number of samples. */
  encode(samples: Int16Array): Uint8Array {
    const bytes = new Uint8Array(samples.length >> 1);
    for (let n = 0; n < bytes.length; n++) bytes[n] = this.#byte(samples[n * 2]!, samples[n * 2 + 1]!);
    return bytes;
  }

  #byte(first: number, second: number): number {
    const x = this.#x;
    x.copyWithin(0, 2);
    x[22] = first;
    x[23] = second;
    let [even, odd] = [0, 0];
    for (let n = 0; n < 12; n++) {
      odd += x[2 * n]! * qmf[n]!;
      even += x[2 * n + 1]! * qmf[11 - n]!;
    }
    const { low, high } = this.#bands;
    const lowDifference = saturated(((even + odd) >> 14) - low.s);
    const highDifference = saturated(((even - odd) >> 14) - high.s);
    const lowCode = lowCodeOf(lowDifference, low.det);
    const isLarge = sizeOf(highDifference) >= (564 * high.det) >> 12;
    const highCode = highDifference < 0 ? (isLarge ? 0 : 1) : isLarge ? 2 : 3;
    this.#bands.follow(lowCode, highCode);
    return (highCode << 6) | lowCode;
  }
}

function sizeOf(difference: number): number {
  return difference >= 0 ? difference : -(difference + 1);
}

function lowCodeOf(difference: number, det: number): number {
  const size = sizeOf(difference);
  let level = 1;
  while (level < levels && size >= (q6[level]! * det) >> 12) level++;
  if (difference >= 0) return 62 - level;
  return level === 1 ? 63 : level === 2 ? 62 : 34 - level;
}

export class G722Decoder {
  readonly #bands = new Bands();
  readonly #x = new Int32Array(24);

  decode(bytes: Uint8Array): Int16Array {
    const samples = new Int16Array(bytes.length * 2);
    const x = this.#x;
    const { low, high } = this.#bands;
    for (const [at, byte] of bytes.entries()) {
      const [lowCode, highCode] = [byte & 0x3f, byte >> 6];
      const lowSound = clamped(low.s + ((low.det * qm6[lowCode]!) >> 15), -16_384, 16_383);
      const highSound = clamped(high.s + ((high.det * qm2[highCode]!) >> 15), -16_384, 16_383);
      this.#bands.follow(lowCode, highCode);
      x.copyWithin(0, 2);
      x[22] = lowSound + highSound;
      x[23] = lowSound - highSound;
      let [first, second] = [0, 0];
      for (let n = 0; n < 12; n++) {
        second += x[2 * n]! * qmf[n]!;
        first += x[2 * n + 1]! * qmf[11 - n]!;
      }
      samples[at * 2] = saturated(first >> 11);
      samples[at * 2 + 1] = saturated(second >> 11);
    }
    return samples;
  }
}
