import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Arrival } from '../rtp/transport-feedback.ts';
import { allocate } from './allocate.ts';
import { Bandwidth } from './bandwidth.ts';
import { Prober } from './prober.ts';
import { Speaker } from './speaker.ts';

/** A way with one queue: so many bits per second, so many bytes that may wait; what comes beyond them is dropped. */
class Way {
  bitrate: number;
  readonly queueBytes: number;
  lost = 0;
  #freeAt = 0;

  constructor(bitrate: number, queueBytes: number) {
    this.bitrate = bitrate;
    this.queueBytes = queueBytes;
  }

  /** When it arrives, after 20 ms of distance. */
  arrival(bytes: number, now: number): number | undefined {
    const begins = Math.max(now, this.#freeAt);
    if (((begins - now) * this.bitrate) / 8_000 > this.queueBytes) {
      this.lost++;
      return undefined;
    }
    this.#freeAt = begins + (bytes * 8_000) / this.bitrate;
    return this.#freeAt + 20;
  }
}

/** Sends at what `rate` says for so long, over a way that changes; feedback comes every 50 ms. */
function drive(
  bandwidth: Bandwidth,
  way: Way,
  ms: number,
  rate: () => number,
  from = 0,
  tick: (now: number) => void = () => {},
): number {
  let sequence = from & 0xffff;
  let under: (Arrival & { readonly known: number })[] = [];
  let owed = 0;
  for (let now = from; now < from + ms; now += 5) {
    owed += (rate() * 5) / 8_000;
    for (; owed > 1_200; owed -= 1_200) {
      sequence = (sequence + 1) & 0xffff;
      bandwidth.sent(sequence, 1_200, now);
      const at = way.arrival(1_200, now);
      under.push({ sequence, at, known: at ?? now + 20 });
    }
    tick(now);
    if (now % 50 !== 0) continue;
    // What is lost is known once something arrives that was sent after it.
    const heard = under.filter(({ known }) => known <= now);
    under = under.filter((one) => !heard.includes(one));
    bandwidth.feedback(heard, now);
  }
  return from + ms;
}

describe('what the way carries', () => {
  it('grows with what is sent while nothing is in the way, and no further than that shows', () => {
    const bandwidth = new Bandwidth();
    drive(bandwidth, new Way(20_000_000, 100_000), 20_000, () => Math.min(2_000_000, bandwidth.estimate));
    expect(bandwidth.estimate).toBeGreaterThan(2_000_000);
    expect(bandwidth.estimate).toBeLessThan(3_200_000);
  });

  it.for([
    ['a queue that fills', 60_000],
    ['a gate that drops', 3_000],
  ] as const)('falls within a second and a half to what gets through %s', ([, queue]) => {
    const bandwidth = new Bandwidth();
    const way = new Way(10_000_000, queue);
    const then = drive(bandwidth, way, 5_000, () => 1_500_000);
    expect(bandwidth.estimate).toBeGreaterThan(1_000_000);
    way.bitrate = 400_000;
    drive(bandwidth, way, 1_500, () => Math.min(1_500_000, bandwidth.estimate), then);
    expect(bandwidth.estimate).toBeLessThan(450_000);
    expect(bandwidth.estimate).toBeGreaterThan(150_000);
  });

  it('falls at once to what a gate lets through, stays there, and then creeps', () => {
    const bandwidth = new Bandwidth();
    const way = new Way(10_000_000, 3_000);
    const narrowAt = drive(bandwidth, way, 5_000, () => 1_500_000);
    way.bitrate = 400_000;
    let [passed, least, soon] = [0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    // What is lost is asked for again and again: more is sent than is thought to fit.
    const rate = (): number => (passed < 600 ? 1_500_000 : passed < 2_000 ? 800_000 : least);
    drive(bandwidth, way, 7_000, rate, narrowAt, (now) => {
      passed = now - narrowAt;
      least = Math.min(least, bandwidth.estimate);
      if (passed <= 600) soon = least;
    });
    expect(soon).toBeLessThan(450_000);
    expect(least).toBeGreaterThan(200_000);
    expect(bandwidth.estimate).toBeGreaterThan(least);
    expect(bandwidth.estimate).toBeLessThan(least * 1.12);
  });

  it('takes a busy processor, by which packets come late, for no queue', () => {
    const bandwidth = new Bandwidth();
    let [count, held] = [0, 0];
    const way = new Way(10_000_000, 100_000);
    const arrival = way.arrival.bind(way);
    // Every half second everything waits, for up to 25 ms, and then comes together.
    way.arrival = (bytes, now) => {
      count++;
      if (now % 500 < 25) held = now - (now % 500) + 25;
      return Math.max(arrival(bytes, now) ?? 0, held + 20);
    };
    drive(bandwidth, way, 20_000, () => 900_000);
    expect(count).toBeGreaterThan(1_000);
    expect(bandwidth.estimate).toBeGreaterThanOrEqual(1_000_000);
  });

  it('takes a few lost packets for what they are', () => {
    const bandwidth = new Bandwidth();
    let count = 0;
    const way = new Way(10_000_000, 100_000);
    const arrival = way.arrival.bind(way);
    way.arrival = (bytes, now) => (++count % 25 === 0 ? undefined : arrival(bytes, now));
    drive(bandwidth, way, 10_000, () => 900_000);
    expect(bandwidth.estimate).toBeGreaterThanOrEqual(1_000_000);
    expect(bandwidth.isCongested).toBe(false);
  });

  it('holds to what the receiver says itself', () => {
    const bandwidth = new Bandwidth();
    bandwidth.limit(300_000);
    expect(bandwidth.estimate).toBe(300_000);
  });

  it('believes no report of what was not sent', () => {
    const bandwidth = new Bandwidth();
    const before = bandwidth.estimate;
    for (let n = 0; n < 100; n++)
      bandwidth.feedback(
        Array.from({ length: 50 }, (_, at) => ({ sequence: at, at: undefined })),
        n * 50,
      );
    expect(bandwidth.estimate).toBe(before);
  });
});

function settle(
  capacity: number,
  queueBytes = 20_000,
): { readonly bandwidth: Bandwidth; readonly tries: number; readonly lost: readonly number[] } {
  const bandwidth = new Bandwidth();
  const way = new Way(capacity, queueBytes);
  const lost: number[] = [];
  let before = 0;
  let [padding, tries, trying] = [0, 0, false];
  const prober = new Prober(bandwidth, (bytes) => {
    padding += bytes;
  });
  drive(
    bandwidth,
    way,
    10_000,
    () => {
      const extra = padding / (5 / 8_000);
      padding = 0;
      return 300_000 + extra;
    },
    0,
    (now) => {
      if (now % 50 === 0) prober.tick(bandwidth.estimate < 1_500_000 ? 1_500_000 - bandwidth.estimate : undefined, false, now);
      if (prober.isTrying && !trying) {
        tries++;
        before = way.lost;
      }
      if (!prober.isTrying && trying) lost.push(way.lost - before);
      trying = prober.isTrying;
    },
  );
  return { bandwidth, tries, lost };
}

describe('a try for more', () => {
  it('finds room that is there', () => {
    expect(settle(10_000_000).bandwidth.estimate).toBeGreaterThanOrEqual(1_450_000);
  });

  it('finds none where there is none, and is rarer each time', () => {
    const { bandwidth, tries } = settle(450_000);
    expect(bandwidth.estimate).toBeLessThan(700_000);
    expect(tries).toBeGreaterThan(0);
    expect(tries).toBeLessThan(5);
  });

  it('ends with the first losses of a way that drops what is too much', () => {
    const { lost } = settle(450_000, 2_000);
    expect(lost.length).toBeGreaterThan(0);
    // Of 1.5 Mbit/s, what is sent until the second report says that something is lost.
    for (const one of lost) expect(one).toBeLessThan(13);
  });
});

describe('who gets which encoding', () => {
  const bitrates = [150_000, 500_000, 1_500_000];
  const all = Number.POSITIVE_INFINITY;

  it('gives everybody the smallest before anybody a better one, in order', () => {
    const candidates = [1, 2, 3].map(() => ({ bitrates, wanted: all, current: -1 }));
    expect(allocate(candidates, 10_000_000)).toEqual({ layers: [2, 2, 2], missing: undefined });
    expect(allocate(candidates, 1_400_000).layers).toEqual([1, 1, 0]);
    expect(allocate(candidates, 350_000).layers).toEqual([0, 0, -1]);
  });

  it('says what is missing for the next better one', () => {
    const { layers, missing } = allocate([{ bitrates, wanted: all, current: 1 }], 1_000_000);
    expect(layers).toEqual([1]);
    expect(missing).toBeCloseTo(1_000_000 * 1.15 - 500_000);
    expect(allocate([{ bitrates, wanted: 1, current: 1 }], 1_000_000).missing).toBeUndefined();
  });

  it('keeps what is sent where it just fits, and takes it up only with room to spare', () => {
    expect(allocate([{ bitrates, wanted: all, current: 2 }], 1_510_000).layers).toEqual([2]);
    expect(allocate([{ bitrates, wanted: all, current: 1 }], 1_510_000).layers).toEqual([1]);
  });

  it('leaves out encodings that are not being sent', () => {
    expect(allocate([{ bitrates: [150_000, 0, 1_500_000], wanted: all, current: -1 }], 5_000_000).layers).toEqual([2]);
    expect(allocate([{ bitrates: [0, 0, 0], wanted: all, current: -1 }], 5_000_000).layers).toEqual([-1]);
  });

  it('never gives more than there is', () => {
    const candidate = fc.record({
      bitrates: fc.array(fc.nat(2_000_000), { minLength: 1, maxLength: 4 }).map((one) => one.toSorted((a, b) => a - b)),
      wanted: fc.integer({ min: -1, max: 3 }),
      current: fc.integer({ min: -1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 10 }), fc.nat(5_000_000), (candidates, budget) => {
        const { layers } = allocate(candidates, budget);
        const given = candidates.map((one, at) => (layers[at] === -1 ? 0 : one.bitrates[layers[at]!]!));
        expect(given.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(budget);
        for (const [at, { wanted }] of candidates.entries()) expect(layers[at]).toBeLessThanOrEqual(Math.max(-1, wanted));
      }),
    );
  });
});

const hear = (speaker: Speaker, levels: Record<string, number>, ms: number, from: number): number => {
  for (let now = from; now < from + ms; now += 50) speaker.hear(new Map(Object.entries(levels)), now);
  return from + ms;
};

describe('who is heard above the others', () => {
  it('is whoever speaks, for longer than a cough', () => {
    const speaker = new Speaker();
    let now = hear(speaker, { anna: 127, bo: 127 }, 1_000, 0);
    expect(speaker.current).toBeUndefined();
    now = hear(speaker, { anna: 20, bo: 127 }, 1_000, now);
    expect(speaker.current).toBe('anna');
    now = hear(speaker, { anna: 20, bo: 10 }, 150, now);
    now = hear(speaker, { anna: 20, bo: 127 }, 1_000, now);
    expect(speaker.current).toBe('anna');
    now = hear(speaker, { anna: 127, bo: 20 }, 1_500, now);
    expect(speaker.current).toBe('bo');
    // In silence the last one keeps the word.
    now = hear(speaker, { anna: 127, bo: 127 }, 3_000, now);
    expect(speaker.current).toBe('bo');
    hear(speaker, { anna: 127 }, 100, now);
    expect(speaker.current).toBeUndefined();
  });

  it('does not change to and fro between two who are as loud', () => {
    const speaker = new Speaker();
    let changes = 0;
    for (let now = 0; now < 10_000; now += 50) {
      const louder = Math.floor(now / 200) % 2 === 0;
      if (
        speaker.hear(
          new Map([
            ['anna', louder ? 20 : 24],
            ['bo', louder ? 24 : 20],
          ]),
          now,
        )
      )
        changes++;
    }
    expect(changes).toBeLessThan(4);
  });
});
