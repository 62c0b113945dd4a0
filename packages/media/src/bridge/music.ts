/** What a telephone hears while the browser holds it: browsers make music for themselves, telephones have to be sent some. */
import type { Instant } from '@offhook/core';

export const rate: number = 8_000;
const frameMs = 20;
export const frameSamples: number = (rate * frameMs) / 1_000;
/** After a pause of the process no more than this is made up for. */
const lateMost = 10;

const secondsPerNote = 0.6;
/** How long a note sounds until it is a third as loud, and how loud it is struck; some four sound at a time. */
const decay = 0.7;
const loudness = 0.14;
/** As MIDI has them (69 is A at 440 Hz): what telephones carry well, up and down through four chords. */
const pitches = [
  65, 69, 72, 76, 74, 72, 69, 72, 62, 69, 72, 77, 74, 72, 69, 65, 70, 74, 77, 81, 77, 74, 72, 70, 72, 76, 79, 77, 74, 72, 67,
  64,
];

let rendered: Int16Array | undefined;

/** One round of the music, to be played over and over without a seam. Made once, in a fraction of a second. */
function tune(): Int16Array {
  rendered ??= render();
  return rendered;
}

function render(): Int16Array {
  const perNote = secondsPerNote * rate;
  const sum = new Float32Array(perNote * pitches.length);
  for (const [n, pitch] of pitches.entries()) {
    const turn = (2 * Math.PI * 440 * 2 ** ((pitch - 69) / 12)) / rate;
    for (let at = 0; at < 5 * perNote; at++) {
      // Struck softly, with a quiet octave above; what rings on beyond the end is heard at the beginning.
      const volume = loudness * Math.min(1, at / 160) * Math.exp(-at / (decay * rate));
      const place = (n * perNote + at) % sum.length;
      sum[place] = (sum[place] ?? 0) + volume * (Math.sin(turn * at) + 0.25 * Math.sin(2 * turn * at));
    }
  }
  return Int16Array.from(sum, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32_767));
}

export interface MusicFrame {
  /** 20 ms each, from 0 on. */
  readonly n: number;
  /** 8,000 a second. */
  readonly samples: Int16Array;
}

/** Something that is played round and round. */
export class Music {
  readonly #since: Instant;
  readonly #round: Int16Array;
  #next = 0;

  /** `round`: 8,000 samples a second, a whole number of frames. Absent: music that is made here. */
  constructor(now: Instant, round: Int16Array = tune()) {
    this.#since = now;
    this.#round = round;
  }

  /** What is to be heard by now and was not told yet. */
  tick(now: Instant): readonly MusicFrame[] {
    const all = this.#round;
    const due = Math.floor((now - this.#since) / frameMs);
    const first = Math.max(this.#next, due - lateMost);
    this.#next = Math.max(this.#next, due);
    return Array.from({ length: Math.max(0, due - first) }, (_, at) => {
      const begin = ((first + at) * frameSamples) % all.length;
      return { n: first + at, samples: all.subarray(begin, begin + frameSamples) };
    });
  }
}
