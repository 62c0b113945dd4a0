/** What one call receives: one stream that stays the same while peer connections come and go. */
export class RemoteMedia {
  /** For an `<audio>` or `<video>` element. */
  readonly stream: MediaStream;
  readonly #changed: () => void;
  #plays = true;

  constructor(stream: MediaStream, changed: () => void) {
    this.stream = stream;
    this.#changed = changed;
  }

  /** Shows these tracks in place of the ones before. */
  show(tracks: readonly MediaStreamTrack[]): void {
    const before = this.stream.getTracks();
    const gone = before.filter((track) => !tracks.includes(track));
    const fresh = tracks.filter((track) => !before.includes(track));
    for (const track of gone) this.stream.removeTrack(track);
    for (const track of fresh) {
      track.enabled = this.#plays;
      this.stream.addTrack(track);
    }
    if (gone.length + fresh.length > 0) this.#changed();
  }

  /** Lets them be heard and seen, or not. */
  play(plays: boolean): void {
    this.#plays = plays;
    for (const track of this.stream.getTracks()) track.enabled = plays;
  }
}
