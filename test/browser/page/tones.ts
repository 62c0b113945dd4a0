/** What is heard in a stream: the keys of a telephone, and how loud it is. */
import { until } from './until.ts';

/** ITU-T Q.23: each key is a low and a high tone, in Hz. */
const low = [697, 770, 852, 941];
const high = [1209, 1336, 1477, 1633];
const keys = ['123A', '456B', '789C', '*0#D'];
/** A tone of a key is at about -20 dB; what is beside it must be this much quieter. */
const audibleDb = -60;
const asideDb = 12;
const lookMs = 10;
/** On a busy machine a tone has holes; the pauses that tests make between two are longer. */
const holeMs = 200;

export interface Keys {
  /** Those that were heard so far, one after the other. */
  heard(): string;
  close(): Promise<void>;
}

/** Notes the keys that are heard from now on. */
export async function keysIn(stream: MediaStream): Promise<Keys> {
  const audio = new AudioContext();
  const analyser = new AnalyserNode(audio, { fftSize: 2048, smoothingTimeConstant: 0 });
  new MediaStreamAudioSourceNode(audio, { mediaStream: stream }).connect(analyser);
  await audio.resume();
  let heard = '';
  let before: string | undefined;
  let absent = 0;
  const timer = setInterval(() => {
    const key = keyIn(analyser);
    absent = key === undefined ? absent + 1 : 0;
    if (absent * lookMs > holeMs) before = undefined;
    if (key === undefined || key === before) return;
    heard += key;
    before = key;
  }, lookMs);
  return {
    heard: () => heard,
    close() {
      clearInterval(timer);
      return audio.close();
    },
  };
}

function keyIn(analyser: AnalyserNode): string | undefined {
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(spectrum);
  const [row, column] = [clearest(analyser, spectrum, low), clearest(analyser, spectrum, high)];
  return row === undefined || column === undefined ? undefined : keys[row]?.[column];
}

/** Which of these frequencies stands out, if one does. */
function clearest(analyser: AnalyserNode, spectrum: Float32Array, frequencies: readonly number[]): number | undefined {
  const hertzPerBin = analyser.context.sampleRate / analyser.fftSize;
  const levels = frequencies.map((frequency) => spectrum[Math.round(frequency / hertzPerBin)] ?? -Infinity);
  const [first = -Infinity, second = -Infinity] = levels.toSorted((a, b) => b - a);
  return first > audibleDb && first - second > asideDb ? levels.indexOf(first) : undefined;
}

/** Waits until a tone of this frequency stands out by far from what is beside it. */
export async function toneAt(stream: MediaStream, frequency: number): Promise<void> {
  const audio = new AudioContext();
  const analyser = new AnalyserNode(audio, { fftSize: 2048, smoothingTimeConstant: 0 });
  new MediaStreamAudioSourceNode(audio, { mediaStream: stream }).connect(analyser);
  await audio.resume();
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  const bin = Math.round((frequency / audio.sampleRate) * analyser.fftSize);
  const level = (at: number): number => spectrum[at] ?? -Infinity;
  try {
    await until(
      `a tone of ${frequency} Hz`,
      () => {
        analyser.getFloatFrequencyData(spectrum);
        return level(bin) > audibleDb && level(bin) - Math.max(level(bin - 6), level(bin + 6)) > asideDb;
      },
      () => [level(bin - 6), level(bin), level(bin + 6)],
    );
  } finally {
    await audio.close();
  }
}

/** The greatest loudness (root mean square, 1 is full scale) of half a second. */
export async function loudest(source: unknown): Promise<number> {
  if (!(source instanceof MediaStream)) return 0;
  const audio = new AudioContext();
  const analyser = new AnalyserNode(audio, { fftSize: 2048 });
  new MediaStreamAudioSourceNode(audio, { mediaStream: source }).connect(analyser);
  await audio.resume();
  const samples = new Float32Array(analyser.fftSize);
  const end = performance.now() + 500;
  let most = 0;
  while (performance.now() < end) {
    analyser.getFloatTimeDomainData(samples);
    most = Math.max(most, Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  await audio.close();
  return most;
}

/** A microphone that hears nothing but a lasting tone. */
export function tone(hertz: number): MediaStream {
  const audio = new AudioContext();
  const source = new OscillatorNode(audio, { frequency: hertz });
  const quiet = new GainNode(audio, { gain: 0.3 });
  const out = new MediaStreamAudioDestinationNode(audio);
  source.connect(quiet).connect(out);
  source.start();
  void audio.resume();
  return out.stream;
}
