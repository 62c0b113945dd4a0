import type { CallState } from '../view/state.ts';

/** Plays what the others say, call by call, whatever the screen shows. */
export class Voices {
  readonly #elements = new Map<string, HTMLAudioElement>();
  readonly #silenced: (silenced: boolean) => void;

  /** `silenced` is told when the browser wants a gesture first, and when it has had one. */
  constructor(silenced: (silenced: boolean) => void) {
    this.#silenced = silenced;
  }

  follow(calls: readonly CallState[]): void {
    const heard = calls.filter(({ stage }) => stage.kind !== 'incoming' && stage.kind !== 'ended');
    for (const [id, element] of this.#elements) {
      if (heard.some((call) => call.id === id)) continue;
      element.srcObject = null;
      this.#elements.delete(id);
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
    element.srcObject = stream;
    this.#elements.set(id, element);
    void this.play();
  }
}
