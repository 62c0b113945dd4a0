/**
 * The calls of a user, as a map that never changes: with one call more or less it is another one. Those of most are copied as they are. Those
 * of somebody who is in very many, as who takes messages or a number that everybody calls, are spread over parts, of which one is copied:
 * the thousandth call costs as much as the thirtieth.
 */
import type { CallId } from '../protocol/signaling.ts';
import type { Occupation } from '../call/types.ts';

type Part = ReadonlyMap<CallId, Occupation>;

/** More than so many are spread; fewer than half of them are together again. */
const togetherMost = 32;
const partCount = 64;
const noPart: Part = new Map();

export class Occupations implements Iterable<readonly [CallId, Occupation]> {
  readonly size: number;
  /** One, in the order in which the calls came, or `partCount`. */
  readonly #parts: readonly Part[];

  constructor(size = 0, parts: readonly Part[] = [noPart]) {
    this.size = size;
    this.#parts = parts;
  }

  has(call: CallId): boolean {
    return this.#parts[this.#partOf(call)]?.has(call) === true;
  }

  with(call: CallId, as: Occupation): Occupations {
    const at = this.#partOf(call);
    const part = this.#parts[at] ?? noPart;
    const size = part.has(call) ? this.size : this.size + 1;
    const next = new Occupations(size, this.#parts.with(at, new Map(part).set(call, as)));
    return size > togetherMost && this.#parts.length === 1 ? next.#spread() : next;
  }

  without(call: CallId): Occupations {
    const at = this.#partOf(call);
    const part = this.#parts[at];
    if (part?.has(call) !== true) return this;
    if (this.size === 1) return noOccupations;
    const rest = new Map(part);
    rest.delete(call);
    const next = new Occupations(this.size - 1, this.#parts.with(at, rest));
    const isFew = next.size < togetherMost / 2 && this.#parts.length > 1;
    return isFew ? new Occupations(next.size, [new Map(next)]) : next;
  }

  *[Symbol.iterator](): Generator<[CallId, Occupation], undefined> {
    for (const part of this.#parts) yield* part;
  }

  *keys(): Generator<CallId, undefined> {
    for (const part of this.#parts) yield* part.keys();
  }

  *values(): Generator<Occupation, undefined> {
    for (const part of this.#parts) yield* part.values();
  }

  #spread(): Occupations {
    const parts = Array.from({ length: partCount }, () => new Map<CallId, Occupation>());
    for (const [call, as] of this) parts[partAt(call)]?.set(call, as);
    return new Occupations(this.size, parts);
  }

  #partOf(call: CallId): number {
    return this.#parts.length === 1 ? 0 : partAt(call);
  }
}

/** Not a static field: the compiler breaks the class where such a one is made of it and private methods are there, too (TypeScript 7.0). */
export const noOccupations: Occupations = new Occupations();

/** Even for ids that begin alike (FNV-1a). */
function partAt(call: CallId): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < call.length; at++) hash = Math.imul(hash ^ call.charCodeAt(at), 0x01000193);
  return (hash >>> 16) % partCount;
}
