/**
 * Who is heard above the others: whoever was louder than everybody else for a while, not for a cough. Pure.
 */
import type { Instant, Milliseconds } from '@offhook/core';

/** Louder than this, in -dBov, somebody speaks. */
const speaks = 50;
const silence = 127;
/** How fast the remembered loudness follows within so long: of words, and of whole sentences. */
const [ofWords, ofSentences, withinMs] = [0.35, 0.06, 50];
/** So much louder, in dB, somebody has to be to take the word from who has it. */
const lead = 3;
/** Nobody takes the word more often than that. */
const keepMs: Milliseconds = 600;

interface Voice {
  words: number;
  sentences: number;
}

export class Speaker {
  readonly #voices = new Map<string, Voice>();
  #current: string | undefined;
  #since: Instant = Number.NEGATIVE_INFINITY;
  #heardAt: Instant | undefined;

  get current(): string | undefined {
    return this.#current;
  }

  /** The loudness of everybody just now, in -dBov (RFC 6464); called every some ten milliseconds. True where somebody else has the word now. */
  hear(levels: ReadonlyMap<string, number>, now: Instant): boolean {
    for (const id of this.#voices.keys()) if (!levels.has(id)) this.#voices.delete(id);
    const elapsed = (now - (this.#heardAt ?? now - withinMs)) / withinMs;
    this.#heardAt = now;
    const [words, sentences] = [1 - (1 - ofWords) ** elapsed, 1 - (1 - ofSentences) ** elapsed];
    for (const [id, level] of levels) {
      const voice = this.#voices.get(id) ?? { words: silence, sentences: silence };
      voice.words += (level - voice.words) * words;
      voice.sentences += (level - voice.sentences) * sentences;
      this.#voices.set(id, voice);
    }
    const next = this.#next(now);
    if (next === this.#current) return false;
    this.#current = next;
    this.#since = now;
    return true;
  }

  #next(now: Instant): string | undefined {
    const current = this.#current === undefined ? undefined : this.#voices.get(this.#current);
    // Whoever had the word keeps it in silence, until somebody else speaks.
    if (current !== undefined && now - this.#since < keepMs) return this.#current;
    let best: readonly [id: string, voice: Voice] | undefined;
    for (const [id, voice] of this.#voices) {
      if (voice.words > speaks || id === this.#current) continue;
      if (best === undefined || voice.sentences < best[1].sentences) best = [id, voice];
    }
    if (best === undefined) return current === undefined ? undefined : this.#current;
    const [id, voice] = best;
    if (current === undefined) return id;
    return voice.words < current.words - lead && voice.sentences < current.sentences ? id : this.#current;
  }
}
