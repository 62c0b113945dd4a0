/**
 * Where a request is tried when a server does not do (RFC 3263 §4.3): the next one, on a new branch, as long as there are any.
 *
 *     503, cannot be sent, no answer at all ──► the next place
 *     any other final answer ─────────────────► that is it
 */
import type { Response } from '../message/message.ts';
import type { Remote } from '../transaction/types.ts';

export class Failover {
  readonly #places: readonly Remote[];
  #at = 0;
  #isHeard = false;

  /** `places`: as `locate` has found them. */
  constructor(places: readonly Remote[]) {
    this.#places = places;
  }

  /** Where it is tried now; undefined: nowhere is left. */
  get place(): Remote | undefined {
    return this.#places[this.#at];
  }

  /** An answer has come from `place`. True: it is to be asked again at what is `place` now. */
  heard(response: Response): boolean {
    this.#isHeard = true;
    return response.status === 503 && this.#next();
  }

  /** 408: nobody has answered, which counts only where nothing at all was heard. 503: it could not be sent. True: ask at what is `place` now. */
  failed(status: 408 | 503): boolean {
    return !(status === 408 && this.#isHeard) && this.#next();
  }

  #next(): boolean {
    // The last answer is to be told: the place that gave it stays.
    if (this.#at + 1 >= this.#places.length) return false;
    this.#at++;
    this.#isHeard = false;
    return true;
  }
}
