/** A map of so many entries at most: what was set first, and may be, is forgotten first. For what strangers can make it remember. */
export class Latest<Value> {
  readonly #most: number;
  readonly #mayForget: (key: string) => boolean;
  readonly #entries = new Map<string, Value>();

  /** `mayForget`: absent, all may be. */
  constructor(most: number, mayForget: (key: string) => boolean = () => true) {
    this.#most = most;
    this.#mayForget = mayForget;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    for (const oldest of this.#entries.keys())
      if (oldest !== key && this.#mayForget(oldest)) {
        this.#entries.delete(oldest);
        return;
      }
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  get size(): number {
    return this.#entries.size;
  }
}
