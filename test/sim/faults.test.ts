import { describe, expect, it } from 'vitest';
import { brokenBy, faults } from './faults.ts';
import { run } from './run.ts';
import { sessionFaults, sessionsBrokenBy } from './sessions/faults.ts';
import { phoneFaults, phonesBrokenBy } from './sip/faults.ts';
import { runSessions } from './sessions/run.ts';

/** So many seeds are tried for each mistake; a run of sessions is short. */
const seeds = { calls: 600, sessions: 2_000 };
/** And more for what seldom shows. */
const moreSeeds: Readonly<Record<string, number>> = { 'a device whose last page goes while it rings is not pushed to': 1_800 };

/** Where it last showed what seldom does: it is looked there first, so that hundreds of seeds need not be played before. */
const lately: Readonly<Record<string, number>> = {
  'a device whose last page goes while it rings is not pushed to': 111,
  'a page that does not say that it rings is not pushed to': 93,
  'an offer that came to nothing is waited for': 972,
  'the caller is not told of the answer': 79,
  'what a killed server had yet to push is forgotten': 427,
  'whoever hangs up while being led on is forgotten': 153,
};

type Play = (seed: number) => Promise<{ readonly breaches: readonly { readonly law: string }[] }>;

async function laws(play: Play, seed: number): Promise<string[]> {
  return (await play(seed)).breaches.map(({ law }) => law);
}

/** A seed that breaks a law, the `likely` one or else the first, and the laws it breaks. */
async function firstBreach(play: Play, most: number, likely: number): Promise<{ seed: number; broken: string[] }> {
  for (const seed of [likely, ...Array.from({ length: most }, (_, at) => at + 1)]) {
    const broken = await laws(play, seed);
    if (broken.length > 0) return { seed, broken };
  }
  return expect.unreachable(`${most} seeds run without a breach`);
}

interface Mistake {
  readonly name: string;
  readonly plant: () => () => void;
  readonly breaks: readonly string[];
}

async function isNoticed(play: Play, most: number, { name, plant, breaks }: Mistake): Promise<void> {
  const remove = plant();
  const { seed, broken } = await firstBreach(play, most, lately[name] ?? 1).finally(remove);
  expect(broken).toContainEqual(expect.toBeOneOf([...breaks]));
  // Without the mistake the same seed breaks nothing.
  expect(await laws(play, seed)).toEqual([]);
}

describe('the laws notice that', () => {
  it.each(Object.keys(faults) as (keyof typeof faults)[])('%s', (name) =>
    isNoticed(run, moreSeeds[name] ?? seeds.calls, { name, plant: faults[name], breaks: brokenBy[name] }),
  );
});

describe('the laws of phones notice that', () => {
  it.each(Object.keys(phoneFaults) as (keyof typeof phoneFaults)[])('%s', (name) =>
    isNoticed(run, seeds.calls, { name, plant: phoneFaults[name], breaks: phonesBrokenBy[name] }),
  );
});

describe('the laws of sessions notice that', () => {
  it.each(Object.keys(sessionFaults) as (keyof typeof sessionFaults)[])('%s', (name) =>
    isNoticed(runSessions, seeds.sessions, { name, plant: sessionFaults[name], breaks: sessionsBrokenBy[name] }),
  );
});
