import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begin, choose, deadline, lasted, step } from './rule.ts';
import type { Rule, Seen } from './rule.ts';

const grace = 30_000;

const up: Seen = { state: 'connected', media: true };
const dataOnly: Seen = { state: 'connected', media: false };
const lost: Seen = { state: 'disconnected', media: true };
const closed: Seen = { state: 'closed', media: false };

type Look = Readonly<Record<string, Seen>>;

/** Looks at the connections, by name, at these instants. */
function after(...looks: readonly (readonly [now: number, look: Look])[]): Rule {
  return looks.reduce<Rule>(
    (rule, [now, look]) => step(rule, { type: 'looked', connections: new Map(Object.entries(look)) }, now, grace),
    begin,
  );
}

describe('a call is shown', () => {
  it('not because it was made', () => {
    expect(begin.at).toBe('waiting');
    expect(after([0, {}]).at).toBe('waiting');
  });

  it.each(['new', 'connecting', 'disconnected', 'failed', 'closed'] as const)(
    'not while its only connection is %s',
    (state) => {
      expect(after([0, { a: { state, media: true } }]).at).toBe('waiting');
    },
  );

  it('not for data alone', () => {
    expect(after([0, { a: dataOnly }]).at).toBe('waiting');
    expect(after([0, { a: up }], [1, { a: dataOnly }]).at).toBe('hidden');
  });

  it('while one of its connections is up', () => {
    expect(after([5, { a: up }])).toMatchObject({ at: 'active', start: 5 });
    expect(after([0, { a: lost, b: up }]).at).toBe('active');
    expect(after([0, { a: up, b: up }], [1, { a: closed, b: up }]).at).toBe('active');
  });

  it.each(['disconnected', 'failed', 'connecting'] as const)(
    'as reconnecting while one that was up is %s, for the grace',
    (state) => {
      const look = { a: { state, media: true } };
      const rule = after([0, { a: up }], [1000, look]);
      expect(rule.at).toBe('reconnecting');
      expect(deadline(rule)).toBe(1000 + grace);
      const connections = new Map(Object.entries(look));
      expect(step(rule, { type: 'looked', connections }, 1000 + grace - 1, grace).at).toBe('reconnecting');
      expect(step(rule, { type: 'looked', connections }, 1000 + grace, grace).at).toBe('hidden');
    },
  );

  it('again when it comes back, even after the grace, and the clock goes on', () => {
    const rule = after([0, { a: up }], [1000, { a: lost }], [50_000, { a: lost }], [60_000, { a: up }]);
    expect(rule).toMatchObject({ at: 'active', start: 0 });
    expect(lasted(rule, 61_000)).toBe(61_000);
  });

  it('no longer once its connection is closed, at once', () => {
    expect(after([0, { a: up }], [1000, { a: closed }]).at).toBe('hidden');
    expect(after([0, { a: up }], [500, { a: lost }], [1000, { a: closed }]).at).toBe('hidden');
    expect(after([0, { a: up }], [1000, {}]).at).toBe('hidden');
  });

  it('by the connection that replaces another, on the same clock', () => {
    const rule = after([0, { a: up }], [9000, { a: up, b: dataOnly }], [10_000, { a: closed, b: up }]);
    expect(rule).toMatchObject({ at: 'active', start: 0 });
    // Even where the old one was closed first.
    expect(after([0, { a: up }], [9000, { a: closed }], [9500, { b: up }])).toMatchObject({ at: 'active', start: 0 });
  });

  it('never again after its end', () => {
    const ended = step(after([0, { a: up }]), { type: 'end', reason: 'local' }, 7000, grace);
    expect(ended).toEqual({ at: 'ended', start: 0, last: 7000, reason: 'local' });
    expect(step(ended, { type: 'looked', connections: new Map([['b', up]]) }, 8000, grace)).toBe(ended);
    expect(lasted(ended, 99_000)).toBe(7000);
  });
});

describe('a call ends by itself', () => {
  it('when all its connections are closed for as long as a lost one is waited for', () => {
    const rule = after([0, { a: up }], [1000, { a: closed }]);
    expect(deadline(rule)).toBe(1000 + grace);
    const ended = after([0, { a: up }], [1000, { a: closed }], [1000 + grace, {}]);
    expect(ended).toEqual({ at: 'ended', start: 0, last: 1000, reason: 'closed' });
  });

  it('not while one might come back, nor before one was up', () => {
    expect(after([0, { a: up }], [1, { a: lost }], [900_000, { a: lost }])).toMatchObject({ at: 'hidden', until: undefined });
    expect(after([0, { a: closed }], [900_000, {}]).at).toBe('waiting');
  });
});

const seen = fc.record({
  state: fc.constantFrom<RTCPeerConnectionState>('new', 'connecting', 'connected', 'disconnected', 'failed', 'closed'),
  media: fc.boolean(),
});
const looks = fc.array(
  fc.record({ wait: fc.integer({ min: 0, max: 40_000 }), look: fc.dictionary(fc.constantFrom('a', 'b', 'c'), seen) }),
  { maxLength: 30 },
);

describe('whatever happens', () => {
  it('a call is shown if and only if a connection is up or was within the grace', () => {
    fc.assert(
      fc.property(looks, (steps) => {
        let rule = begin;
        let now = 0;
        // For each connection, until when it counts though it is not up: told in another way than the rule does.
        const counts = new Map<string, number>();
        for (const { wait, look } of steps) {
          now += wait;
          const before = new Map(counts);
          counts.clear();
          for (const [name, { state, media }] of Object.entries(look)) {
            const until = before.get(name);
            if (state === 'connected' && media) counts.set(name, Infinity);
            else if (state === 'connected' || state === 'closed' || until === undefined) continue;
            else if (until === Infinity) counts.set(name, now + grace);
            else if (now < until) counts.set(name, until);
          }
          rule = step(rule, { type: 'looked', connections: new Map(Object.entries(look)) }, now, grace);
          if (rule.at === 'ended') return;
          const isUp = [...counts.values()].includes(Infinity);
          expect(rule.at === 'active').toBe(isUp);
          expect(rule.at === 'reconnecting').toBe(!isUp && counts.size > 0);
        }
      }),
    );
  });

  it('the clock never goes back, and the deadline lies ahead', () => {
    fc.assert(
      fc.property(looks, (steps) => {
        let rule = begin;
        let now = 0;
        let clock = 0;
        for (const { wait, look } of steps) {
          now += wait;
          rule = step(rule, { type: 'looked', connections: new Map(Object.entries(look)) }, now, grace);
          expect(lasted(rule, now)).toBeGreaterThanOrEqual(clock);
          clock = lasted(rule, now);
          expect(deadline(rule) ?? Infinity).toBeGreaterThan(now);
        }
      }),
    );
  });
});

describe('of several calls', () => {
  const [going, held, down] = [
    { up: true, held: false },
    { up: true, held: true },
    { up: false, held: false },
  ];

  it('none is shown where none is up', () => {
    expect(choose([down], undefined)).toBeUndefined();
    expect(choose([down], down)).toBeUndefined();
  });

  it('one that goes on comes before one on hold, which is shown where it is alone', () => {
    expect(choose([held, going], held)).toBe(going);
    expect(choose([held, down], undefined)).toBe(held);
  });

  it('the one that is shown stays, then comes the one that was made first', () => {
    const second = { ...going };
    expect(choose([going, second], second)).toBe(second);
    expect(choose([going, second], undefined)).toBe(going);
  });
});
