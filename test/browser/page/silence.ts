/** How long nothing is heard of somebody who sends a tone, in whatever streams it arrives. Counted in samples, however late this page looks. */

/** Of a tone at full scale, the level is 0.7. */
const audible = 0.01;
const lookMs = 10;
/** The most that an analyser keeps: two thirds of a second. */
const keptSamples = 32_768;
/** 10 ms of 48 kHz. */
const blockSamples = 480;

export interface Silence {
  /** In milliseconds, so far. */
  longest(): number;
}

/** `streams`: in which it may arrive at the moment. What is not played is not heard: tracks that are off, and those that have ended. */
export async function listenFor(streams: () => readonly MediaStream[]): Promise<Silence> {
  const audio = new AudioContext({ sampleRate: 48_000 });
  await audio.resume();
  const analyser = new AnalyserNode(audio, { fftSize: keptSamples });
  const known = new Set<MediaStreamTrack>();
  const samples = new Float32Array(keptSamples);
  let lookedAt = audio.currentTime;
  let silent = 0;
  let longest = 0;
  setInterval(() => {
    for (const track of streams().flatMap((stream) => stream.getAudioTracks())) {
      if (known.has(track)) continue;
      known.add(track);
      new MediaStreamAudioSourceNode(audio, { mediaStream: new MediaStream([track]) }).connect(analyser);
    }
    const fresh = Math.floor((audio.currentTime - lookedAt) * audio.sampleRate);
    if (fresh < blockSamples) return;
    analyser.getFloatTimeDomainData(samples);
    const blocks = Math.floor(fresh / blockSamples);
    lookedAt += (blocks * blockSamples) / audio.sampleRate;
    // What was not looked at in time is taken for heard by nobody.
    silent += Math.max(0, fresh - keptSamples) / audio.sampleRate;
    for (let at = Math.max(0, keptSamples - fresh); at + blockSamples <= keptSamples; at += blockSamples) {
      silent = isLoud(samples.subarray(at, at + blockSamples)) ? 0 : silent + blockSamples / audio.sampleRate;
      longest = Math.max(longest, silent);
    }
  }, lookMs);
  return { longest: () => Math.round(longest * 1_000) };
}

function isLoud(samples: Float32Array): boolean {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length) > audible;
}
