/** Tracks and streams that carry nothing. */

export class FakeTrack {
  readonly kind: 'audio' | 'video';
  readonly #all: FakeTrack[];
  readyState: MediaStreamTrackState = 'live';
  getSettings = (): MediaTrackSettings => ({});
  enabled = true;
  #ended: (() => void) | undefined;

  /** `all` gathers this track and its clones. */
  constructor(kind: 'audio' | 'video', all: FakeTrack[] = []) {
    this.kind = kind;
    this.#all = all;
    all.push(this);
  }

  clone(): FakeTrack {
    const copy = new FakeTrack(this.kind, this.#all);
    copy.enabled = this.enabled;
    return copy;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** The device is pulled out. */
  lose(): void {
    this.readyState = 'ended';
    this.#ended?.();
  }

  addEventListener(_type: 'ended', listener: () => void): void {
    this.#ended = listener;
  }

  get media(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}

export class FakeStream {
  #tracks: FakeTrack[];

  constructor(tracks: FakeTrack[] = []) {
    this.#tracks = tracks;
  }

  getTracks(): FakeTrack[] {
    return [...this.#tracks];
  }

  getAudioTracks(): FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === 'audio');
  }

  getVideoTracks(): FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === 'video');
  }

  addTrack(track: FakeTrack): void {
    if (!this.#tracks.includes(track)) this.#tracks.push(track);
  }

  removeTrack(track: FakeTrack): void {
    this.#tracks = this.#tracks.filter((one) => one !== track);
  }

  get media(): MediaStream {
    return this as unknown as MediaStream;
  }
}
