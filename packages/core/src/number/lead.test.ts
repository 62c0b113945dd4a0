import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NumberLead, NumberSetting, NumberTimes } from '../protocol/numbers.ts';
import { leadAt } from './lead.ts';

const day: NumberLead = { to: 'user', user: 'desk' };
const night: NumberLead = { to: 'user', user: 'night' };
const berlin = (when: NumberTimes, more: Partial<NumberSetting> = {}): NumberSetting => ({
  lead: night,
  rules: [{ when, lead: day }],
  zone: 'Europe/Berlin',
  ...more,
});
const at = (time: string): number => Date.parse(time);

describe('a number', () => {
  it.each([
    ['Friday morning', '2026-11-27T08:00:00Z', true],
    ['a minute too early', '2026-11-27T07:59:59Z', false],
    ['at the end, which is not included', '2026-11-27T16:00:00Z', false],
    ['Saturday', '2026-11-28T10:00:00Z', false],
  ])('leads by the rule of its office hours where its time zone is: %s', (_, time, isDay) => {
    const setting = berlin({ weekdays: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' });
    expect(leadAt(setting, at(time))).toBe(isDay ? day : night);
  });

  it('leads as always where no rule holds, and by the first of several that do', () => {
    const closed: NumberLead = { to: 'user', user: 'closed' };
    const setting = berlin(
      {},
      {
        rules: [
          { when: { dates: [{ from: '2026-12-24', to: '2026-12-26' }] }, lead: closed },
          { when: {}, lead: day },
        ],
      },
    );
    expect(leadAt(setting, at('2026-12-23T22:59:59Z'))).toBe(day);
    expect(leadAt(setting, at('2026-12-23T23:00:00Z'))).toBe(closed);
    expect(leadAt(setting, at('2026-12-26T22:59:59Z'))).toBe(closed);
    expect(leadAt(setting, at('2026-12-26T23:00:00Z'))).toBe(day);
    expect(leadAt({ lead: night }, at('2026-12-24T12:00:00Z'))).toBe(night);
  });

  it.each([
    ['2026-11-27T21:00:00Z', true],
    ['2026-11-28T04:59:59Z', true],
    ['2026-11-28T05:00:00Z', false],
    ['2026-11-28T21:00:00Z', false],
  ])('counts a night to the day on which it begins: %s', (time, isIn) => {
    expect(leadAt(berlin({ weekdays: [5], from: '22:00', to: '06:00' }), at(time))).toBe(isIn ? day : night);
  });

  it.each([
    ['in spring an hour is not there', '2026-03-29T00:30:00Z', '2026-03-29T01:00:00Z', '01:30', '03:00'],
    ['in autumn an hour is there twice', '2026-10-25T00:30:00Z', '2026-10-25T02:00:00Z', '02:30', '03:00'],
  ])('goes by what the clock on the wall shows when it is changed: %s', (_, begins, ends, from, to) => {
    const setting = berlin({ from, to });
    expect(leadAt(setting, at(begins) - 1)).toBe(night);
    expect(leadAt(setting, at(begins))).toBe(day);
    expect(leadAt(setting, at(ends) - 1)).toBe(day);
    expect(leadAt(setting, at(ends))).toBe(night);
  });

  it('leads one way or the other at every minute, as its wall clock says by another way of reading it', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'];
    const clock = fc
      .integer({ min: 0, max: 1439 })
      .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        clock,
        clock,
        fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        (zone, from, to, weekdays, now) => {
          fc.pre(from < to);
          const text = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(now);
          const [date = '', time = ''] = text.split(' ');
          const weekday = new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
          const isIn = weekdays.includes(weekday) && time >= from && time < to;
          expect(leadAt(berlin({ from, to, weekdays }, { zone }), now)).toBe(isIn ? day : night);
        },
      ),
    );
  });
});
