/** What is done one after the other, whatever became of what was before. */
export class InOrder {
  #last: Promise<void> = Promise.resolve();

  /** @throws what `work` throws, or `mayBegin` when its turn comes */
  run<T>(work: () => Promise<T>, mayBegin: () => void): Promise<T> {
    const done = this.#last.then(() => {
      mayBegin();
      return work();
    });
    this.#last = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }
}
