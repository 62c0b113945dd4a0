/**
 * Microphone and camera of this page: asked for when first needed, shared by its calls, and stopped exactly when no call needs
 * them. A second `getUserMedia` for the same device ends the first one on some phones, so that every further user gets a clone.
 */
import { captureError } from './errors.ts';
import type { OffhookError } from './errors.ts';
import type { Platform } from './platform.ts';

export type Kind = 'audio' | 'video';

/** What to ask of microphone and camera. */
export interface CaptureConstraints {
  readonly audio: MediaTrackConstraints | true;
  readonly video: MediaTrackConstraints | true;
}

/** What could be opened, and why not what could not. */
export interface Captured {
  readonly audio?: MediaStreamTrack | undefined;
  readonly video?: MediaStreamTrack | undefined;
  readonly failed: Partial<Record<Kind, OffhookError>>;
}

const names = { audio: 'microphone', video: 'camera' } as const;

export class Capture {
  readonly #platform: Platform;
  readonly #constraints: CaptureConstraints;
  /** Tracks in use. While one of a kind lives, the device is open. */
  readonly #tracks: Record<Kind, Set<MediaStreamTrack>> = { audio: new Set(), video: new Set() };
  #queue: Promise<unknown> = Promise.resolve();

  constructor(platform: Platform, constraints: CaptureConstraints) {
    this.#platform = platform;
    this.#constraints = constraints;
  }

  /** Whether this can be opened without the browser asking the person. */
  async isPermitted(kinds: Readonly<Record<Kind, boolean>>): Promise<boolean> {
    const wanted = (['audio', 'video'] as const).filter((kind) => kinds[kind] && !this.#isOpen(kind));
    const states = await Promise.all(wanted.map((kind) => this.#platform.permission(names[kind])));
    return states.every((state) => state === 'granted');
  }

  /**
   * Opens what is asked for, with one question to the person. Each track must be given back by `release`. Never rejects.
   * `isWanted`: asked again before each question, as the call may be over when its turn comes.
   */
  open(kinds: Readonly<Record<Kind, boolean>>, isWanted: () => boolean): Promise<Captured> {
    // One after the other, so that the second one finds what the first one has opened.
    const opened = this.#queue.then(() => this.#open(kinds, isWanted));
    this.#queue = opened;
    return opened;
  }

  release(track: MediaStreamTrack): void {
    track.stop();
    this.#tracks.audio.delete(track);
    this.#tracks.video.delete(track);
  }

  async #open(kinds: Readonly<Record<Kind, boolean>>, isWanted: () => boolean): Promise<Captured> {
    const shares = { audio: kinds.audio && this.#isOpen('audio'), video: kinds.video && this.#isOpen('video') };
    const asked = await this.#ask({ audio: kinds.audio && !shares.audio, video: kinds.video && !shares.video }, isWanted);
    if (!isWanted() || (!shares.audio && !shares.video)) return asked;
    // Not before: while the browser asked, a clone would have kept the device open for a call that may be over.
    const shared = {
      audio: shares.audio ? this.#share('audio') : asked.audio,
      video: shares.video ? this.#share('video') : asked.video,
    };
    // Those who had it open may have closed it meanwhile.
    const again = await this.#ask({ audio: shares.audio && !shared.audio, video: shares.video && !shared.video }, isWanted);
    return {
      audio: shared.audio ?? again.audio,
      video: shared.video ?? again.video,
      failed: { ...asked.failed, ...again.failed },
    };
  }

  async #ask({ audio, video }: Readonly<Record<Kind, boolean>>, isWanted: () => boolean): Promise<Captured> {
    if ((!audio && !video) || !isWanted()) return { failed: {} };
    try {
      return await this.#get({ audio, video });
    } catch (error) {
      if (!audio) return { failed: { video: captureError('camera', error) } };
      if (!video) return { failed: { audio: captureError('microphone', error) } };
      // Which of the two was the cause, the browser does not say; without the camera it shows.
      const { failed, ...rest } = await this.#ask({ audio, video: false }, isWanted);
      return { ...rest, failed: failed.audio ? failed : { video: captureError('camera', error) } };
    }
  }

  async #get({ audio, video }: Readonly<Record<Kind, boolean>>): Promise<Captured> {
    const stream = await this.#platform.capture({
      audio: audio && this.#constraints.audio,
      video: video && this.#constraints.video,
    });
    return {
      audio: this.#take('audio', stream.getAudioTracks()[0]),
      video: this.#take('video', stream.getVideoTracks()[0]),
      failed: {},
    };
  }

  #share(kind: Kind): MediaStreamTrack | undefined {
    return this.#take(kind, this.#live(kind)?.clone());
  }

  #take(kind: Kind, track: MediaStreamTrack | undefined): MediaStreamTrack | undefined {
    if (track === undefined) return undefined;
    // A clone of a muted track is muted.
    track.enabled = true;
    this.#tracks[kind].add(track);
    return track;
  }

  #isOpen(kind: Kind): boolean {
    return this.#live(kind) !== undefined;
  }

  #live(kind: Kind): MediaStreamTrack | undefined {
    return [...this.#tracks[kind]].find(({ readyState }) => readyState === 'live');
  }
}
