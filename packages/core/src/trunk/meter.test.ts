import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Caps } from '../protocol/trunks.ts';
import { advance, dayOf, exhaustion, lookAgain, newMeter, priceOf, withCall, withoutCall } from './meter.ts';
import type { Meter } from './meter.ts';

const minute = 60_000;
const noon = Date.UTC(2026, 10, 30, 12);

/** As a server drives it: it looks whenever that is due, and all calls end where something is exhausted. */
function drive(meter: Meter, caps: Caps, from: number, until: number): { meter: Meter; over?: readonly [string, number] } {
  let now = from;
  for (;;) {
    const { meter: next, exhausted } = advance(meter, caps, now);
    if (exhausted !== undefined) return { meter: next, over: [exhausted, now - from] };
    meter = next;
    if (now >= until) return { meter };
    now = Math.min(until, lookAgain(meter, caps, now) ?? until);
  }
}

/** By one call, in so many milliseconds. */
const spent = (ms: number): number => advance(withCall(newMeter(noon), 'one', 3, noon), {}, noon + ms).meter.spent;

describe('what calls use up', () => {
  it('[TR5] are the milliseconds from answer to end, of each of several at once', () => {
    let meter = withCall(newMeter(noon), 'one', 0, noon);
    meter = withCall(advance(meter, {}, noon + 90_000).meter, 'two', 0, noon + 90_000);
    meter = withoutCall(advance(meter, {}, noon + 100_000).meter, 'one');
    meter = advance(meter, {}, noon + 110_000).meter;
    expect([meter.ms, meter.running.map(({ id }) => id)]).toEqual([120_000, ['two']]);
    // A clock that is put back takes nothing away.
    expect(advance(meter, {}, noon).meter.ms).toBe(120_000);
  });

  it('[TR6] is the price of each minute that has begun', () => {
    expect([0, 1, minute - 1, minute, 5 * minute + 1].map(spent)).toEqual([3, 3, 3, 6, 18]);
  });

  it('[TR7] ends calls when the minutes of the day are over, or the next one cannot be paid', () => {
    const one = withCall(newMeter(noon), 'one', 3, noon);
    const two = withCall(one, 'two', 4, noon);
    const hour = noon + 60 * minute;
    expect(drive(one, { minutesPerDay: 5 }, noon, hour).over).toEqual(['minutes_exceeded', 5 * minute]);
    expect(drive(two, { minutesPerDay: 5 }, noon, hour).over).toEqual(['minutes_exceeded', 2.5 * minute]);
    expect(drive(one, { spendPerDay: 10 }, noon, hour)).toMatchObject({
      over: ['spend_exceeded', 3 * minute],
      meter: { spent: 9 },
    });
    expect(drive(two, { spendPerDay: 13 }, noon, hour)).toMatchObject({
      over: ['spend_exceeded', minute],
      meter: { spent: 10 },
    });
    expect(drive(two, { minutesPerDay: 1_000, spendPerDay: 1_000 }, noon, hour)).toMatchObject({
      meter: { ms: 120 * minute, spent: 61 * 7 },
    });
    expect([
      lookAgain(newMeter(noon), { minutesPerDay: 1 }, noon),
      drive(newMeter(noon), { minutesPerDay: 0 }, noon, hour).over,
    ]).toEqual([undefined, undefined]);
  });

  it('[TR7] lets none begin then', () => {
    const used = newMeter(noon, { ms: 5 * minute, spent: 8 });
    expect(exhaustion(used, { minutesPerDay: 5 }, 0)).toBe('minutes_exceeded');
    expect(exhaustion(used, { minutesPerDay: 6, spendPerDay: 10 }, 3)).toBe('spend_exceeded');
    expect(exhaustion(used, { minutesPerDay: 6, spendPerDay: 10 }, 2)).toBeUndefined();
    expect(exhaustion(used, {}, 1e9)).toBeUndefined();
  });

  it('[TR8] is of one day, that of UTC: calls over midnight go on, with what they use from then on', () => {
    const midnight = Date.UTC(2026, 11, 1);
    const late = withCall(newMeter(midnight - 1, { ms: 7, spent: 5 }), 'one', 3, midnight - 90_000);
    const { meter } = advance({ ...late, day: dayOf(midnight - 90_000) }, {}, midnight + 31_000);
    expect(meter).toMatchObject({ day: dayOf(midnight), ms: 31_000, spent: 3 });
    // What was spent before is nothing to the minute that begins after it.
    expect(
      advance({ ...late, day: dayOf(midnight - 90_000) }, { spendPerDay: 11 }, midnight + 31_000).exhausted,
    ).toBeUndefined();
    expect(advance(newMeter(noon, { ms: 5, spent: 5 }), {}, noon + 3 * 86_400_000).meter).toEqual(
      newMeter(noon + 3 * 86_400_000),
    );
  });

  it('[TR7] never more is spent than may be, however late one looks', () => {
    const calls = fc.array(fc.record({ price: fc.integer({ min: 0, max: 9 }), after: fc.nat(200_000) }), { maxLength: 6 });
    fc.assert(
      fc.property(calls, fc.nat(60), fc.array(fc.nat(150_000), { maxLength: 12 }), (all, spendPerDay, looks) => {
        let [meter, now] = [newMeter(noon), noon];
        all.forEach(({ price, after }, n) => {
          now += after;
          meter = advance(meter, { spendPerDay }, now).meter;
          if (exhaustion(meter, { spendPerDay }, price) === undefined) meter = withCall(meter, String(n), price, now);
        });
        for (const later of looks) {
          now += later;
          const { meter: next, exhausted } = advance(meter, { spendPerDay }, now);
          expect(next.spent).toBeLessThanOrEqual(spendPerDay);
          // Whoever is not told to end has paid.
          if (exhausted === undefined) expect(next.running.every(({ paidTo }) => paidTo > now)).toBe(true);
          meter = next;
        }
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
