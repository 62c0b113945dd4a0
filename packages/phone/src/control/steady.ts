/** A word that is said of something that wavers: it changes once that was otherwise for some time. */
export class Steady {
  readonly #times: number;
  #is = false;
  #otherwise = 0;

  /** `times`: how often in a row it has to be otherwise. */
  constructor(times: number) {
    this.#times = times;
  }

  get is(): boolean {
    return this.#is;
  }

  /** Whether the word has changed. */
  tell(is: boolean): boolean {
    this.#otherwise = is === this.#is ? 0 : this.#otherwise + 1;
    if (this.#otherwise < this.#times) return false;
    this.#otherwise = 0;
    this.#is = is;
    return true;
  }
}
