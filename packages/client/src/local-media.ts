/** What one call sends: the microphone and camera of this page, or a stream of the application's own. */
import type { Media } from '@offhook/core';
import type { Capture, Failed, Kind } from './capture.ts';
import { OffhookError } from './errors.ts';
import type { Platform } from './platform.ts';

export interface LocalMediaObserver {
  /** What there is to send is something else than before. */
  changed(): void;
  /** A device was lost, and no other was found in its place. */
  lost(error: OffhookError, kind: Kind): void;
}

export class LocalMedia {
  /** What is sent, for showing it. The application's own stream if it gave one. */
  readonly stream: MediaStream;
  readonly #capture: Capture;
  readonly #observer: LocalMediaObserver;
  readonly #own: MediaStream | undefined;
  readonly #tracks: Partial<Record<Kind, MediaStreamTrack>> = {};
  /** Tracks that were opened here, and are to be given back. */
  readonly #opened = new Set<MediaStreamTrack>();
  #closed = false;

  constructor(platform: Platform, capture: Capture, own: MediaStream | undefined, observer: LocalMediaObserver) {
    this.#capture = capture;
    this.#observer = observer;
    this.#own = own;
    this.stream = own ?? platform.newStream();
  }

  track(kind: Kind): MediaStreamTrack | null {
    return this.#tracks[kind] ?? null;
  }

  /** Whether this is a stream of the application. */
  get isOwn(): boolean {
    return this.#own !== undefined;
  }

  /** Opens what is not open yet, and says what could not be opened. Never rejects. */
  async open({ audio, video }: Media): Promise<Failed> {
    this.#takeOwn();
    // Without sound of its own, an application's stream is meant to be silent.
    const missing = { audio: audio && !this.#own && !this.#tracks.audio, video: video && !this.#tracks.video };
    return missing.audio || missing.video ? this.#ask(missing) : {};
  }

  /**
   * Puts a track of the device that is chosen now into the place of the one that is open, which stays if there is none.
   * `anew`: not one that another call has open.
   */
  async reopen(kind: Kind, anew: boolean): Promise<Failed> {
    const { [kind]: track } = this.#tracks;
    if (track === undefined || !this.#opened.has(track)) return {};
    return this.#ask({ audio: kind === 'audio', video: kind === 'video' }, anew);
  }

  /** Turns the camera off, with its light. */
  closeCamera(): void {
    this.#drop('video');
    if (!this.#closed) this.#observer.changed();
  }

  /** Nothing more is sent. What belongs to the application stays as it is. */
  close(): void {
    this.#closed = true;
    this.#drop('audio');
    this.#drop('video');
  }

  /** What the application's stream holds is taken up, and sent. */
  #takeOwn(): void {
    if (this.#own === undefined || this.#closed) return;
    let isNew = false;
    for (const kind of ['audio', 'video'] as const) {
      const track = this.#own.getTracks().find((one) => one.kind === kind);
      if (track === undefined || this.#tracks[kind] !== undefined) continue;
      this.#tracks[kind] = track;
      isNew = true;
    }
    if (isNew) this.#observer.changed();
  }

  async #ask(kinds: Media, anew?: boolean): Promise<Failed> {
    const holder = { isWanted: () => !this.#closed, take: (kind: Kind, track: MediaStreamTrack) => this.#put(kind, track) };
    const failed = await this.#capture.open(kinds, holder, anew);
    if (!this.#closed) this.#observer.changed();
    return failed;
  }

  #put(kind: Kind, track: MediaStreamTrack): void {
    const before = this.#tracks[kind];
    if (this.#closed || (before !== undefined && !this.#opened.has(before))) return this.#capture.release(track);
    this.#drop(kind);
    this.#tracks[kind] = track;
    this.#opened.add(track);
    if (this.#own === undefined) this.stream.addTrack(track);
    // Not told of tracks that are stopped by `release`: the device is gone, or the leave was withdrawn.
    track.addEventListener('ended', () => this.#lost(kind, track));
  }

  #drop(kind: Kind): void {
    const track = this.#tracks[kind];
    delete this.#tracks[kind];
    if (track === undefined) return;
    if (!this.#opened.delete(track)) {
      track.enabled = true;
      return;
    }
    if (this.#own === undefined) this.stream.removeTrack(track);
    this.#capture.release(track);
  }

  /** The device is gone. For the microphone another one is looked for: a headset that runs empty must not end a call. */
  #lost(kind: Kind, track: MediaStreamTrack): void {
    if (this.#closed || this.#tracks[kind] !== track) return;
    this.#drop(kind);
    this.#observer.changed();
    if (kind === 'video') return this.#observer.lost(new OffhookError('camera_lost'), kind);
    void this.open({ audio: true, video: false }).then(({ audio: cause }) => {
      if (!this.#closed && cause !== undefined) this.#observer.lost(new OffhookError('microphone_lost', { cause }), kind);
    });
  }
}
