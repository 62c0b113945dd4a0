/** What is due next, of many: a binary heap. Deadlines that have changed since are left in it, and passed over when their time comes. */

/** Milliseconds of a clock that never runs backwards. */
export type Instant = number;

export interface Timed {
  readonly deadline: Instant | undefined;
  /** Under which deadline it stands in the heap; kept by `Deadlines` alone, so that one deadline stands there once. */
  noted: Instant | undefined;
}

interface Entry<T> {
  readonly at: Instant;
  readonly item: T;
}

export class Deadlines<T extends Timed> {
  readonly #heap: Entry<T>[] = [];

  /** To be called whenever the deadline of an item may have changed to what it is now. */
  note(item: T): void {
    const at = item.deadline;
    if (at === undefined || at === item.noted) return;
    item.noted = at;
    const heap = this.#heap;
    let hole = heap.length;
    heap.push({ at, item });
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.at <= at) break;
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = { at, item };
  }

  get next(): Instant | undefined {
    this.#passOver();
    return this.#heap[0]?.at;
  }

  /** The one that is due by `now`, if any; it is to be noted again with its next deadline. */
  take(now: Instant): T | undefined {
    this.#passOver();
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    this.#drop();
    first.item.noted = undefined;
    return first.item;
  }

  #passOver(): void {
    for (let first = this.#heap[0]; first !== undefined && first.item.deadline !== first.at; first = this.#heap[0])
      this.#drop();
  }

  #drop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && right.at < left.at) child++;
      const below = heap[child];
      if (below === undefined || below.at >= last.at) break;
      heap[hole] = below;
      hole = child;
    }
    heap[hole] = last;
  }
}
