/** How long nothing is heard of somebody who sends a tone, in whatever streams it arrives. */

/** Of a tone at full scale, the level is 0.7. */
const audible = 0.01;
const lookMs = 10;

export interface Silence {
  /** In milliseconds, so far. */
  longest(): number;
}

/** `streams`: in which it may arrive at the moment. What is not played is not heard: tracks that are off, and those that have ended. */
export async function listenFor(streams: () => readonly MediaStream[]): Promise<Silence> {
  const audio = new AudioContext();
  await audio.resume();
  const analysers = new Map<MediaStreamTrack, AnalyserNode>();
  let heardAt = performance.now();
  let longest = 0;
  setInterval(() => {
    for (const track of streams().flatMap((stream) => stream.getAudioTracks())) {
      if (analysers.has(track)) continue;
      const analyser = new AnalyserNode(audio, { fftSize: 512 });
      new MediaStreamAudioSourceNode(audio, { mediaStream: new MediaStream([track]) }).connect(analyser);
      analysers.set(track, analyser);
    }
    const now = performance.now();
    if ([...analysers].some(([track, analyser]) => track.enabled && track.readyState === 'live' && isLoud(analyser)))
      heardAt = now;
    longest = Math.max(longest, now - heardAt);
  }, lookMs);
  return { longest: () => longest };
}

function isLoud(analyser: AnalyserNode): boolean {
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length) > audible;
}
