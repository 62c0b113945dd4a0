/** What DNS says of servers, and the order in which they are tried. */

/** RFC 2782. */
export interface Srv {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** `.`, or nothing: there is decidedly no such service. */
  readonly target: string;
}

/** RFC 3403. */
export interface Naptr {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly regexp: string;
  readonly replacement: string;
}

/**
 * In the order of their priorities; those of one priority by chance, each first as often as its share of the weights says (RFC 2782). `random`
 * gives numbers from 0 to below 1.
 */
export function inOrder<T extends Pick<Srv, 'priority' | 'weight'>>(records: readonly T[], random: () => number): readonly T[] {
  const rest = [...records].sort((a, b) => a.priority - b.priority || a.weight - b.weight);
  const ordered: T[] = [];
  while (rest.length > 0) {
    const { priority } = rest[0] ?? { priority: 0 };
    const next = rest.findIndex((one) => one.priority !== priority);
    const same = rest.slice(0, next === -1 ? rest.length : next);
    const sum = same.reduce((all, { weight }) => all + weight, 0);
    // From 0 to the sum, both included: so that those of no weight, which stand in front, have a small chance.
    let left = Math.floor(random() * (sum + 1));
    const at = same.findIndex(({ weight }) => (left -= weight) <= 0);
    ordered.push(...rest.splice(Math.max(0, at), 1));
  }
  return ordered;
}
