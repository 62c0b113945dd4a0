/**
 * Who may guess a secret. Only wrong guesses count. Whoever was wrong too often is refused for a while, whatever they say. When something was
 * guessed at too often from wherever, those who were wrong before are refused; whoever was not is heard all the same, so that nobody can shut
 * the others out. Those of whom nobody knows who they are come one after the other then, as each may say to be another one every time.
 */
import { dialInLimits } from '@offhook/core';
import type { Instant } from '@offhook/core';
import { Buckets } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import type { Clock, Log } from '../ports.ts';

export interface GuessesDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** What is warned of. */
  readonly event: string;
  /** Of each of those who guess, by what they are known by: a user, an address. */
  readonly each: readonly Rate[];
  /** Of all, at one thing. */
  readonly all: Rate;
}

/** So many of each are remembered at most. */
const remembered = 10_000;

export class Guesses {
  readonly #deps: GuessesDeps;
  readonly #each: readonly Buckets[];
  readonly #all: Buckets;
  /** Of what is guessed at too often: from when on the next one is heard. */
  readonly #turns = new Map<string, Instant>();

  constructor(deps: GuessesDeps) {
    this.#deps = deps;
    this.#each = deps.each.map((rate) => new Buckets(rate, remembered));
    this.#all = new Buckets(deps.all, remembered);
  }

  /**
   * To be awaited before `check` by those who may say to be anybody. False: too many wait.
   *
   * A delay alone shuts nobody out.
   */
  async turn(about: string): Promise<boolean> {
    const { clock } = this.#deps;
    const now = clock.now();
    if (this.#all.has(about, now)) {
      this.#turns.delete(about);
      return true;
    }
    const at = Math.max(now, this.#turns.get(about) ?? now);
    if (at - now > dialInLimits.guessWaitMs) return false;
    this.#turns.set(about, at + dialInLimits.guessEveryMs);
    if (at > now) await new Promise<void>((resolve) => clock.schedule(at - now, resolve));
    return true;
  }

  /** `about`: at what is guessed. `who`: by whom, as `each` says. `limited`: they may not say one now. */
  check(about: string, who: readonly string[], isRight: () => boolean): 'right' | 'wrong' | 'limited' {
    const { clock, log, event } = this.#deps;
    const now = clock.now();
    const keys = who.map((one) => `${about} ${one}`);
    const each = this.#each.map((buckets, n) => ({ buckets, key: keys[n] ?? '' }));
    if (each.some(({ buckets, key }) => !buckets.has(key, now))) return 'limited';
    const isGuessedAt = !this.#all.has(about, now);
    if (isGuessedAt && !each.every(({ buckets, key }) => buckets.isFull(key, now))) return 'limited';
    if (isRight()) return 'right';
    for (const { buckets, key } of each) buckets.take(key, now);
    if (isGuessedAt) return 'wrong';
    this.#all.take(about, now);
    if (!this.#all.has(about, now)) log.warn(event, { about, who: who.at(-1) });
    return 'wrong';
  }
}
