import { defaultSettings } from '@offhook/core';
import { expect, it } from 'vitest';
import {
  doesText,
  fieldTime,
  minutesOf,
  ownPresence,
  quietUntilText,
  statusLine,
  underName,
  untilMorning,
  untilMorningText,
} from './own.ts';
import { timeOfDay } from './time.ts';

const now = new Date(2026, 5, 10, 14, 30).getTime();
const hour = 3_600_000;

it('says what one is to others', () => {
  expect(ownPresence(defaultSettings, false, now)).toBe('online');
  expect(ownPresence(defaultSettings, true, now)).toBe('on_call');
  const quiet = { ...defaultSettings, doNotDisturb: true, doNotDisturbUntil: now + hour };
  expect([ownPresence(quiet, true, now), ownPresence(quiet, true, now + hour)]).toEqual(['do_not_disturb', 'on_call']);
  expect([quietUntilText(quiet, now), quietUntilText(quiet, now + hour)]).toEqual([
    `Do not disturb until ${timeOfDay(now + hour)}`,
    undefined,
  ]);
  expect(quietUntilText({ ...defaultSettings, doNotDisturb: true }, now)).toBeUndefined();
});

it('knows when the next morning is', () => {
  expect(new Date(now + untilMorning(now)).getTime()).toBe(new Date(2026, 5, 11, 8).getTime());
  const night = new Date(2026, 5, 10, 3).getTime();
  expect(night + untilMorning(night)).toBe(new Date(2026, 5, 10, 8).getTime());
  const eight = timeOfDay(new Date(2026, 5, 10, 8).getTime());
  expect([untilMorningText(now), untilMorningText(night)]).toEqual([`Until tomorrow, ${eight}`, `Until ${eight}`]);
});

it('says until when somebody is not to be disturbed, while they are not', () => {
  const person = { address: 'anna', name: 'Anna', presence: 'do_not_disturb' as const };
  expect(doesText(person, now)).toBe('Do not disturb');
  expect(doesText({ ...person, quietUntil: now + hour }, now)).toBe(`Do not disturb until ${timeOfDay(now + hour)}`);
  expect(doesText({ ...person, quietUntil: now }, now)).toBe('Do not disturb');
  expect(doesText({ ...person, presence: 'on_call', quietUntil: now + hour }, now)).toBe('On a call');
  const friday = new Date(2026, 5, 12, 8).getTime();
  expect(doesText({ ...person, quietUntil: friday }, now)).toBe(`Do not disturb until Friday, ${timeOfDay(friday)}`);
});

it('shows what somebody does, and beside it what they say until that is over', () => {
  const person = { address: 'anna', name: 'Anna', presence: 'online' as const };
  expect(underName(person, now)).toBe('Online');
  expect(underName({ ...person, status: { text: 'Lunch', emoji: '🍽️', until: now + 1 } }, now)).toBe('Online · 🍽️ Lunch');
  expect(underName({ ...person, presence: 'on_call', status: { text: 'Lunch' } }, now)).toBe('On a call · Lunch');
  const gone = { ...person, presence: 'offline' as const, seenAt: now - hour, status: { text: 'Lunch' } };
  expect(underName(gone, now)).toBe(`Last here ${timeOfDay(now - hour)} · Lunch`);
  expect(underName({ ...person, status: { text: 'Lunch', until: now } }, now)).toBe('Online');
  expect(underName({ ...person, presence: 'offline', seenAt: now - hour }, now)).toBe(`Last here ${timeOfDay(now - hour)}`);
  expect(underName({ ...person, presence: 'offline', seenAt: now - 24 * hour }, now)).toBe('Last here yesterday');
  expect(statusLine({ text: '', emoji: '🌴' }, now)).toBe('🌴');
});

it('writes and reads times as fields have them', () => {
  expect([fieldTime(0), fieldTime(425), fieldTime(1_439)]).toEqual(['00:00', '07:05', '23:59']);
  expect([minutesOf('07:05'), minutesOf('23:59'), minutesOf('')]).toEqual([425, 1_439, undefined]);
});
