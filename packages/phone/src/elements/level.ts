import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * How loud a stream is at the moment, as the custom property `--level` (0–1) of the component: for the quiet ring around somebody
 * who speaks, and for meters. It listens without playing anything.
 */
export class Level implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #stream: () => MediaStream | undefined;
  #track: MediaStreamTrack | undefined;
  #stopWatching: (() => void) | undefined;
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
    if (track && !matchMedia('(prefers-reduced-motion: reduce)').matches) void this.#start(track);
  }

  hostDisconnected(): void {
    this.#stop();
    this.#track = undefined;
  }

  async #start(track: MediaStreamTrack): Promise<void> {
    const { watchLevel } = await import('@offhook/client/devices');
    if (track === this.#track) this.#stopWatching = watchLevel(track, (level) => this.#show(level));
  }

  #show(level: number): void {
    if (Math.abs(level - this.#level) < 0.01) return;
    this.#level = level;
    this.#host.style.setProperty('--level', level.toFixed(2));
  }

  #stop(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    this.#show(0);
  }
}
