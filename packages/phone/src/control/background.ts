import { OffhookError } from '@offhook/client';
import { passing } from '@offhook/core';

/** Waited for the first time; then twice as long each time, up to the longest. */
const firstMs = 1_000;
const longestMs = 16_000;

/** Something that is asked without anybody waiting for it. Refused for the moment, it is asked again until it is answered. */
export class Background {
  readonly #ask: () => Promise<void>;
  #refusals = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: () => Promise<void>) {
    this.#ask = ask;
  }

  /** Asks now. Resolves also where it has to be asked again; rejects where that is of no use. */
  async ask(): Promise<void> {
    clearTimeout(this.#again);
    this.#again = undefined;
    try {
      await this.#ask();
      this.#refusals = 0;
    } catch (error) {
      if (!(error instanceof OffhookError && passing.has(error.code))) throw error;
      this.#askLater();
    }
  }

  /** Asks now, or when it is time to ask again. A refusal for good is nobody's business here. */
  start(): void {
    if (this.#again === undefined) void this.#askQuietly();
  }

  /** Asks no more of what was refused. */
  stop(): void {
    clearTimeout(this.#again);
    this.#again = undefined;
    this.#refusals = 0;
  }

  #askLater(): void {
    clearTimeout(this.#again);
    const wait = Math.min(firstMs * 2 ** this.#refusals, longestMs);
    this.#refusals += 1;
    // Spread, as those whom a busy server refuses come back together.
    this.#again = setTimeout(() => void this.#askQuietly(), wait * (0.5 + Math.random()));
  }

  async #askQuietly(): Promise<void> {
    try {
      await this.ask();
    } catch (error) {
      // Whatever else is thrown is a mistake of this program, to be seen in the console.
      if (!(error instanceof OffhookError)) throw error;
    }
  }
}
