import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Caps } from '../protocol/trunks.ts';
import { dayOf, Meter, priceOf } from './meter.ts';

const minute = 60_000;
const noon = Date.UTC(2026, 10, 30, 12);

/** With calls that begin at noon, at these prices. */
function meterOf(caps: Caps, ...prices: readonly number[]): Meter {
  const meter = new Meter(noon);
  prices.forEach((price, n) => expect(meter.begin(String(n), price, caps, noon)).toBeUndefined());
  return meter;
}

/** As a server drives it: it looks whenever that is due, until something is exhausted. */
function drive(meter: Meter, caps: Caps, until: number): readonly [string, number] | undefined {
  for (let now = noon; ;) {
    const exhausted = meter.advance(caps, now);
    if (exhausted !== undefined) return [exhausted, now - noon];
    if (now >= until) return undefined;
    now = Math.min(until, meter.lookAgain(caps, now) ?? until);
  }
}

/** By one call, in so many milliseconds. */
function spent(ms: number): number {
  const meter = meterOf({}, 3);
  meter.advance({}, noon + ms);
  return meter.used.spent;
}

describe('what calls use up', () => {
  it('[TR5] are the milliseconds from answer to end, of each of several at once', () => {
    const meter = meterOf({}, 0);
    meter.begin('two', 0, {}, noon + 90_000);
    meter.advance({}, noon + 100_000);
    meter.end('0');
    meter.advance({}, noon + 110_000);
    expect([meter.used.ms, meter.calls]).toEqual([120_000, 1]);
    // A clock that is put back takes nothing away.
    meter.advance({}, noon);
    expect(meter.used.ms).toBe(120_000);
  });

  it('[TR6] is the price of each minute that has begun', () => {
    expect([0, 1, minute - 1, minute, 5 * minute + 1].map(spent)).toEqual([3, 3, 3, 6, 18]);
  });

  it.each<[number[], Caps, [string, number] | undefined, number]>([
    [[3], { minutesPerDay: 5 }, ['minutes_exceeded', 5 * minute], 18],
    [[3, 4], { minutesPerDay: 5 }, ['minutes_exceeded', 2.5 * minute], 21],
    [[3], { spendPerDay: 10 }, ['spend_exceeded', 3 * minute], 9],
    [[3, 4], { spendPerDay: 13 }, ['spend_exceeded', minute], 10],
    [[3, 4], { minutesPerDay: 1_000, spendPerDay: 1_000 }, undefined, 61 * 7],
    [[], { minutesPerDay: 0 }, undefined, 0],
  ])(
    '[TR7] ends calls when the minutes of the day are over, or the next one cannot be paid: %j, %j',
    (prices, caps, over, all) => {
      const meter = meterOf(caps, ...prices);
      expect(drive(meter, caps, noon + 60 * minute)).toEqual(over);
      expect(meter.used.spent).toBe(all);
    },
  );

  it('[TR7] lets none begin then', () => {
    const used = new Meter(noon, { ms: 5 * minute, spent: 8 });
    expect(used.lacks({ minutesPerDay: 5 }, 0)).toBe('minutes_exceeded');
    expect(used.lacks({ minutesPerDay: 6, spendPerDay: 10 }, 3)).toBe('spend_exceeded');
    expect(used.lacks({ minutesPerDay: 6, spendPerDay: 10 }, 2)).toBeUndefined();
    expect(used.lacks({}, 1e9)).toBeUndefined();
    expect(used.begin('one', 3, { spendPerDay: 10 }, noon)).toBe('spend_exceeded');
    expect(used.begin('one', 2, { minutesPerDay: 5 }, noon)).toBe('minutes_exceeded');
  });

  it('[TR7] a call that cannot pay its first minute ends alone, and nothing is taken for it', () => {
    const caps = { minutesPerDay: 5, spendPerDay: 10 };
    const meter = meterOf(caps, 2);
    expect(meter.begin('dear', 9, caps, noon + 1_000)).toBe('spend_exceeded');
    expect([meter.calls, meter.used.spent]).toEqual([1, 2]);
    expect(drive(meter, caps, noon + 60 * minute)).toEqual(['minutes_exceeded', 5 * minute]);
    const over = new Meter(noon, { ms: 5 * minute, spent: 0 });
    expect(over.begin('late', 1, caps, noon)).toBe('minutes_exceeded');
    expect([over.calls, over.used.spent]).toEqual([0, 0]);
  });

  it('[TR8] is of one day, that of UTC: calls over midnight go on, with what they use from then on', () => {
    const midnight = Date.UTC(2026, 11, 1);
    const late = new Meter(midnight - 90_000, { ms: 7, spent: 5 });
    late.begin('one', 3, {}, midnight - 90_000);
    // What was spent before is nothing to the minute that begins after it.
    expect(late.advance({ spendPerDay: 11 }, midnight + 31_000)).toBeUndefined();
    expect([late.day, late.used]).toEqual([dayOf(midnight), { ms: 31_000, spent: 3 }]);
    const idle = new Meter(noon, { ms: 5, spent: 5 });
    idle.advance({}, noon + 3 * 86_400_000);
    expect([idle.day, idle.used]).toEqual([dayOf(noon) + 3, { ms: 0, spent: 0 }]);
  });

  it('[TR7] never more is spent than may be, and whoever goes on has paid, however late one looks', () => {
    const calls = fc.array(fc.record({ price: fc.integer({ min: 0, max: 9 }), after: fc.nat(200_000) }), { maxLength: 6 });
    fc.assert(
      fc.property(calls, fc.nat(60), fc.array(fc.nat(150_000), { maxLength: 12 }), (all, spendPerDay, looks) => {
        const caps = { spendPerDay };
        const [meter, began] = [new Meter(noon), new Map<number, number>()];
        let now = noon;
        let exhausted: string | undefined;
        all.forEach(({ price, after }, n) => {
          now += after;
          exhausted ??= meter.begin(String(n), price, caps, now);
          if (exhausted === undefined) began.set(now, (began.get(now) ?? 0) + price);
        });
        for (const later of looks) {
          now += later;
          exhausted ??= meter.advance(caps, now);
          expect(meter.used.spent).toBeLessThanOrEqual(spendPerDay);
        }
        if (exhausted !== undefined) return;
        meter.advance(caps, now);
        const begun = [...began].map(([at, price]) => (Math.floor((now - at) / minute) + 1) * price);
        expect(meter.used.spent).toBe(begun.reduce((sum, one) => sum + one, 0));
      }),
    );
  });
});

describe('the price of a minute', () => {
  it('[TR9] is that of the longest prefix', () => {
    const rates = [
      { prefix: '+49', perMinute: 1.5 },
      { prefix: '+', perMinute: 90 },
      { prefix: '+4915', perMinute: 8 },
    ];
    expect(['+4930123', '+49151234', '+8811'].map((number) => priceOf(number, rates))).toEqual([1.5, 8, 90]);
    expect(priceOf('+4930123', [])).toBeUndefined();
  });
});
