import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QuietHours } from '../protocol/people.ts';
import { isQuiet, isTimeZone, nextQuietChange, quietUntil } from './quiet.ts';

const off = { doNotDisturb: false } as const;
const nightly = (timeZone: string, from = 22 * 60, to = 7 * 60): { doNotDisturb: false; quietHours: QuietHours } => ({
  ...off,
  quietHours: { timeZone, days: Array.from({ length: 7 }, () => ({ from, to })) },
});
const at = (iso: string): number => Date.parse(iso);

describe('do not disturb', () => {
  it('[U14] ends when it was to end', () => {
    const settings = { doNotDisturb: true, doNotDisturbUntil: 1_000 };
    expect([isQuiet(settings, 999), isQuiet(settings, 1_000)]).toEqual([true, false]);
    expect([nextQuietChange(settings, 999), nextQuietChange(settings, 1_000)]).toEqual([1_000, undefined]);
    expect(isQuiet({ doNotDisturb: true, doNotDisturbUntil: null }, 1e12)).toBe(true);
    expect(nextQuietChange({ doNotDisturb: true }, 0)).toBeUndefined();
  });
});

describe('the end that is told', () => {
  const now = at('2026-01-14T20:00:00Z');
  const night = nightly('Europe/Berlin');

  it('[U14] is none where nothing ends it, or nobody is quiet', () => {
    expect(quietUntil(off, now)).toBeUndefined();
    expect(quietUntil({ doNotDisturb: true }, now)).toBeUndefined();
    expect(quietUntil({ ...night, doNotDisturb: true }, now)).toBeUndefined();
    expect(quietUntil({ doNotDisturb: true, doNotDisturbUntil: now }, now)).toBeUndefined();
    expect(quietUntil(nightly('Europe/Berlin', 0, 0), now)).toBeUndefined();
  });

  it.each([
    ['before the quiet hours begin', '2026-01-14T20:30:00Z', '2026-01-14T20:30:00Z'],
    ['as they begin', '2026-01-14T21:00:00Z', '2026-01-15T06:00:00Z'],
    ['within them', '2026-01-14T22:00:00Z', '2026-01-15T06:00:00Z'],
    ['after them', '2026-01-15T09:00:00Z', '2026-01-15T09:00:00Z'],
  ])('[U15] is that of both where one ends %s', (_, until, end) => {
    expect(quietUntil({ ...night, doNotDisturb: true, doNotDisturbUntil: at(until) }, now)).toBe(at(end));
  });

  it('[U15] is that of the quiet hours alone', () => {
    expect(quietUntil(night, at('2026-01-14T23:00:00Z'))).toBe(at('2026-01-15T06:00:00Z'));
  });
});

describe('quiet hours', () => {
  it.each([
    ['2026-01-14T20:59:59Z', false],
    ['2026-01-14T21:00:00Z', true],
    ['2026-01-15T05:59:59Z', true],
    ['2026-01-15T06:00:00Z', false],
    // In summer the wall there is two hours ahead.
    ['2026-07-14T20:00:00Z', true],
    ['2026-07-15T05:00:00Z', false],
  ])('[U15] go on over midnight, by the clock of Berlin: %s %s', (iso, is) => {
    expect(isQuiet(nightly('Europe/Berlin'), at(iso))).toBe(is);
  });

  it.each([
    ['an ordinary night', 'Europe/Berlin', '2026-01-14T12:00:00Z', '2026-01-14T21:00:00Z', '2026-01-15T06:00:00Z'],
    [
      'the night in which the clock is put forward',
      'Europe/Berlin',
      '2026-03-28T12:00:00Z',
      '2026-03-28T21:00:00Z',
      '2026-03-29T05:00:00Z',
    ],
    [
      'the night in which it is put back',
      'Europe/Berlin',
      '2026-10-24T12:00:00Z',
      '2026-10-24T20:00:00Z',
      '2026-10-25T06:00:00Z',
    ],
    [
      'where offsets are of half an hour',
      'Asia/Kolkata',
      '2026-01-14T12:00:00Z',
      '2026-01-14T16:30:00Z',
      '2026-01-15T01:30:00Z',
    ],
    ['west of Greenwich', 'America/New_York', '2026-01-14T20:00:00Z', '2026-01-15T03:00:00Z', '2026-01-15T12:00:00Z'],
  ])('[U15] begin and end at the next change: %s', (_, zone, from, begins, ends) => {
    const settings = nightly(zone);
    expect(nextQuietChange(settings, at(from))).toBe(at(begins));
    expect(nextQuietChange(settings, at(begins))).toBe(at(ends));
  });

  it('[U15] that begin in an hour which is left out begin with the one after it', () => {
    const settings = nightly('Europe/Berlin', 150, 240);
    expect(nextQuietChange(settings, at('2026-03-28T22:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'));
    expect(isQuiet(settings, at('2026-03-29T01:00:00Z'))).toBe(true);
  });

  it('[U15] in an hour that comes twice count twice', () => {
    const settings = nightly('Europe/Berlin', 120, 150);
    const changes = [at('2026-10-24T22:00:00Z')];
    for (let n = 0; n < 4; n += 1) changes.push(nextQuietChange(settings, changes.at(-1) ?? 0) ?? 0);
    expect(changes.slice(1).map((change) => new Date(change).toISOString().slice(11, 16))).toEqual([
      '00:00',
      '00:30',
      '01:00',
      '01:30',
    ]);
  });

  it('[U15] are those of the day on which they begin', () => {
    const days = Array.from({ length: 7 }, () => null as { from: number; to: number } | null);
    days[4] = { from: 18 * 60, to: 18 * 60 };
    const settings = { ...off, quietHours: { timeZone: 'UTC', days } };
    const from = nextQuietChange(settings, at('2026-01-14T12:00:00Z')) ?? 0;
    // 2026-01-16 is a Friday; a time that ends when it begins lasts a day.
    expect([from, nextQuietChange(settings, from)]).toEqual([at('2026-01-16T18:00:00Z'), at('2026-01-17T18:00:00Z')]);
  });

  it('[U15] that never begin, or never end, change nothing', () => {
    const never = { ...off, quietHours: { timeZone: 'UTC', days: Array.from({ length: 7 }, () => null) } };
    expect(nextQuietChange(never, at('2026-01-14T12:00:00Z'))).toBeUndefined();
    expect(nextQuietChange(nightly('UTC', 60, 60), at('2026-01-14T12:00:00Z'))).toBeUndefined();
  });

  it('[U15] change at no time between now and the next change', () => {
    const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia');
    const times = fc.option(fc.record({ from: fc.nat(1439), to: fc.nat(1439) }));
    const hours = fc.record({ timeZone: zone, days: fc.array(times, { minLength: 7, maxLength: 7 }) });
    const instant = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') });
    fc.assert(
      fc.property(hours, instant, fc.double({ min: 0, max: 1, noNaN: true }), (quietHours, now, part) => {
        const settings = { ...off, quietHours };
        const is = isQuiet(settings, now);
        const next = nextQuietChange(settings, now);
        const until = next ?? now + 7 * 86_400_000;
        const between = Math.floor(now + (until - 1 - now) * part);
        expect(isQuiet(settings, between)).toBe(is);
        if (next !== undefined) expect([next > now, isQuiet(settings, next)]).toEqual([true, !is]);
      }),
    );
  });
});

it('knows the zones of the tz database, and no others', () => {
  expect(['Europe/Berlin', 'UTC', 'Mars/Olympus', '', '\0'].map(isTimeZone)).toEqual([true, true, false, false, false]);
});
