/** The tune, as notes: a slow walk through four chords, with a melody above them that leaves room. */

/** One note. Times in beats from the beginning of the loop; pitches as MIDI has them (69 is A at 440 Hz). */
export interface Note {
  readonly at: number;
  readonly beats: number;
  readonly pitch: number;
  readonly voice: 'pad' | 'bell';
}

export const beatsPerMinute = 84;
const beatsPerBar = 4;

/** F major seventh, D minor ninth, B flat major seventh, C with a suspended fourth; each for two bars. */
const chords = [
  [53, 57, 60, 64],
  [50, 57, 60, 65],
  [46, 53, 58, 62],
  [48, 55, 60, 65],
] as const;
const barsPerChord = 2;
/** Over each chord: beat and pitch. */
const melody = [
  [
    [0, 72],
    [1.5, 76],
    [3, 79],
    [5, 76],
  ],
  [
    [0, 77],
    [1.5, 76],
    [3, 72],
    [5, 69],
  ],
  [
    [0, 74],
    [1.5, 77],
    [3, 81],
    [5, 77],
  ],
  [
    [0, 79],
    [1.5, 77],
    [3, 74],
    [5.5, 72],
  ],
] as const;

const beatsPerChord = barsPerChord * beatsPerBar;
export const beats: number = chords.length * beatsPerChord;

export const notes: readonly Note[] = [
  ...chords.flatMap((pitches, index) =>
    pitches.map((pitch): Note => ({ at: index * beatsPerChord, beats: beatsPerChord, pitch, voice: 'pad' })),
  ),
  ...melody.flatMap((line, index) =>
    line.map(([at, pitch]): Note => ({ at: index * beatsPerChord + at, beats: 3, pitch, voice: 'bell' })),
  ),
];
