/** Tracks and streams as far as the SDK uses them (W3C Media Capture §4). */

/** Whether somebody's microphone or camera is on because of this track, or where it comes from. */
export class FakeTrack {
  readonly kind: 'audio' | 'video';
  readonly id: string;
  /** Of a microphone or camera; false for what is received. */
  readonly isCaptured: boolean;
  enabled = true;
  readyState: 'live' | 'ended' = 'live';
  readonly #copied: (copy: FakeTrack) => void;
  readonly #listeners = new Set<() => void>();
  #copies = 0;

  /** `copied` is told of every clone. */
  constructor(kind: 'audio' | 'video', id: string, isCaptured: boolean, copied: (copy: FakeTrack) => void = () => undefined) {
    this.kind = kind;
    this.id = id;
    this.isCaptured = isCaptured;
    this.#copied = copied;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  getSettings(): { readonly width: number } {
    return { width: 320 };
  }

  clone(): FakeTrack {
    this.#copies += 1;
    const copy = new FakeTrack(this.kind, `${this.id}.${this.#copies}`, this.isCaptured, this.#copied);
    copy.enabled = this.enabled;
    copy.readyState = this.readyState;
    this.#copied(copy);
    return copy;
  }

  addEventListener(type: string, listener: () => void): void {
    if (type === 'ended') this.#listeners.add(listener);
  }

  removeEventListener(_type: string, listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** The device is gone: told, unlike `stop`. */
  lose(): void {
    if (this.readyState === 'ended') return;
    this.readyState = 'ended';
    for (const listener of this.#listeners) listener();
  }
}

export class FakeStream {
  readonly id: string;
  readonly #tracks: FakeTrack[];

  constructor(id: string, tracks: readonly FakeTrack[] = []) {
    this.id = id;
    this.#tracks = [...tracks];
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
    const at = this.#tracks.indexOf(track);
    if (at !== -1) this.#tracks.splice(at, 1);
  }
}
