/** Cameras that a session has opened itself: turned off they are closed, so that their light goes out, and opened again when turned on. */
import type { LocalStream, Publisher } from './publisher.ts';

interface Camera {
  readonly open: () => Promise<MediaStream>;
  isWanted: boolean;
  /** While it is being opened. */
  opening: Promise<void> | undefined;
}

type Places = Pick<Publisher, 'enable' | 'vacate' | 'fill'>;

export class Cameras {
  readonly #publisher: Places;
  readonly #cameras = new WeakMap<LocalStream, Camera>();

  constructor(publisher: Places) {
    this.#publisher = publisher;
  }

  /** `open`: opens the same camera once more. */
  remember(local: LocalStream, open: Camera['open']): void {
    this.#cameras.set(local, { open, isWanted: true, opening: undefined });
  }

  /** What the application has opened goes on, dark: nobody else knows how to open it again. Rejects as `open` does. */
  async set(local: LocalStream, on: boolean): Promise<void> {
    const camera = this.#cameras.get(local);
    if (camera === undefined) return this.#publisher.enable('video', on, local);
    camera.isWanted = on;
    if (!on) return this.#publisher.vacate(local);
    // Open, but perhaps made dark by others.
    if (local.stream.getVideoTracks().some(({ readyState }) => readyState === 'live'))
      return this.#publisher.enable('video', true, local);
    camera.opening ??= this.#open(local, camera).finally(() => (camera.opening = undefined));
    await camera.opening;
  }

  async #open(local: LocalStream, camera: Camera): Promise<void> {
    const [track] = (await camera.open()).getVideoTracks();
    if (track === undefined) return;
    // It was turned off again meanwhile, or is published no longer.
    if (!camera.isWanted || !this.#publisher.fill(local, track)) track.stop();
  }
}
