/** What one call holds of its user and of the trunk that it goes by, and gives back once. */
import type { ErrorCode } from '@offhook/core';
import type { Permit } from '../../ports/trunks.ts';
import type { Prices, Subject, Usage } from './usage.ts';

/** Nothing is counted of it. */
export const freePermit: Permit = {
  by: () => true,
  answered: () => undefined,
  ended: () => undefined,
  onExhausted: () => undefined,
};

export class CallPermit implements Permit {
  readonly #usage: Usage;
  readonly #id: string;
  readonly #prices: Prices | undefined;
  #perMinute = 0;
  readonly #held = new Set<Subject>();
  #trunk: Subject | undefined;
  #state: 'trying' | 'answered' | 'ended' = 'trying';
  #listener: (code: ErrorCode) => void = () => undefined;
  #exhausted: ErrorCode | undefined;

  constructor(usage: Usage, id: string, subject: Subject, prices: Prices | undefined) {
    this.#usage = usage;
    this.#id = id;
    this.#prices = prices;
    this.#hold(subject);
  }

  by(trunk: string): boolean {
    const subject: Subject = `trunk ${trunk}`;
    if (this.#state !== 'trying' || this.#trunk === subject) return this.#state === 'trying';
    if (this.#trunk !== undefined && this.#held.delete(this.#trunk)) this.#usage.letGo(this.#trunk);
    this.#trunk = undefined;
    const perMinute = this.#prices?.get(trunk) ?? 0;
    if (this.#usage.lacks(subject, perMinute) !== undefined) return false;
    this.#perMinute = perMinute;
    this.#trunk = subject;
    this.#hold(subject);
    return true;
  }

  answered(): void {
    if (this.#state !== 'trying') return;
    this.#state = 'answered';
    if (this.#prices === undefined) return;
    for (const subject of this.#held) this.#usage.run(subject, this.#id, this.#perMinute, (code) => this.#end(code));
  }

  ended(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    for (const subject of this.#held) {
      this.#usage.rest(subject, this.#id);
      this.#usage.letGo(subject);
    }
    this.#held.clear();
  }

  onExhausted(listener: (code: ErrorCode) => void): void {
    this.#listener = listener;
    if (this.#exhausted !== undefined) listener(this.#exhausted);
  }

  #hold(subject: Subject): void {
    this.#held.add(subject);
    this.#usage.hold(subject);
  }

  #end(code: ErrorCode): void {
    if (this.#exhausted !== undefined || this.#state === 'ended') return;
    this.#exhausted = code;
    this.#listener(code);
  }
}
