import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Occupation } from '../call/types.ts';
import { noOccupations } from './occupations.ts';
import type { Occupations } from './occupations.ts';

const as = (stage: Occupation['stage']): Occupation => ({ role: 'callee', peer: 'bob', stage });

/** What can be asked of it. */
function told(calls: Occupations): unknown {
  const entries = [...calls].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return { size: calls.size, entries, keys: [...calls.keys()].toSorted(), count: [...calls.values()].length };
}

const call = fc.integer({ min: 0, max: 120 }).map((n) => `call-${n}`);
const change = fc.oneof(
  fc.record({ call, as: fc.constantFrom(as('ringing'), as('engaged')) }),
  fc.record({ call, as: fc.constant(undefined) }),
);

it('holds what a map holds, however many there are, and stays what it was when another one is made of it', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 400 }), (changes) => {
      const map = new Map<string, Occupation>();
      let calls = noOccupations;
      for (const { call: id, as: occupation } of changes) {
        const [before, was] = [calls, told(calls)];
        calls = occupation === undefined ? calls.without(id) : calls.with(id, occupation);
        if (occupation === undefined) map.delete(id);
        else map.set(id, occupation);
        expect(told(before)).toEqual(was);
      }
      const entries = [...map].toSorted(([one], [other]) => (one < other ? -1 : 1));
      expect(told(calls)).toEqual({ size: map.size, entries, keys: entries.map(([id]) => id), count: map.size });
      for (let n = 0; n <= 120; n++) expect(calls.has(`call-${n}`)).toBe(map.has(`call-${n}`));
    }),
    { numRuns: 50 },
  );
});

it('goes from few to very many and back', () => {
  const ids = Array.from({ length: 1_000 }, (_, n) => `call-${n}`);
  let calls = noOccupations;
  for (const id of ids) calls = calls.with(id, as('ringing'));
  expect(new Set(calls.keys())).toEqual(new Set(ids));
  expect(calls.size).toBe(1_000);
  for (const id of ids.slice(0, 990)) calls = calls.without(id);
  expect(new Set(calls.keys())).toEqual(new Set(ids.slice(990)));
  for (const id of ids.slice(990)) calls = calls.without(id);
  expect(calls).toBe(noOccupations);
});

it('tells of few in the order in which they came', () => {
  let calls = noOccupations;
  for (let n = 0; n < 32; n++) calls = calls.with(`call-${31 - n}`, as('ringing'));
  expect([...calls.keys()]).toEqual(Array.from({ length: 32 }, (_, n) => `call-${31 - n}`));
});
