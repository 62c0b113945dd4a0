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

/** Why something could not be opened. */
export type Failed = Partial<Record<Kind, OffhookError>>;

/** For whom something is opened. */
export interface Holder {
  /** Asked before each question to the person: the call may be over when its turn comes. */
  isWanted(): boolean;
  /** Gets each track as soon as it is there, also one that is no longer wanted; gives it back by `release`. */
  take(kind: Kind, track: MediaStreamTrack): void;
}

const names = { audio: 'microphone', video: 'camera' } as const;

export class Capture {
  /** What is asked from now on. Tracks that are open stay as they are. */
  constraints: CaptureConstraints;
  /** Told why something could not be opened; whether it is worth another try, with other constraints. */
  reconsider: (error: unknown) => boolean = () => false;
  readonly #platform: Platform;
  /** Tracks in use. While one of a kind lives, the device is open. */
  readonly #tracks: Record<Kind, Set<MediaStreamTrack>> = { audio: new Set(), video: new Set() };
  #queue: Promise<unknown> = Promise.resolve();

  constructor(platform: Platform, constraints: CaptureConstraints) {
    this.#platform = platform;
    this.constraints = constraints;
  }

  /** Whether this can be opened without the browser asking the person. */
  async isPermitted(kinds: Readonly<Record<Kind, boolean>>): Promise<boolean> {
    const wanted = (['audio', 'video'] as const).filter((kind) => kinds[kind] && !this.#isOpen(kind));
    const states = await Promise.all(wanted.map((kind) => this.#platform.permission(names[kind])));
    return states.every((state) => state === 'granted');
  }

  /**
   * Opens what is asked for, with one question to the person where that is possible; `anew`: even if it is open already, for it
   * may be another device by now. Says what could not be opened; never rejects.
   */
  open(kinds: Readonly<Record<Kind, boolean>>, holder: Holder, anew = false): Promise<Failed> {
    // One after the other, so that the second one finds what the first one has opened.
    const opened = this.#queue.then(() => (anew ? this.#ask(kinds, holder) : this.#open(kinds, holder)));
    this.#queue = opened;
    return opened;
  }

  release(track: MediaStreamTrack): void {
    track.stop();
    this.#tracks.audio.delete(track);
    this.#tracks.video.delete(track);
  }

  async #open(kinds: Readonly<Record<Kind, boolean>>, holder: Holder): Promise<Failed> {
    const shares = { audio: kinds.audio && this.#isOpen('audio'), video: kinds.video && this.#isOpen('video') };
    const failed = await this.#ask({ audio: kinds.audio && !shares.audio, video: kinds.video && !shares.video }, holder);
    if (!holder.isWanted()) return failed;
    // Not before: while the browser asked, a clone would have kept the device open for a call that may be over.
    const missing = {
      audio: shares.audio && !this.#share('audio', holder),
      video: shares.video && !this.#share('video', holder),
    };
    // Those who had it open have closed it meanwhile.
    return { ...failed, ...(await this.#ask(missing, holder)) };
  }

  async #ask({ audio, video }: Readonly<Record<Kind, boolean>>, holder: Holder): Promise<Failed> {
    if ((!audio && !video) || !holder.isWanted()) return {};
    try {
      const stream = await this.#platform.capture({
        audio: audio && this.constraints.audio,
        video: video && this.constraints.video,
      });
      this.#give('audio', stream.getAudioTracks()[0], holder);
      this.#give('video', stream.getVideoTracks()[0], holder);
      return {};
    } catch (error) {
      if (this.reconsider(error)) return this.#ask({ audio, video }, holder);
      if (!audio) return { video: captureError('camera', error) };
      if (!video) return { audio: captureError('microphone', error) };
      // Which of the two was the cause, the browser does not say; without the camera it shows.
      const failed = await this.#ask({ audio, video: false }, holder);
      return failed.audio ? failed : { video: captureError('camera', error) };
    }
  }

  /** False: there is nothing to share. */
  #share(kind: Kind, holder: Holder): boolean {
    const live = this.#live(kind);
    this.#give(kind, live?.clone(), holder);
    return live !== undefined;
  }

  #give(kind: Kind, track: MediaStreamTrack | undefined, holder: Holder): void {
    if (track === undefined) return;
    // A clone of a muted track is muted.
    track.enabled = true;
    this.#tracks[kind].add(track);
    holder.take(kind, track);
  }

  #isOpen(kind: Kind): boolean {
    return this.#live(kind) !== undefined;
  }

  #live(kind: Kind): MediaStreamTrack | undefined {
    // The newest: it is from the device that was chosen last.
    return [...this.#tracks[kind]].findLast(({ readyState }) => readyState === 'live');
  }
}
