/** A part of the phone's state that changes on its own. `changed` is called after each change. */
export abstract class Part<S> {
  #state: S;
  readonly #changed: () => void;

  constructor(state: S, changed: () => void) {
    this.#state = state;
    this.#changed = changed;
  }

  get state(): S {
    return this.#state;
  }

  protected set(change: Partial<S>): void {
    this.#state = { ...this.#state, ...change };
    this.#changed();
  }
}
