import { describe, expect, it } from 'vitest';
import { faults } from './faults.ts';
import { run } from './run.ts';

/** Seeds that hold without a fault, as the run of many seeds shows. */
const seeds = 600;

describe('the laws notice that', () => {
  it.each(Object.entries(faults))('%s', { timeout: 60_000 }, async (_name, plant) => {
    const remove = plant();
    try {
      for (let seed = 1; seed <= seeds; seed += 1) if ((await run(seed)).breaches.length > 0) return;
    } finally {
      remove();
    }
    expect.unreachable(`${seeds} seeds run without a breach`);
  });

  it('nothing is wrong any more', async () => {
    for (let seed = 1; seed <= 10; seed += 1) expect((await run(seed)).breaches).toEqual([]);
  });
});
