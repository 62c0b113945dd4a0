import { describe, expect, it } from 'vitest';
import { clock, day, duration, timeOfDay } from './time.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('clock', () => {
  it.each([
    [0, '0:00'],
    [999, '0:00'],
    [7 * second, '0:07'],
    [12 * minute + 31 * second, '12:31'],
    [hour, '1:00:00'],
    [hour + 2 * minute + 7 * second, '1:02:07'],
    [-5 * second, '0:00'],
  ])('writes %i ms as %s', (ms, text) => expect(clock(ms)).toBe(text));
});

describe('duration', () => {
  it.each([
    [0, '1 s'],
    [45 * second, '45 s'],
    [4 * minute + 10 * second, '4 min'],
    [59 * minute + 40 * second, '1 h'],
    [hour + 2 * minute, '1 h 2 min'],
    [3 * hour, '3 h'],
  ])('writes %i ms as %s', (ms, text) => expect(duration(ms)).toBe(text));
});

const at = (text: string): number => new Date(text).getTime();

describe('day', () => {
  const now = at('2026-06-10T09:30:00');
  it.each([
    ['2026-06-10T00:00:00', 'Today'],
    ['2026-06-11T08:00:00', 'Today'],
    ['2026-06-09T23:59:59', 'Yesterday'],
    ['2026-06-08T12:00:00', 'Monday'],
    ['2026-06-04T12:00:00', 'Thursday'],
    ['2026-06-03T12:00:00', '3 June'],
    ['2025-12-31T12:00:00', '31 December 2025'],
  ])('calls %s %s', (then, text) => expect(day(at(then), now)).toBe(text));

  it('counts days, not 24 hours', () => {
    expect(day(at('2026-06-09T23:50:00'), at('2026-06-10T00:10:00'))).toBe('Yesterday');
  });
});

describe('timeOfDay', () => {
  it('follows the language of the reader', () => {
    const at = new Date('2026-06-10T15:05:00').getTime();
    expect(timeOfDay(at, 'de-DE')).toBe('15:05');
    expect(timeOfDay(at, 'en-US').replace(/\s/u, ' ')).toBe('3:05 PM');
  });
});
