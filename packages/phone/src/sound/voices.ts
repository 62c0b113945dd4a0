/** What somebody says. */
export interface Voice {
  readonly id: string;
  readonly remote?: MediaStream | undefined;
}

/** Plays what the others say, call by call, whatever the screen shows. */
export class Voices {
  readonly #elements = new Map<string, HTMLAudioElement>();
  readonly #displace = new WeakMap<HTMLAudioElement, () => void>();
  readonly #silenced: (silenced: boolean) => void;
  readonly #place: (element: HTMLAudioElement) => () => void;

  /**
   * `silenced` is told when the browser wants a gesture first, and when it has had one. `place` lets an element be heard on the
   * loudspeaker that was chosen, until the function it returns is called.
   */
  constructor(silenced: (silenced: boolean) => void, place: (element: HTMLAudioElement) => () => void) {
    this.#silenced = silenced;
    this.#place = place;
  }

  follow(heard: readonly Voice[]): void {
    for (const [id, element] of this.#elements) {
      if (heard.some((voice) => voice.id === id)) continue;
      element.srcObject = null;
      this.#elements.delete(id);
      this.#displace.get(element)?.();
    }
    for (const { id, remote } of heard) {
      if (remote !== undefined && this.#elements.get(id)?.srcObject !== remote) this.#play(id, remote);
    }
  }

  /** Once more, now that there was a gesture. */
  async play(): Promise<void> {
    try {
      await Promise.all([...this.#elements.values()].map((element) => element.play()));
      this.#silenced(false);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#silenced(true);
      // Any other reason is one of an element that has meanwhile been given up.
    }
  }

  #play(id: string, stream: MediaStream): void {
    const element = this.#elements.get(id) ?? new Audio();
    if (!this.#elements.has(id)) this.#displace.set(element, this.#place(element));
    element.srcObject = stream;
    this.#elements.set(id, element);
    void this.play();
  }
}
