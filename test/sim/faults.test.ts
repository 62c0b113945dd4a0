import { describe, expect, it } from 'vitest';
import { brokenBy, faults } from './faults.ts';
import { run } from './run.ts';

/** So many seeds are tried for each mistake. */
const seeds = 600;

async function laws(seed: number): Promise<string[]> {
  return (await run(seed)).breaches.map(({ law }) => law);
}

/** The first seed that breaks a law, and the laws it breaks. */
async function firstBreach(): Promise<{ seed: number; broken: string[] }> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const broken = await laws(seed);
    if (broken.length > 0) return { seed, broken };
  }
  return expect.unreachable(`${seeds} seeds run without a breach`);
}

describe('the laws notice that', () => {
  it.each(Object.keys(faults) as (keyof typeof faults)[])('%s', { timeout: 300_000 }, async (name) => {
    const remove = faults[name]();
    const { seed, broken } = await firstBreach().finally(remove);
    expect(broken).toContainEqual(expect.toBeOneOf([...brokenBy[name]]));
    // Without the mistake the same seed breaks nothing.
    expect(await laws(seed)).toEqual([]);
  });
});
