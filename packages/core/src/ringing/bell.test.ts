import { describe, expect, it } from 'vitest';
import { deepFreeze, t0 } from '../call/call.fixture.ts';
import { bellMachine, checkMs, fadeMs, fitnesses, silent, takeMs } from './bell.ts';
import type { BellEffect, BellInput, BellState, Fitness } from './bell.ts';

/** The bell of one tab. */
class Bell {
  state: BellState = silent;
  now = t0;

  constructor(...inputs: readonly BellInput[]) {
    this.feed(...inputs);
  }

  /** What the last of these inputs brings about. */
  feed(...inputs: readonly BellInput[]): readonly BellEffect['type'][] {
    let last: readonly BellEffect[] = [];
    for (const input of inputs) {
      const { state, effects } = bellMachine.step(deepFreeze(this.state), deepFreeze(input), this.now);
      this.state = state;
      last = effects;
    }
    return last.map(({ type }) => type);
  }

  expire(): readonly BellEffect['type'][] {
    this.now = bellMachine.deadline(this.state) ?? Infinity;
    return this.feed({ type: 'tick' });
  }
}

const ring = (fitness: Fitness = 'seen'): BellInput => ({ type: 'ring', fitness });
const said = (fitness: Fitness = 'seen'): BellInput => ({ type: 'said', fitness });
const fitness = (is: Fitness): BellInput => ({ type: 'fitness', fitness: is });
const [granted, lost, over, off, asked] = [
  { type: 'granted' },
  { type: 'lost' },
  { type: 'over' },
  { type: 'off' },
  { type: 'asked' },
] as const;

describe('which tab rings', () => {
  it('[R1] the one with the lock, which says so', () => {
    const bell = new Bell();
    expect(bell.feed(ring())).toEqual(['queue', 'ask']);
    expect(bell.feed(granted)).toEqual(['sound', 'say']);
    expect(bell.state).toEqual({ kind: 'ringing', fitness: 'seen' });
    expect(bellMachine.deadline(bell.state)).toBeUndefined();
  });

  it('[R1] and no other, as long as it does', () => {
    const bell = new Bell(ring());
    expect(bell.feed(said())).toEqual([]);
    expect(bell.feed(said(), ring(), { type: 'tick' })).toEqual([]);
    expect(bell.state.kind).toBe('following');
  });

  it('[R2] the fitter one takes the lock, and only that one', () => {
    for (const mine of fitnesses)
      for (const theirs of fitnesses) {
        const bell = new Bell(ring(mine));
        const isFitter = fitnesses.indexOf(mine) > fitnesses.indexOf(theirs);
        expect(bell.feed(said(theirs)), `${mine}, ${theirs}`).toEqual(isFitter ? ['take'] : []);
      }
  });

  it('[R3] is not changed by what one looks at', () => {
    const bell = new Bell(ring('hidden'), said('hidden'));
    expect(bell.feed(fitness('used'))).toEqual([]);
    expect(bell.feed(said('mute'))).toEqual(['take']);
  });

  it('[R3] is another one where the first cannot be heard, or would disturb a call', () => {
    expect(new Bell(ring('mute'), said('mute')).feed(fitness('hidden'))).toEqual(['take']);
    expect(new Bell(ring('used'), said('used')).feed(fitness('talking'))).toEqual(['take']);
    expect(new Bell(ring('used'), said('talking')).feed(fitness('talking'))).toEqual([]);
    // It turns out while it rings.
    expect(new Bell(ring('used'), granted).feed(fitness('mute'))).toEqual(['say']);
  });

  it('[R4] another one where nobody says so in time', () => {
    const bell = new Bell(ring());
    expect(bell.expire()).toEqual(['take']);
    expect(bell.now).toBe(t0 + takeMs);
    expect(bell.feed(granted)).toEqual(['sound', 'say']);
  });

  it('[R4] which tries again, should the browser not let it', () => {
    const bell = new Bell(ring());
    expect([bell.expire(), bell.expire()]).toEqual([['take'], ['take']]);
    expect(bell.now).toBe(t0 + 2 * takeMs);
  });

  it('[R5] no longer the one from which the lock was taken', () => {
    const bell = new Bell(ring(), granted);
    expect(bell.feed(lost)).toEqual(['hush', 'queue', 'ask']);
    expect(bell.feed(granted)).toEqual(['sound', 'say']);
  });

  it('[R5] and it rings again where the taker turns out to sleep', () => {
    expect(new Bell(ring(), granted, lost).expire()).toEqual(['take']);
  });

  it('[R6] another one, when it is closed', () => {
    const bell = new Bell(ring(), said());
    expect(bell.feed(granted)).toEqual(['sound', 'say']);
    const closed = new Bell(ring(), granted);
    expect(closed.feed(off)).toEqual(['hush', 'release']);
    expect(closed.state).toEqual(silent);
  });
});

describe('the end', () => {
  it('[R7] is silent, and the lock is kept for those who hear of it later', () => {
    const bell = new Bell(ring(), granted);
    expect(bell.feed(over)).toEqual(['hush']);
    expect(bell.feed(over, asked)).toEqual([]);
    expect(bell.expire()).toEqual(['release']);
    expect(bell.now).toBe(t0 + fadeMs);
    expect(bell.state).toEqual(silent);
  });

  it('[R7] is no end where something else rings meanwhile', () => {
    const bell = new Bell(ring(), granted, over);
    expect(bell.feed(ring('hidden'))).toEqual(['sound', 'say']);
    expect(bell.state).toEqual({ kind: 'ringing', fitness: 'hidden' });
  });

  it('[R7] comes to those who wait as well', () => {
    for (const waiting of [new Bell(ring()), new Bell(ring(), said())]) {
      expect(waiting.feed(over)).toEqual(['release']);
      expect(waiting.feed(over, off, said(), lost, granted)).toEqual([]);
    }
    expect(new Bell(ring(), granted, over).feed(lost)).toEqual([]);
  });
});

it('[R4] takes the lock at once where its owner is less fit, whatever is said meanwhile', () => {
  const bell = new Bell(ring('used'), said('seen'));
  expect(bell.feed(said('talking'), said('mute'))).toEqual([]);
  expect(bell.feed(granted)).toEqual(['sound', 'say']);
});

it('[R8] asks now and then whether somebody still rings', () => {
  const bell = new Bell(ring(), said());
  expect(bell.expire()).toEqual(['ask']);
  expect(bell.now).toBe(t0 + checkMs);
  expect(bell.feed(said())).toEqual([]);
  expect([bell.expire(), bell.expire()]).toEqual([['ask'], ['take']]);
});

it('[R8] tells those who ask, and nobody tells for another', () => {
  expect(new Bell(ring(), granted).feed(asked)).toEqual(['say']);
  expect(new Bell(ring()).feed(asked)).toEqual([]);
  expect(new Bell(ring(), said()).feed(asked)).toEqual([]);
});
