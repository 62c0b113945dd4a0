import { expect, it } from 'vitest';
import { Demand, holdMs } from './demand.ts';

/** What is told while so many are watched at these times, of three that are sent: `time:told`. */
function told(...seen: readonly [at: number, watched: number][]): string[] {
  const demand = new Demand(3);
  return seen.flatMap(([at, watched]) => {
    const tells = demand.see(watched, at);
    return tells === undefined ? [] : `${at}:${tells}`;
  });
}

it('tells less only once it has been less for a while', () => {
  expect(told([0, 0], [holdMs - 1, 0], [holdMs, 0], [holdMs + 1, 0], [9 * holdMs, 0])).toEqual([`${holdMs}:0`]);
});

it('tells more at once', () => {
  expect(told([0, 0], [holdMs, 0], [holdMs + 1, 1], [holdMs + 2, 3])).toEqual([
    `${holdMs}:0`,
    `${holdMs + 1}:1`,
    `${holdMs + 2}:3`,
  ]);
});

it('tells nothing of what is watched again in time, and counts anew from then on', () => {
  expect(told([0, 0], [holdMs - 1, 3], [holdMs, 0], [2 * holdMs - 1, 0], [2 * holdMs, 0])).toEqual([`${2 * holdMs}:0`]);
});

it('tells as much as was watched meanwhile, and the rest after as long again', () => {
  expect(told([0, 0], [1_000, 1], [2_000, 0], [holdMs, 0], [holdMs + 1, 0], [2 * holdMs + 1, 0])).toEqual([
    `${holdMs}:1`,
    `${2 * holdMs + 1}:0`,
  ]);
});

it('gives what is published in the same place the same time', () => {
  const demand = new Demand(1);
  demand.see(0, 0);
  demand.begin();
  expect(demand.see(0, 2 * holdMs)).toBeUndefined();
  expect(demand.see(0, 3 * holdMs)).toBe(0);
});
