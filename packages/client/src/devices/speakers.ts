/** Elements that play through one loudspeaker (W3C Audio Output Devices API). */
import type { Unsubscribe } from '../emitter.ts';

export class Speakers {
  readonly #elements = new Set<HTMLMediaElement>();
  #id = '';

  /** Whether the browser lets a page choose. */
  static get canChoose(): boolean {
    return 'setSinkId' in HTMLMediaElement.prototype;
  }

  /** Lets this element follow from now on. */
  add(element: HTMLMediaElement): Unsubscribe {
    this.#elements.add(element);
    this.#turn(element);
    return () => void this.#elements.delete(element);
  }

  /** Turns all to this device; the empty string is the system's own choice. */
  use(id: string): void {
    this.#id = id;
    for (const element of this.#elements) this.#turn(element);
  }

  #turn(element: HTMLMediaElement): void {
    if (!Speakers.canChoose || element.sinkId === this.#id) return;
    // Gone meanwhile: better heard from another one than not at all.
    element.setSinkId(this.#id).catch(() => element.setSinkId('').catch(() => undefined));
  }
}
