import type { ReactiveController, ReactiveControllerHost } from 'lit';

let shared: AudioContext | undefined;

/**
 * How loud a stream is at the moment, as the custom property `--level` (0–1) of the component: for the quiet ring around somebody
 * who speaks. It listens without playing anything.
 */
export class Level implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #stream: () => MediaStream | undefined;
  #track: MediaStreamTrack | undefined;
  #source: MediaStreamAudioSourceNode | undefined;
  #frame = 0;
  #level = 0;

  constructor(host: ReactiveControllerHost & HTMLElement, stream: () => MediaStream | undefined) {
    this.#host = host;
    this.#stream = stream;
    host.addController(this);
  }

  hostUpdated(): void {
    const track = this.#stream()?.getAudioTracks()[0];
    if (track === this.#track) return;
    this.#stop();
    this.#track = track;
    if (track && !matchMedia('(prefers-reduced-motion: reduce)').matches) this.#start(track);
  }

  hostDisconnected(): void {
    this.#stop();
    this.#track = undefined;
  }

  #start(track: MediaStreamTrack): void {
    shared ??= new AudioContext();
    void shared.resume();
    const analyser = new AnalyserNode(shared, { fftSize: 512 });
    this.#source = new MediaStreamAudioSourceNode(shared, { mediaStream: new MediaStream([track]) });
    this.#source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const measure = (): void => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // −60 dB is silence, −15 dB is somebody who speaks up.
      const loud = power > 0 ? Math.min(1, Math.max(0, (10 * Math.log10(power) + 60) / 45)) : 0;
      this.#show(Math.max(loud, this.#level * 0.9));
      this.#frame = requestAnimationFrame(measure);
    };
    this.#frame = requestAnimationFrame(measure);
  }

  #show(level: number): void {
    if (Math.abs(level - this.#level) < 0.01) return;
    this.#level = level;
    this.#host.style.setProperty('--level', level.toFixed(2));
  }

  #stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#source?.disconnect();
    this.#source = undefined;
    this.#show(0);
  }
}
