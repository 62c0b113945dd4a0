import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Deadlines } from './deadlines.ts';
import { ManualClock } from './engine.fixture.ts';

it('fires each key once, at its last deadline, in order of time', async () => {
  const action = fc.record({ key: fc.nat(9), at: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }) });
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      const clock = new ManualClock();
      const start = clock.now();
      const fired: { key: number; at: number }[] = [];
      const deadlines = new Deadlines<number>(clock, (key) => fired.push({ key, at: clock.now() - start }));
      const wanted = new Map<number, number>();
      for (const { key, at } of actions) {
        deadlines.set(key, at === undefined ? undefined : start + at);
        if (at === undefined) wanted.delete(key);
        else wanted.set(key, at);
      }
      await clock.advance(100);
      expect(fired.map(({ at }) => at)).toEqual([...wanted.values()].toSorted((a, b) => a - b));
      expect(new Map(fired.map(({ key, at }) => [key, at]))).toEqual(wanted);
      expect(clock.waiting).toBe(0);
    }),
    { numRuns: 200 },
  );
});
