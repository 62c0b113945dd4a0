/** Virtual time: a run is a sequence of tasks, each at its instant, each followed by all the promises that it settles. */
interface Task {
  readonly at: number;
  readonly order: number;
  readonly owner: Scope;
  run: (() => void) | undefined;
}

export class Time {
  now: number;
  readonly #heap: Task[] = [];
  #order = 0;
  /** Tasks that were run. */
  steps = 0;

  constructor(start: number) {
    this.now = start;
  }

  /** A clock for one part of the world, which ends with it. `skew`: how far its owner's clock is wrong. */
  scope(name: string, skew = 0): Scope {
    return new Scope(this, name, skew);
  }

  add(at: number, owner: Scope, run: () => void): Task {
    this.#order += 1;
    const task: Task = { at: Math.max(at, this.now), order: this.#order, owner, run };
    this.#push(task);
    return task;
  }

  /** What was due while its owner was frozen is due now. */
  again(task: Task): void {
    if (task.run === undefined) return;
    this.#order += 1;
    Object.assign(task, { at: Math.max(task.at, this.now), order: this.#order });
    this.#push(task);
  }

  /** Runs until nothing is left to be done before `until`, which is the time then. `each`: after each task and its promises. */
  async runUntil(until: number, each?: () => void): Promise<void> {
    await settle();
    await apart(() => {
      for (let task = this.#heap[0]; task !== undefined && task.at <= until; task = this.#heap[0]) {
        this.#pop();
        const { run, owner } = task;
        if (run === undefined || owner.holds(task)) continue;
        this.now = task.at;
        task.run = undefined;
        owner.pending -= 1;
        this.steps += 1;
        run();
        drain();
        each?.();
      }
      this.now = Math.max(this.now, until);
    });
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.push(task) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, task)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(last, child)) break;
      heap[at] = child;
      at = child === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = last;
  }
}

/** The clock of one page, of one life of the server, or of the world around them. Has the shape of both sides' `Clock` ports. */
export class Scope {
  readonly name: string;
  readonly #time: Time;
  readonly #skew: number;
  readonly #tasks = new Set<Task>();
  #isOver = false;
  /** What has become due while nothing was run here; undefined: it is not frozen. */
  #held: Task[] | undefined;
  /** Tasks that are due some time. */
  pending = 0;

  constructor(time: Time, name: string, skew: number) {
    this.#time = time;
    this.name = name;
    this.#skew = skew;
  }

  now(): number {
    return this.#time.now + this.#skew;
  }

  schedule(delay: number, run: () => void): () => void {
    if (this.#isOver) return nothing;
    this.pending += 1;
    const task: Task = this.#time.add(this.#time.now + Math.max(0, delay), this, () => {
      this.#tasks.delete(task);
      run();
    });
    this.#tasks.add(task);
    return () => this.#cancel(task);
  }

  get isFrozen(): boolean {
    return this.#held !== undefined;
  }

  /** Nothing is run here until it thaws; what becomes due is kept. */
  freeze(): void {
    this.#held ??= [];
  }

  /** All that has become due is run now, in the order in which it was due. */
  thaw(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const task of held) this.#time.again(task);
  }

  /** Whether a task that is due has to wait; it is kept then. */
  holds(task: Task): boolean {
    this.#held?.push(task);
    return this.isFrozen;
  }

  /** Runs something now, or when it thaws. */
  whenAwake(run: () => void): void {
    if (this.isFrozen) this.schedule(0, run);
    else run();
  }

  /** Nothing of this scope happens any more. */
  end(): void {
    this.#isOver = true;
    for (const task of this.#tasks) this.#cancel(task);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  #cancel(task: Task): void {
    if (task.run === undefined) return;
    task.run = undefined;
    this.pending -= 1;
    this.#tasks.delete(task);
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function nothing(): void {
  // Was never scheduled.
}

/** Runs a task outside of all promises, which may settle them itself. */
function apart(task: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        task();
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** As `settle`, at once: a turn of the event loop would cost more than most tasks do. Node names it `_tickCallback`; only for use outside of promises. */
const { _tickCallback: drain } = process as unknown as { readonly _tickCallback: () => void };

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
