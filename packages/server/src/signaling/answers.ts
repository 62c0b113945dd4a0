import { serverLimits } from '@offhook/core';

/**
 * The replies to the last requests of a connection, so that a request repeated after a lost reply is not carried out twice. While
 * a request is being carried out its repetitions wait for the one reply.
 */
export class Answers {
  /** By request id, oldest first; undefined while it is being carried out. */
  readonly #replies = new Map<string, string | undefined>();
  /** Of all replies together. */
  #length = 0;
  #carriedOut = 0;
  #waiting: (() => void)[] = [];

  /** `new`: now being carried out. `waiting`: it already is. Otherwise the reply it had. `full`: too many at once. */
  begin(id: string): { readonly state: 'new' | 'waiting' | 'full' } | { readonly state: 'answered'; readonly text: string } {
    if (this.#replies.has(id)) {
      const text = this.#replies.get(id);
      return text === undefined ? { state: 'waiting' } : { state: 'answered', text };
    }
    if (this.#replies.size >= serverLimits.repeatedAnswers && !this.#forgetOldest()) return { state: 'full' };
    this.#replies.set(id, undefined);
    this.#carriedOut += 1;
    return { state: 'new' };
  }

  end(id: string, text: string): void {
    if (this.#replies.has(id)) {
      this.#replies.set(id, text);
      this.#length += text.length;
      while (this.#length > serverLimits.answerBytes && this.#forgetOldest());
    }
    this.#done();
  }

  /** A request that changed nothing and may be tried again under the same id. */
  forget(id: string): void {
    this.#replies.delete(id);
    this.#done();
  }

  /** Resolves when nothing is being carried out. */
  async idle(): Promise<void> {
    if (this.#carriedOut > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #done(): void {
    this.#carriedOut -= 1;
    if (this.#carriedOut === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #forgetOldest(): boolean {
    for (const [id, text] of this.#replies) {
      if (text === undefined) continue;
      this.#length -= text.length;
      return this.#replies.delete(id);
    }
    return false;
  }
}
