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

type Play = (seed: number) => Promise<{ readonly breaches: readonly { readonly law: string }[] }>;

async function laws(play: Play, seed: number): Promise<string[]> {
  return (await play(seed)).breaches.map(({ law }) => law);
}

/** The first seed that breaks a law, and the laws it breaks. */
async function firstBreach(play: Play, most: number): Promise<{ seed: number; broken: string[] }> {
  for (let seed = 1; seed <= most; seed += 1) {
    const broken = await laws(play, seed);
    if (broken.length > 0) return { seed, broken };
  }
  return expect.unreachable(`${most} seeds run without a breach`);
}

async function isNoticed(play: Play, most: number, plant: () => () => void, breaks: readonly string[]): Promise<void> {
  const remove = plant();
  const { seed, broken } = await firstBreach(play, most).finally(remove);
  expect(broken).toContainEqual(expect.toBeOneOf([...breaks]));
  // Without the mistake the same seed breaks nothing.
  expect(await laws(play, seed)).toEqual([]);
}

describe('the laws notice that', () => {
  it.each(Object.keys(faults) as (keyof typeof faults)[])('%s', (name) =>
    isNoticed(run, moreSeeds[name] ?? seeds.calls, faults[name], brokenBy[name]),
  );
});

describe('the laws of phones notice that', () => {
  it.each(Object.keys(phoneFaults) as (keyof typeof phoneFaults)[])('%s', (name) =>
    isNoticed(run, seeds.calls, phoneFaults[name], phonesBrokenBy[name]),
  );
});

describe('the laws of sessions notice that', () => {
  it.each(Object.keys(sessionFaults) as (keyof typeof sessionFaults)[])('%s', (name) =>
    isNoticed(runSessions, seeds.sessions, sessionFaults[name], sessionsBrokenBy[name]),
  );
});
