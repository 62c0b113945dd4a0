/** What is heard, as notes: made in the browser, so that no file has to be loaded. */

export interface Note {
  /** Seconds from the beginning. */
  readonly at: number;
  /** Hertz. */
  readonly pitch: number;
  /** Seconds until it has died away. */
  readonly length: number;
  /** 0–1. */
  readonly loudness: number;
  /** `pluck` dies away from the first moment, `tone` is held. */
  readonly kind: 'pluck' | 'tone';
}

export interface Melody {
  readonly notes: readonly Note[];
  /** Seconds after which it begins again; absent where it is heard once. */
  readonly every?: number;
}

/** `ringing`: here. `waiting`: another call, while one talks. `calling`: at the other end. `ended`: hung up. */
export type Sound = 'ringing' | 'waiting' | 'calling' | 'ended';

const [e5, gis5, b5, e6] = [659.26, 830.61, 987.77, 1318.51];

const pluck = (at: number, pitch: number, loudness = 0.34): Note => ({ at, pitch, length: 0.9, loudness, kind: 'pluck' });
const tone = (at: number, pitch: number, length: number, loudness: number): Note => ({
  at,
  pitch,
  length,
  loudness,
  kind: 'tone',
});

export const melodies: Readonly<Record<Sound, Melody>> = {
  ringing: {
    notes: [pluck(0, e5), pluck(0.16, gis5), pluck(0.32, b5), pluck(0.48, e6), pluck(0.8, b5), pluck(0.96, e6)],
    every: 2.8,
  },
  waiting: { notes: [pluck(0, b5, 0.12), pluck(0.2, e6, 0.12)], every: 4 },
  // One second in five, 425 Hz: what is heard in most of the world (ITU-T E.180).
  calling: { notes: [tone(0, 425, 1, 0.06)], every: 5 },
  ended: { notes: [pluck(0, b5, 0.16), pluck(0.14, e5, 0.16)] },
};
