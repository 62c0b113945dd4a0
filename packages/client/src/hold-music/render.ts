import { beats, beatsPerMinute, notes } from './tune.ts';
import type { Note } from './tune.ts';

const sampleRate = 24_000;
const secondsPerBeat = 60 / beatsPerMinute;
/** How loud one note is; some six sound at a time. */
const loudness: Readonly<Record<Note['voice'], number>> = { pad: 0.035, bell: 0.11 };

let rendered: Promise<AudioBuffer> | undefined;

/** One round of the tune, to be played over and over without a seam. Made once, in a fraction of a second. */
export function renderTune(): Promise<AudioBuffer> {
  rendered ??= render();
  return rendered;
}

async function render(): Promise<AudioBuffer> {
  const seconds = beats * secondsPerBeat;
  const length = Math.round(seconds * sampleRate);
  // Two rounds, of which the second is kept: in it the last notes of the first one are still ringing.
  const context = new OfflineAudioContext(1, 2 * length, sampleRate);
  for (const round of [0, 1]) for (const note of notes) play(context, note, round * seconds + note.at * secondsPerBeat);
  const both = await context.startRendering();
  const one = new AudioBuffer({ length, sampleRate });
  one.copyToChannel(both.getChannelData(0).subarray(length), 0);
  return one;
}

/** Pads swell and fade; bells are struck, with a quiet octave above. */
function play(context: OfflineAudioContext, { pitch, beats: length, voice }: Note, at: number): void {
  const frequency = 440 * 2 ** ((pitch - 69) / 12);
  const end = at + length * secondsPerBeat;
  const volume = new GainNode(context, { gain: 0 });
  volume.connect(context.destination);
  volume.gain.setValueAtTime(0, at);
  if (voice === 'pad') {
    volume.gain.linearRampToValueAtTime(loudness.pad, at + 0.8);
    volume.gain.setValueAtTime(loudness.pad, end - 0.6);
    volume.gain.linearRampToValueAtTime(0, end + 0.8);
  } else {
    volume.gain.linearRampToValueAtTime(loudness.bell, at + 0.01);
    volume.gain.setTargetAtTime(0, at + 0.01, 0.45);
  }
  const tones =
    voice === 'pad'
      ? [[frequency, 1] as const]
      : ([
          [frequency, 1],
          [2 * frequency, 0.25],
        ] as const);
  for (const [hertz, share] of tones) {
    const tone = new OscillatorNode(context, { type: voice === 'pad' ? 'triangle' : 'sine', frequency: hertz });
    tone.connect(new GainNode(context, { gain: share })).connect(volume);
    tone.start(at);
    tone.stop(end + 1);
  }
}
