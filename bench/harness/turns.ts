import { median } from './statistics.ts';

interface Rounds {
  readonly rounds: number;
  /** Rounds before those that count: caches, compilers and connections warm up. */
  readonly warmUp?: number;
}

/** What each party measured, one entry a round: the entries at one index were measured one right after the other. */
export type Turns<Name extends string, Result> = Readonly<Record<Name, readonly Result[]>>;

/**
 * Measures the parties turn about, so that whatever else the machine does meets all of them alike. Each round begins with
 * another party.
 */
export async function turnAbout<Name extends string, Result>(
  names: readonly Name[],
  { rounds, warmUp = 0 }: Rounds,
  measure: (name: Name) => Promise<Result>,
): Promise<Turns<Name, Result>> {
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let round = -warmUp; round < rounds; round += 1) {
    const first = (round + warmUp) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const result = await measure(name);
      if (round >= 0) results[name].push(result);
    }
  }
  return results;
}

/** The median over the rounds of `value` divided by `other` in the same round. */
export function medianRatio<Result>(
  results: readonly Result[],
  others: readonly Result[],
  number: (result: Result) => number,
): number {
  return median(results.map((result, round) => number(result) / number(others[round] ?? result)));
}
