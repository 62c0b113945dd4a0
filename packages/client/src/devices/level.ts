import type { Unsubscribe } from '../emitter.ts';

/** The loudness at which a meter begins and is full, in dB below the loudest there can be: a quiet room, somebody who speaks up. */
const [quietDb, loudDb] = [-60, -15];
/** What remains of a peak after each look, so that a meter does not flicker. */
const decay = 0.9;

let shared: AudioContext | undefined;
/** Meters that run. Without one nothing is to be processed. */
let watching = 0;

/**
 * Tells how loud a track is, from 0 (a quiet room) to 1 (somebody who speaks up), with each frame the page draws, until the function
 * returned is called. Nothing is played. A track that is turned off (`enabled`) is silent.
 */
export function watchLevel(track: MediaStreamTrack, listener: (level: number) => void): Unsubscribe {
  shared ??= new AudioContext();
  const context = shared;
  void context.resume();
  watching += 1;
  const analyser = new AnalyserNode(context, { fftSize: 512 });
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) });
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let level = 0;
  let frame = requestAnimationFrame(look);

  function look(): void {
    analyser.getFloatTimeDomainData(samples);
    level = Math.max(levelOf(samples), level * decay);
    listener(level);
    frame = requestAnimationFrame(look);
  }

  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    cancelAnimationFrame(frame);
    source.disconnect();
    watching -= 1;
    if (watching === 0) void context.suspend();
  };
}

/** How loud these samples are on the scale of a meter. */
export function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return power > 0 ? Math.min(1, Math.max(0, (10 * Math.log10(power) - quietDb) / (loudDb - quietDb))) : 0;
}
