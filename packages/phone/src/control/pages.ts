/** A list that is loaded page by page, one after the other: who asks for the next page while one is on its way gets that one. */
export class Pages {
  #loading: Promise<void> | undefined;

  load(page: () => Promise<unknown>): Promise<void> {
    this.#loading ??= this.#load(page);
    return this.#loading;
  }

  async #load(page: () => Promise<unknown>): Promise<void> {
    try {
      await page();
    } finally {
      this.#loading = undefined;
    }
  }
}
