import type { Instant } from '@offhook/core';
import type { Clock } from '../ports.ts';

interface Due<Key> {
  readonly key: Key;
  readonly at: Instant;
}

/**
 * Many deadlines, one timer: a binary heap of instants. Setting a key again or clearing it leaves the old entry in the heap; it is
 * recognised as void when it comes up, so that both cost O(log n) and no search.
 */
export class Deadlines<Key> {
  readonly #clock: Clock;
  readonly #due: (key: Key) => void;
  readonly #heap: Due<Key>[] = [];
  readonly #current = new Map<Key, Instant>();
  #cancel: (() => void) | undefined;
  #armedFor: Instant = Infinity;
  #isClosed = false;

  constructor(clock: Clock, due: (key: Key) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  set(key: Key, at: Instant | undefined): void {
    if (this.#isClosed || this.#current.get(key) === at) return;
    if (at === undefined) {
      this.#current.delete(key);
      return;
    }
    this.#current.set(key, at);
    this.#push({ key, at });
    this.#arm();
  }

  /** Nothing is due any more, whatever is set from now on. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#armedFor = Infinity;
    this.#heap.length = 0;
    this.#current.clear();
  }

  #arm(): void {
    const next = this.#heap[0];
    if (next === undefined || next.at >= this.#armedFor) return;
    this.#cancel?.();
    this.#armedFor = next.at;
    this.#cancel = this.#clock.schedule(Math.max(0, Math.ceil(next.at - this.#clock.now())), () => this.#fire());
  }

  #fire(): void {
    this.#armedFor = Infinity;
    this.#cancel = undefined;
    const now = this.#clock.now();
    for (let next = this.#heap[0]; next !== undefined && next.at <= now; next = this.#heap[0]) {
      this.#pop();
      if (this.#current.get(next.key) !== next.at) continue;
      this.#current.delete(next.key);
      this.#due(next.key);
    }
    this.#arm();
  }

  #push(due: Due<Key>): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.at <= due.at) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const child = right !== undefined && left !== undefined && right.at < left.at ? right : left;
      if (child === undefined || child.at >= last.at) break;
      heap[at] = child;
      at = child === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = last;
  }
}
